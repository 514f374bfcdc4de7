"""The root of the API: one document, one router a room."""

from hansa.accounts.api import router as accounts
from hansa.accounts.bearer import bearer
from hansa.core.api.document import HansaApi
from hansa.customers.api import router as customers
from hansa.deals.amendment_api import router as amendments
from hansa.deals.api import router as deals
from hansa.deals.assignment_api import router as assignments
from hansa.deals.bulk_api import router as bulk
from hansa.deals.direct_api import router as direct
from hansa.deals.extension_api import router as extensions
from hansa.deals.files_api import router as deal_files
from hansa.deals.party_api import router as parties
from hansa.deals.questions_api import router as questions
from hansa.deals.verdict_api import router as verdicts
from hansa.disputes.api import router as disputes
from hansa.exports.api import router as exports
from hansa.files.api import router as files
from hansa.filters.api import router as filters
from hansa.history.api import router as history
from hansa.notices.api import router as notices
from hansa.partnerships.api import router as partnerships
from hansa.partnerships.deputies_api import router as deputies
from hansa.partnerships.leaving_api import router as leaving
from hansa.portal.api import router as portal
from hansa.programs.api import router as programs
from hansa.programs.requirements_api import router as requirements
from hansa.rulebook.api import router as policies
from hansa.rulebook.decisions_api import router as decisions
from hansa.rulebook.replay_api import router as replays
from hansa.talk.api import router as talk
from hansa.tiers.api import router as tiers

api = HansaApi(
    title="Hansa",
    version="1",
    description=(
        "Partner relationship management: partners register deals, the vendor decides and protects them. Send an API"
        " key in every request. Unsafe requests may carry an Idempotency-Key: sent again with the same content they"
        " have one effect and one answer. A parameter that an operation does not name is refused, and one that"
        " stands twice. Every error is a problem (RFC 9457) with a stable `code`."
    ),
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=bearer(),
)
for room in (
    accounts,
    deals,
    questions,
    extensions,
    amendments,
    deal_files,
    files,
    disputes,
    verdicts,
    decisions,
    bulk,
    assignments,
    parties,
    direct,
    partnerships,
    deputies,
    leaving,
    programs,
    requirements,
    policies,
    replays,
    tiers,
    customers,
    exports,
    filters,
    talk,
    portal,
    history,
    notices,
):
    api.add_router("", room)
