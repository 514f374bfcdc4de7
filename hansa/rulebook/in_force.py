"""Which version of a policy is in force: the vendor's own by its period, else the one that Hansa comes with."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

from hansa.core.tenancy import moment, vendor_wide
from hansa.rulebook.dmn.to_python import compile_table
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.policies import Policy, Rules

Versions = Mapping[str, UUID]
"""The vendor's own versions that are in force, by their policies' names."""

IN_FORCE_SQL = """(SELECT json_object_agg(version.policy, version.id) FROM rulebook_policyversion version
        WHERE version.vendor_id = VENDOR AND version.status = 'published' AND version.during @> hansa_now())"""

BUILT_IN: Versions = MappingProxyType({})

REMEMBERED = 500


def in_force_sql(vendor: str) -> str:
    """For a larger statement in which this column is known: the versions in force, as one object of JSON."""
    return IN_FORCE_SQL.replace("VENDOR", vendor)


def versions_of(found: Mapping[str, str] | None) -> Versions:
    """What `in_force_sql` selects."""
    return {policy: UUID(version) for policy, version in (found or {}).items()}


def rules_of(policy: Policy, versions: Versions) -> Rules:
    """The policy's rules among these versions, within `acting` as the vendor or `vendor_wide`."""
    version = versions.get(policy.name)
    return _compiled(policy, version) if version else policy.built_in


def in_force(policy: Policy) -> Rules:
    """The rules that decide now, within `acting` as the vendor."""
    running = PolicyVersion.objects.filter(policy=policy.name, status="published", during__contains=moment())
    version = running.defer("dmn").first()
    return rules_of(policy, {policy.name: version.pk} if version else {})


# A published table is never changed again, so what was compiled from it stays right for as long as the process lives.
@lru_cache(REMEMBERED)
def _compiled(policy: Policy, version_id: UUID) -> Rules:
    return ready(policy, PolicyVersion.objects.get(pk=version_id))


def ready(policy: Policy, version: PolicyVersion) -> Rules:
    """A version's rules. Raises Malformed where its table cannot be used."""
    return Rules(policy, str(version.number), compile_table(policy.read(version.dmn.encode())))


def told_of(policy: Policy) -> list[tuple[Rules, PolicyVersion | None]]:
    """What is in force now and what will be, in that order; without a version the built-in table. Within `acting`.

    Partners may read of these rules what `told` says of each row, and of the versions their summary and period.
    """
    with vendor_wide("the rules in force and to come, as everybody is told them"):
        published = PolicyVersion.objects.filter(policy=policy.name, status=PolicyVersion.Status.PUBLISHED)
        rows = published.filter(during__endswith__isnull=True) | published.filter(during__endswith__gt=moment())
        versions = sorted(rows, key=lambda version: version.during.lower)
        own = [(rules_of(policy, {policy.name: version.pk}), version) for version in versions]
    begun = bool(versions) and versions[0].during.lower <= moment()
    return [*own] if begun else [(policy.built_in, None), *own]
