"""Which version of a policy is in force for a partner: the vendor's own by period and scope, else the built-in one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from hansa.core.database import Query, Rows
from hansa.core.tenancy import moment, vendor_wide
from hansa.rulebook.dmn.to_python import compile_table
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.policies import Policy, Rules
from hansa.rulebook.scope import ANYWHERE, NARROWEST_FIRST, REACHING, Place, covering, deciding, reaches

Versions = Mapping[str, UUID]
"""The vendor's own versions that are in force, by their policies' names."""

# For a larger statement that joins `partnership` and, where there is one, its `enrollment`; `versions_of` reads it.
IN_FORCE_SQL = f"""(SELECT json_object_agg(chosen.policy, chosen.id) FROM (
    SELECT DISTINCT ON (version.policy) version.policy, version.id
    FROM rulebook_policyversion version
    WHERE version.vendor_id = partnership.vendor_id AND version.status = 'published' AND version.during @> hansa_now()
      AND {REACHING}
    ORDER BY version.policy, {NARROWEST_FIRST}) chosen)"""  # noqa: S608 - words of this module alone

RUNNING = ("id", "number", "program_id", "for_types", "pilot", "pilot_partners")
RUNNING_SQL = f"""
SELECT {", ".join(RUNNING)} FROM rulebook_policyversion
WHERE vendor_id = %s AND policy = %s AND status = 'published' AND during @> coalesce(%s::timestamptz, hansa_now())
"""  # noqa: S608 - words of this module alone

BUILT_IN: Versions = MappingProxyType({})

REMEMBERED = 500


class Told(NamedTuple):
    """A table as partners are told of it: its version, none for the built-in one, and from when it will decide."""

    rules: Rules
    version: PolicyVersion | None
    begins: datetime | None = None


class Choice:
    """A policy's versions that are in force at one moment for somebody, to choose among for any number of partners."""

    def __init__(self, policy: Policy, versions: Iterable[PolicyVersion]):
        self.policy = policy
        self.versions = sorted(versions, key=lambda one: one.rank, reverse=True)

    def rules(self, place: Place) -> Rules:
        """The rules that decide about a partner who stands there. Within `acting` as the vendor."""
        return _ready(self.policy, next((one for one in self.versions if reaches(one, place)), None))


def running_query(policy: Policy, vendor_id: UUID, at: datetime | None = None) -> Query:
    """The statement that reads the versions in force now, or at a moment, to travel with others."""
    return RUNNING_SQL, [vendor_id, policy.name, at]


def choice_in(policy: Policy, found: Rows) -> Choice:
    """What `running_query` found."""
    return Choice(policy, (PolicyVersion(**dict(zip(RUNNING, row, strict=True))) for row in found))


def versions_of(found: Mapping[str, str] | None) -> Versions:
    """What `IN_FORCE_SQL` selects."""
    return {policy: UUID(version) for policy, version in (found or {}).items()}


def rules_of(policy: Policy, versions: Versions) -> Rules:
    """The policy's rules among these versions, within `acting` as the vendor or `vendor_wide`."""
    version = versions.get(policy.name)
    return _compiled(policy, version) if version else policy.built_in


def rules_for(policy: Policy, place: Place) -> Rules:
    """The rules that decide now about a partner who stands there. Within `acting`, also as the partner."""
    with vendor_wide("the rules that decide about this partner"):
        return _ready(policy, deciding((one for one in _published(policy) if reaches(one, place)), moment()))


def in_force(policy: Policy, scope: PolicyVersion | None = None) -> Rules:
    """The rules that decide now about all partners, or those of a version's scope. Within `acting` as the vendor."""
    published = list(_published(policy))
    wide = covering(published, scope) if scope else [one for one in published if reaches(one, ANYWHERE)]
    return _ready(policy, deciding(wide, moment()))


def _published(*policies: Policy) -> QuerySet[PolicyVersion]:
    """What is in force somewhere, or will be."""
    names = [policy.name for policy in policies]
    rows = PolicyVersion.objects.filter(policy__in=names, status=PolicyVersion.Status.PUBLISHED).defer("dmn")
    lasting = rows.filter(during__endswith__isnull=True) | rows.filter(during__endswith__gt=moment())
    return lasting.select_related("program")


def _ready(policy: Policy, version: PolicyVersion | None) -> Rules:
    return rules_of(policy, {policy.name: version.pk} if version else BUILT_IN)


# A published table is never changed again, so what was compiled from it stays right for as long as the process lives.
@lru_cache(REMEMBERED)
def _compiled(policy: Policy, version_id: UUID) -> Rules:
    return ready(policy, PolicyVersion.objects.get(pk=version_id))


def ready(policy: Policy, version: PolicyVersion) -> Rules:
    """A version's rules. Raises Malformed where its table cannot be used."""
    return Rules(policy, str(version.number), compile_table(policy.read(version.dmn.encode())))


def told_of(policies: Sequence[Policy], places: Sequence[Place]) -> dict[str, list[list[Told]]]:
    """What decides now about who stands in each of these places, and what will, in that order; by the policies' names.
    Within `acting`.

    Partners may read of these rules what `told` says of each row, and of the versions their reach, summary and period.
    """
    with vendor_wide("the rules in force and to come, as a partner is told them"):
        published = _by_policy(policies)
        return {
            policy.name: [
                _turns(policy, [one for one in published[policy.name] if reaches(one, place)]) for place in places
            ]
            for policy in policies
        }


def told_to_vendor(policies: Sequence[Policy]) -> dict[str, list[tuple[list[Told], Rules]]]:
    """The same for each scope that has a version: for all partners first, the narrowest last; and the rules that decide
    there until the first of them does. Within `acting`.
    """
    published = _by_policy(policies)
    return {policy.name: _by_scope(policy, published[policy.name]) for policy in policies}


def _by_policy(policies: Sequence[Policy]) -> dict[str, list[PolicyVersion]]:
    found: dict[str, list[PolicyVersion]] = {policy.name: [] for policy in policies}
    for one in _published(*policies):
        found[one.policy].append(one)
    return found


def _by_scope(policy: Policy, published: list[PolicyVersion]) -> list[tuple[list[Told], Rules]]:
    scopes = {one.scope: one for one in published if one.narrow}
    wide = _turns(policy, [one for one in published if reaches(one, ANYWHERE)])
    found = [(wide, wide[0].rules)]
    for scope in sorted(scopes.values(), key=lambda one: (one.rank[:3], one.reach)):
        turns = _turns(policy, [one for one in published if one.scope == scope.scope])
        if own := [one for one in turns if one.version]:
            wider = [one for one in covering(published, scope) if one.scope != scope.scope]
            found.append((own, _ready(policy, deciding(wider, own[0].begins or moment()))))
    return found


def _turns(policy: Policy, versions: list[PolicyVersion]) -> list[Told]:
    """The rules that these versions make, now and after each of their beginnings and ends."""
    now = moment()
    ahead = {at for one in versions for at in (one.begins, one.ends) if at and at > now}
    found = [Told(_ready(policy, deciding(versions, now)), deciding(versions, now))]
    for at in sorted(ahead):
        if (version := deciding(versions, at)) != found[-1].version:
            found.append(Told(_ready(policy, version), version, at))
    return found
