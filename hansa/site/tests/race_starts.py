"""What the races of the API begin with: each makes the thing that twenty copies of a request are about."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from hansa.accounts.actions import invite_member
from hansa.core.tenancy import acting
from hansa.deals.models import Deal
from hansa.deals.rules import APPROVAL
from hansa.deals.tests.test_direct_sales import crm_says
from hansa.disputes.tests import contest
from hansa.kernel.ids import public_id
from hansa.rulebook.actions import draft_policy
from hansa.rulebook.dmn.writing import write_table
from hansa.testing.cast import Cast, distributor_of
from hansa.testing.machine import machine
from hansa.testing.queue import run_jobs

LETTER = b"%PDF-1.4 a letter of the customer"
Prepare = Callable[[Cast], dict[str, str]]
ACCOUNTS = b"account,country\nAdatum,NL\nTreyResearch,BE\n"


def waiting(cast: Cast) -> dict[str, str]:
    """A registration that waits for its decision."""
    return {"deal_id": cast.register(domain="").public_id}


def approved(cast: Cast) -> dict[str, str]:
    return {"deal_id": cast.register().public_id}


def question(cast: Cast) -> dict[str, Any]:
    day = timezone.now().date() + timedelta(days=10)
    return {"question": "Which project is it?", "fields": ["need"], "answer_by": str(day)}


def questioned(cast: Cast) -> dict[str, str]:
    deal = waiting(cast)
    asked = machine(cast.vendor_admin).post(f"/deal-registrations/{deal['deal_id']}/question", question(cast))
    assert asked.status_code == 200, asked.content
    return deal


def wish(cast: Cast) -> dict[str, Any]:
    """What is asked for about the only deal."""
    with acting(cast.system):
        deal = Deal.objects.get().public_id
    return {"deal": deal, "days": 30, "reason": "The budget comes in March."}


def wished(cast: Cast) -> dict[str, str]:
    approved(cast)
    asked = machine(cast.partner_admin).post("/extensions", wish(cast))
    assert asked.status_code == 201, asked.content
    return {"extension_id": asked.json()["id"]}


def other_lines(cast: Cast) -> dict[str, Any]:
    """A change of the only deal."""
    return {"deal": wish(cast)["deal"], "product_lines": [cast.planner.public_id], "reason": "Another project."}


def changing(cast: Cast) -> dict[str, str]:
    approved(cast)
    asked = machine(cast.partner_admin).post("/amendments", other_lines(cast))
    assert asked.status_code == 201, asked.content
    return {"amendment_id": asked.json()["id"]}


def member(cast: Cast) -> dict[str, str]:
    return {"member_id": cast.partner_rep.membership.public_id}


def rivals(cast: Cast) -> dict[str, str]:
    return {"partner_id": cast.rivals.public_id}


def suspended(cast: Cast) -> dict[str, str]:
    boss = machine(cast.vendor_admin)
    assert boss.post(f"/partners/{cast.rivals.public_id}/suspension").status_code == 200
    return rivals(cast)


def key(cast: Cast) -> dict[str, str]:
    made = machine(cast.partner_admin, roles=["partner_sales"]).key
    assert made
    return {"key_id": made.public_id}


def invitation(cast: Cast) -> dict[str, str]:
    actor, workspace = cast.partner_admin.actor, cast.partner_admin.workspace
    made = invite_member(actor, workspace, email="x@fabrikam.example", name="", roles=["partner_sales"])
    return {"invitation_id": made.public_id}


def program(cast: Cast) -> dict[str, str]:
    return {"program_id": cast.program.public_id}


def line(cast: Cast) -> dict[str, str]:
    return {"line_id": cast.planner.public_id}


def companies(cast: Cast) -> dict[str, str]:
    """Two that the vendor knows: those of two registrations."""
    pairs = (("alpha", cast.analytics), ("omega", cast.planner))
    ids = [cast.register(customer=name, domain=f"{name}.example", lines=[line]).company_id for name, line in pairs]
    return {"company_id": public_id("company", ids[0]), "other": public_id("company", ids[1])}


def uploaded(cast: Cast) -> dict[str, str]:
    answer = machine(cast.vendor_admin).upload("/imports", ACCOUNTS)
    assert answer.status_code == 201, answer.content
    return {"import_id": answer.json()["id"]}


def together(cast: Cast) -> dict[str, str]:
    """A registration that is decided, in a program that answers all together."""
    times = machine(cast.vendor_admin).patch(f"/programs/{cast.program.public_id}/answers", {"times": ["17:00"]})
    assert times.status_code == 200, times.content
    run_jobs()
    deal = waiting(cast)
    run_jobs()
    assert machine(cast.vendor_admin).post(f"/deal-registrations/{deal['deal_id']}/approval", {}).status_code == 200
    return deal | program(cast)


def told(cast: Cast) -> dict[str, str]:
    deal = cast.register(cast.partner_admin, domain="").public_id
    assert machine(cast.vendor_admin).post(f"/deal-registrations/{deal}/approval", {}).status_code == 200
    run_jobs()
    return {"notice_id": machine(cast.partner_admin).get("/notices").json()["data"][0]["id"]}


def nothing(cast: Cast) -> dict[str, str]:
    return {}


def with_file(part: str, person: str, place: str) -> Prepare:
    """A waiting registration with a file that this person's machine attached to it."""

    def prepare(cast: Cast) -> dict[str, str]:
        deal = waiting(cast)
        kept = machine(getattr(cast, person)).upload(f"/deal-registrations/{deal['deal_id']}/{part}", LETTER)
        assert kept.status_code == 201, kept.content
        return {place: kept.json()["id"]}

    return prepare


def disputed(cast: Cast) -> dict[str, str]:
    return {"dispute_id": contest.opened(cast)[1].public_id}


def asked_about(cast: Cast) -> dict[str, str]:
    """A dispute whose other side was asked, and has not answered."""
    dispute = disputed(cast)
    asked = machine(cast.vendor_admin).post(f"/disputes/{dispute['dispute_id']}/question", asking(cast))
    assert asked.status_code == 200, asked.content
    return {"hearing_id": machine(cast.rival_admin).get("/hearings").json()["data"][0]["id"]}


def heard(cast: Cast) -> dict[str, str]:
    _, dispute = contest.opened(cast)
    contest.heard(cast, dispute)
    return {"dispute_id": dispute.public_id}


def lost(cast: Cast) -> dict[str, str]:
    return {"dispute_id": contest.decided(cast, **contest.UPHOLD)[1].public_id}


def lost_by_the_other(cast: Cast) -> dict[str, str]:
    return {"hearing_id": contest.decided(cast, **contest.GRANT)[2].public_id}


def asking(cast: Cast) -> dict[str, Any]:
    day = timezone.now().date() + timedelta(days=7)
    return {"of": "other_side", "question": "Since when?", "answer_by": str(day)}


def drafted(cast: Cast) -> dict[str, str]:
    """A draft of a policy."""
    table = write_table(APPROVAL.built_in.table).decode()
    admin = cast.vendor_admin
    version = draft_policy(admin.actor, admin.workspace.vendor, policy=APPROVAL, dmn=table, summary="As it is.")
    return {"policy_version_id": version.public_id}


def many(cast: Cast) -> dict[str, str]:
    """A decision about many that has begun."""
    begun = machine(cast.vendor_admin).post("/bulk-decisions", all_that_wait(cast))
    assert begun.status_code == 201, begun.content
    return {"bulk_id": begun.json()["id"]}


def all_that_wait(cast: Cast) -> dict[str, Any]:
    return {"decision": "approve", "registrations": [waiting(cast)["deal_id"]]}


def stopped(cast: Cast) -> dict[str, str]:
    bulk = many(cast)
    assert machine(cast.vendor_admin).post(f"/bulk-decisions/{bulk['bulk_id']}/cancellation").status_code == 200
    return bulk


def depot(cast: Cast) -> str:
    place = distributor_of(cast).workspace.partnership_id
    assert place
    return public_id("partner", place)


def shared(cast: Cast) -> dict[str, str]:
    deal, beside = approved(cast), depot(cast)
    brought_in = machine(cast.partner_admin).post(f"/deal-registrations/{deal['deal_id']}/party", {"beside": beside})
    assert brought_in.status_code == 200, brought_in.content
    return deal


def supplied(cast: Cast) -> dict[str, str]:
    depot(cast)
    return {"partner_id": cast.partnership.public_id}


def seller(cast: Cast) -> dict[str, Any]:
    member = cast.deal_desk.membership
    member.roles = ["account_executive"]
    member.save(update_fields=["roles"])
    return {"person": member.public_id}


def colleague(cast: Cast) -> dict[str, Any]:
    return {"person": cast.deal_desk.membership.public_id}


def assigned(cast: Cast) -> dict[str, str]:
    path = f"/deal-registrations/{waiting(cast)['deal_id']}/assignments"
    given = machine(cast.vendor_admin).post(path, colleague(cast))
    assert given.status_code == 201, given.content
    return {"assignment_id": given.json()["id"]}


def credited(cast: Cast) -> dict[str, str]:
    path = f"/deal-registrations/{approved(cast)['deal_id']}/credits"
    given = machine(cast.vendor_admin).post(path, seller(cast))
    assert given.status_code == 201, given.content
    return {"credit_id": given.json()["id"]}


def conflict(cast: Cast) -> dict[str, str]:
    approved(cast)
    crm_says(cast)
    return {"conflict_id": machine(cast.vendor_admin).get("/channel-conflicts").json()["data"][0]["id"]}


def cover(cast: Cast) -> dict[str, Any]:
    """A holiday of the channel manager."""
    today = timezone.now().date()
    people = {"manager": cast.channel_manager.membership.public_id, "deputy": cast.vendor_admin.membership.public_id}
    return {**people, "starts_on": str(today + timedelta(days=2)), "ends_on": str(today + timedelta(days=9))}


def covered(cast: Cast) -> dict[str, str]:
    appointed = machine(cast.vendor_admin).post("/deputyships", cover(cast))
    assert appointed.status_code == 201, appointed.content
    return {"deputyship_id": appointed.json()["id"]}
