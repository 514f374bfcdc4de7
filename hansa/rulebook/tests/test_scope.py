"""Versions for some partners only: which one decides, how they follow each other, and what each partner reads."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from hansa.accounts.models import Organization
from hansa.core.tenancy import acting, moment
from hansa.deals.rules import APPROVAL
from hansa.kernel.errors import DomainError
from hansa.partnerships.models import Enrollment
from hansa.rulebook.actions import draft_policy, end_policy, propose_policy, publish_policy, withdraw_policy
from hansa.rulebook.dmn.writing import write_table
from hansa.rulebook.in_force import in_force, rules_for
from hansa.rulebook.models import Decision, PolicyVersion
from hansa.rulebook.scope import EVERYBODY, Place, Scope
from hansa.rulebook.told_to import turns_told
from hansa.testing.cast import Cast, Person, chief_of

PAGE = "/w/northwind/program/policies/"
BUILT_IN = write_table(APPROVAL.built_in.table).decode()
LOOKED_AT = BUILT_IN.replace(
    '<outputEntry>\n          <text>"approved"', '<outputEntry>\n          <text>"under_review"'
)


@pytest.fixture
def chief(cast: Cast) -> Person:
    return chief_of(cast)


def published(cast: Cast, chief: Person, scope: Scope, dmn: str = LOOKED_AT, **when: Any) -> PolicyVersion:
    given = {"policy": APPROVAL, "dmn": dmn, "summary": f"For {scope.pilot or 'more'}.", "takes": False}
    version = draft_policy(cast.vendor_admin.actor, cast.vendor_admin.workspace.vendor, scope=scope, **given)
    propose_policy(cast.vendor_admin.actor, version)
    done: PolicyVersion = publish_policy(chief.actor, version, **when)
    return done


def pilot(cast: Cast, **changes: Any) -> Scope:
    return Scope(**{"pilot": "Careful", "partners": [cast.partnership], **changes})


def status(cast: Cast, person: Person | None = None) -> str:
    """What a new customer's registration becomes."""
    status.counted += 1  # type: ignore[attr-defined]
    name = f"customer{status.counted}"  # type: ignore[attr-defined]
    return str(cast.register(person, customer=name, domain=f"{name}.example").status)


status.counted = 0  # type: ignore[attr-defined]


def types_of(cast: Cast) -> list[str]:
    with acting(cast.vendor_admin.actor):
        found: list[str] = Enrollment.objects.get(partnership=cast.partnership).partner_types
    return found


def test_a_pilot_decides_about_its_partners_alone(cast: Cast, chief: Person) -> None:
    version = published(cast, chief, pilot(cast))
    assert (status(cast), status(cast, cast.rival_rep)) == ("under_review", "approved")
    with acting(cast.deal_desk.actor):
        assert Decision.objects.filter(version=str(version.number)).count() == 1


def test_the_narrowest_scope_decides(cast: Cast, chief: Person) -> None:
    types = types_of(cast)
    published(cast, chief, EVERYBODY, LOOKED_AT)
    assert status(cast) == "under_review"
    published(cast, chief, Scope(program=cast.program), BUILT_IN)
    assert status(cast) == "approved"
    published(cast, chief, Scope(program=cast.program, partner_types=types), LOOKED_AT)
    assert status(cast) == "under_review"
    published(cast, chief, pilot(cast, program=cast.program), BUILT_IN)
    assert status(cast) == "approved"


def test_other_types_of_partners_are_not_meant(cast: Cast, chief: Person) -> None:
    others = {"distributor", "isv"} - set(types_of(cast))
    published(cast, chief, Scope(program=cast.program, partner_types=sorted(others)))
    assert status(cast) == "approved"


def test_python_and_the_statement_choose_the_same_version(cast: Cast, chief: Person) -> None:
    for scope in (EVERYBODY, Scope(program=cast.program), pilot(cast)):
        version = published(cast, chief, scope)
        status(cast)
        with acting(cast.vendor_admin.actor):
            decision = Decision.objects.filter(partnership=cast.partnership).latest("at", "id")
            place = Place.of(Enrollment.objects.get(partnership=cast.partnership))
            assert rules_for(APPROVAL, place).version == decision.version == str(version.number)


def test_periods_exclude_each_other_only_within_a_scope(cast: Cast, chief: Person) -> None:
    wide, narrow = published(cast, chief, EVERYBODY), published(cast, chief, pilot(cast))
    second = published(cast, chief, pilot(cast, partners=[cast.partnership, cast.rivals]))
    with acting(cast.vendor_admin.actor):
        wide.refresh_from_db()
        narrow.refresh_from_db()
        assert (wide.ends, narrow.ends) == (None, second.begins)
        with pytest.raises(Exception, match="one_version_in_force"), transaction.atomic():
            PolicyVersion.objects.filter(pk=narrow.pk).update(during=(narrow.begins, None))


def test_another_that_follows_is_refused_by_scope(cast: Cast, chief: Person) -> None:
    later = published(cast, chief, pilot(cast), begins=now_of(cast) + timedelta(days=5))
    published(cast, chief, EVERYBODY)
    with pytest.raises(DomainError, match="Begin later"):
        published(cast, chief, pilot(cast))
    assert later.narrow


def test_a_pilot_ends_with_notice_and_the_rules_for_all_decide_again(cast: Cast, chief: Person) -> None:
    version = published(cast, chief, pilot(cast))
    with pytest.raises(DomainError, match="30 days before"):
        end_policy(chief.actor, version)
    end_policy(chief.actor, version, takes=False)
    assert status(cast) == "approved"
    with pytest.raises(DomainError, match="in force can end"):
        end_policy(chief.actor, version, takes=False)


def test_what_is_for_all_does_not_end_without_what_follows(cast: Cast, chief: Person) -> None:
    version = published(cast, chief, EVERYBODY)
    with pytest.raises(DomainError, match="publish what is to follow"):
        end_policy(chief.actor, version, takes=False)


def test_an_end_that_was_told_stays_when_what_followed_is_withdrawn(cast: Cast, chief: Person) -> None:
    first, now = published(cast, chief, pilot(cast)), now_of(cast)
    first = end_policy(chief.actor, first, ends=now + timedelta(days=40))
    second = published(cast, chief, pilot(cast), begins=now + timedelta(days=10))
    withdraw_policy(chief.actor, second)
    with acting(cast.vendor_admin.actor):
        first.refresh_from_db()
    assert first.ends == now + timedelta(days=40)


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        (lambda cast: Scope(partner_types=["reseller"]), "program_missing"),
        (lambda cast: Scope(program=cast.program, partner_types=["friend"]), "partner_type_unknown"),
        (lambda cast: Scope(pilot="Empty"), "pilot_empty"),
        (lambda cast: Scope(partners=[cast.partnership]), "pilot_unnamed"),
        (lambda cast: pilot(cast, program=cast.program, partner_types=["reseller"]), "pilot_has_types"),
        (lambda cast: pilot(cast, pilot="x" * 81), "too_long"),
        (lambda cast: pilot(cast, partners=[cast.partnership] * 501), "pilot_too_large"),
    ],
)
def test_a_scope_that_means_nobody_clear_is_refused(scope: Any, code: str, cast: Cast, chief: Person) -> None:
    with pytest.raises(DomainError) as refusal:
        published(cast, chief, scope(cast))
    assert refusal.value.code == code


def test_a_former_version_of_a_scope_is_what_a_new_one_is_compared_with(cast: Cast, chief: Person) -> None:
    published(cast, chief, EVERYBODY, BUILT_IN)
    narrow = published(cast, chief, pilot(cast))
    with acting(cast.vendor_admin.actor):
        assert in_force(APPROVAL).version == "1"
        assert in_force(APPROVAL, narrow).version == "2"


def test_what_comes_for_a_pilot_is_compared_with_what_decides_there_before(cast: Cast, chief: Person) -> None:
    published(cast, chief, EVERYBODY, BUILT_IN)
    program = published(cast, chief, Scope(program=cast.program))
    published(cast, chief, pilot(cast, program=cast.program), begins=now_of(cast) + timedelta(days=5))
    with acting(cast.vendor_admin.actor):
        [coming] = [turn for turns in turns_told(APPROVAL, cast.vendor_admin.actor) for turn in turns if turn.begins]
    assert coming.before
    assert coming.before.version == str(program.number)


def test_from_the_pilots_page_to_all(cast: Cast, chief: Person, browse: Any) -> None:
    author, colleague = browse(cast.vendor_admin), browse(chief)
    given = {"dmn": LOOKED_AT, "summary": "A person looks.", "pilot": "Careful", "partners": "Fabrikam Consulting\n"}
    page = author.post(f"{PAGE}registration-approval/draft/", given)["Location"]
    author.post(f"{page}propose/")
    colleague.post(f"{page}publish/", {})
    read = author.get(page).content.decode()
    assert "The pilot Careful" in read
    assert "Fabrikam Consulting" in read
    wider = f"{PAGE}registration-approval/draft/?from={page.split('/')[-2]}&wider=1"
    assert wider.replace("&", "&amp;") in read
    form = author.get(wider).content.decode()
    assert "under_review" in form
    assert "Careful" not in form
    assert "for the pilot Careful" in author.get(PAGE).content.decode()
    mine = browse(cast.partner_rep).get(f"/w/{cast.partner_rep.workspace.slug}/program/").content.decode()
    theirs = browse(cast.rival_rep).get(f"/w/{cast.rival_rep.workspace.slug}/program/").content.decode()
    assert "Careful" in mine
    assert "Careful" not in theirs
    assert "Careful" in author.get("/w/northwind/program/").content.decode()


def test_the_end_of_a_pilot_is_told_to_its_partners(cast: Cast, chief: Person, browse: Any) -> None:
    version = published(cast, chief, pilot(cast))
    until = f"{now_of(cast) + timedelta(days=40):%Y-%m-%dT%H:%M}"
    answer = browse(chief).post(f"{PAGE}versions/{version.public_id}/end/", {"ends": until, "takes": "on"})
    assert answer.status_code == 302
    read = browse(cast.partner_rep).get(f"/w/{cast.partner_rep.workspace.slug}/program/").content.decode()
    assert "What was for some partners only ends then" in read


def test_an_unknown_partner_is_named(cast: Cast, chief: Person, browse: Any) -> None:
    given = {"dmn": LOOKED_AT, "summary": "New.", "pilot": "Careful", "partners": "Fabrikam Consulting\nNobody Ltd"}
    answer = browse(cast.vendor_admin).post(f"{PAGE}registration-approval/draft/", given)
    assert answer.status_code == 422
    assert "No partner of yours is called Nobody Ltd." in answer.content.decode()


def test_partners_of_one_name_are_told_apart_by_their_ids(cast: Cast, chief: Person, browse: Any) -> None:
    with acting(cast.system):
        Organization.objects.filter(pk=cast.rivals.organization_id).update(name="Fabrikam Consulting")
    author = browse(cast.vendor_admin)
    given = {"dmn": LOOKED_AT, "summary": "New.", "pilot": "Careful", "partners": "Fabrikam Consulting"}
    refused = author.post(f"{PAGE}registration-approval/draft/", given).content.decode()
    assert cast.partnership.public_id in refused
    assert cast.rivals.public_id in refused
    page = author.post(f"{PAGE}registration-approval/draft/", given | {"partners": cast.rivals.public_id})["Location"]
    with acting(cast.system):
        assert PolicyVersion.objects.get().pilot_partners == [cast.rivals.pk]
    assert f"{cast.rivals.public_id}</textarea>" in author.get(f"{page}change/").content.decode()


def now_of(cast: Cast) -> Any:
    with acting(cast.vendor_admin.actor):
        return moment()
