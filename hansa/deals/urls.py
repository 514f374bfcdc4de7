"""Addresses of deals: those of both sides, the partner's portal, and the vendor's console."""

from django.urls import URLPattern, path

from hansa.deals import views
from hansa.deals.views import (
    amendments,
    assignments,
    bulk,
    companies,
    conversation,
    direct,
    extensions,
    files,
    hand_over,
    notice,
    offboarding,
    parties,
    questions,
    queue,
    receipts,
    releases,
)
from hansa.deals.views import console as desk
from hansa.deals.views import portal as partner

DEALS = "w/<slug:workspace>/deals/"
REGISTRATIONS = "w/<slug:workspace>/registrations/"
BULK = "w/<slug:workspace>/bulk-decisions/"

both: list[URLPattern] = [
    path(DEALS, views.deals, name="deals"),
    path(f"{DEALS}<str:deal>/", views.deal, name="deal"),
    path(f"{DEALS}<str:deal>/owner/", hand_over.hand_over, name="hand-over-deal"),
    path(f"{DEALS}<str:deal>/party/", parties.add, name="add-party"),
    path(f"{DEALS}<str:deal>/party/remove/", parties.remove, name="remove-party"),
    path("w/<slug:workspace>/team/<str:member>/offboard/", offboarding.offboard, name="offboard-member"),
    path(f"{DEALS}<str:deal>/messages/", conversation.write, name="write-deal-message"),
    path(f"{DEALS}<str:deal>/files/", files.attach, name="attach-deal-file"),
    path(f"{DEALS}<str:deal>/receipt/", receipts.receipt, name="receipt"),
]

portal: list[URLPattern] = [
    path(f"{DEALS}register/", partner.register, name="register-deal"),
    path(f"{DEALS}register/offline/", partner.register_offline, name="register-offline"),
    path(f"{DEALS}<str:deal>/stage/", partner.stage, name="move-stage"),
    path(f"{DEALS}<str:deal>/answer/", questions.answer, name="answer-question"),
    path(f"{DEALS}<str:deal>/withdraw/", partner.withdraw, name="withdraw-deal"),
    path(f"{DEALS}<str:deal>/extension/", extensions.ask, name="ask-extension"),
    path(f"{DEALS}<str:deal>/extension/withdraw/", extensions.withdraw, name="withdraw-extension"),
    path(f"{DEALS}<str:deal>/lines/withdraw/", amendments.withdraw, name="withdraw-amendment"),
    path(f"{DEALS}<str:deal>/amend/", amendments.amend, name="amend-deal"),
    path(f"{DEALS}<str:deal>/lines/", amendments.lines, name="change-lines"),
    path(f"{DEALS}<str:deal>/report/won/", partner.report, {"result": "won"}, name="report-won"),
    path(f"{DEALS}<str:deal>/report/lost/", partner.report, {"result": "lost"}, name="report-lost"),
]

console: list[URLPattern] = [
    path(REGISTRATIONS, queue.registrations, name="registrations"),
    path(f"{REGISTRATIONS}<str:deal>/", desk.registration, name="registration"),
    path(f"{REGISTRATIONS}<str:deal>/approval/", desk.approve, name="approve-registration"),
    path(f"{REGISTRATIONS}<str:deal>/rejection/", desk.reject, name="reject-registration"),
    path(f"{REGISTRATIONS}<str:deal>/duplicate/", desk.mark_duplicate, name="mark-duplicate"),
    path(f"{REGISTRATIONS}<str:deal>/notes/", conversation.note, name="write-deal-note"),
    path(f"{REGISTRATIONS}<str:deal>/files/", files.attach_internally, name="attach-internal-deal-file"),
    path(f"{REGISTRATIONS}<str:deal>/question/", questions.ask, name="ask-registration"),
    path(f"{REGISTRATIONS}<str:deal>/end/", desk.cancel, name="cancel-registration"),
    path(f"{REGISTRATIONS}<str:deal>/extension/", extensions.extend, name="extend-registration"),
    path(f"{REGISTRATIONS}<str:deal>/extension/decline/", extensions.decline, name="decline-extension"),
    path(f"{REGISTRATIONS}<str:deal>/amendment/", amendments.approve, name="approve-amendment"),
    path(f"{REGISTRATIONS}<str:deal>/amendment/decline/", amendments.decline, name="decline-amendment"),
    path(f"{REGISTRATIONS}<str:deal>/release/", releases.release, name="release-registration"),
    path("w/<slug:workspace>/program/<str:program>/release/", releases.release_all, name="release-answers"),
    path(f"{REGISTRATIONS}<str:deal>/notice/", notice.announce, name="announce-end"),
    path(BULK, bulk.bulk_decisions, name="bulk-decisions"),
    path(f"{BULK}approval/", bulk.choose, {"kind": "approve"}, name="approve-in-bulk"),
    path(f"{BULK}rejection/", bulk.choose, {"kind": "reject"}, name="reject-in-bulk"),
    path(f"{BULK}assignment/", bulk.choose, {"kind": "assign"}, name="assign-in-bulk"),
    path(f"{BULK}<str:bulk>/", bulk.bulk_decision, name="bulk-decision"),
    path(f"{BULK}<str:bulk>/stop/", bulk.stop, name="stop-bulk-decision"),
    path(f"{BULK}<str:bulk>/resume/", bulk.resume, name="resume-bulk-decision"),
    path(f"{REGISTRATIONS}<str:deal>/reviewer/", assignments.assign, name="assign-registration"),
    path(f"{REGISTRATIONS}<str:deal>/reviewer/leave/", assignments.leave, name="leave-registration"),
    path(f"{REGISTRATIONS}<str:deal>/credits/", direct.credit, name="give-credit"),
    path("w/<slug:workspace>/credits/<str:credit>/take-back/", direct.take_back, name="take-credit-back"),
    path("w/<slug:workspace>/channel-conflicts/", direct.conflicts, name="channel-conflicts"),
    path("w/<slug:workspace>/channel-conflicts/<str:conflict>/settle/", direct.settle, name="settle-conflict"),
    path("w/<slug:workspace>/customers/<str:company>/merge/", companies.merge, name="merge-company"),
]

urlpatterns = [*portal, *both, *console]
