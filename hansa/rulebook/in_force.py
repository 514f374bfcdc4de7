"""Which version of a policy is in force: the vendor's own by its period, else the one that Hansa comes with."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from hansa.core.tenancy import moment, vendor_wide
from hansa.rulebook.dmn.to_python import compile_table
from hansa.rulebook.models import PolicyVersion
from hansa.rulebook.policies import Policy, Rules

Versions = Mapping[str, UUID]
"""The vendor's own versions that are in force, by their policies' names."""

# For a statement in which `vendor_id` is known: the versions in force, as an object of JSON.
IN_FORCE_SQL = """
(SELECT json_object_agg(version.policy, version.id) FROM rulebook_policyversion version
 WHERE version.vendor_id = {vendor} AND version.status = 'published' AND version.during @> hansa_now())
"""

REMEMBERED = 500


def versions_of(found: Mapping[str, str] | None) -> Versions:
    """What `IN_FORCE_SQL` selects."""
    return {policy: UUID(version) for policy, version in (found or {}).items()}


def rules_of(policy: Policy, versions: Versions) -> Rules:
    """The policy's rules among these versions, within `acting` as the vendor or `vendor_wide`."""
    version = versions.get(policy.name)
    return _compiled(policy, version) if version else policy.built_in


# A published table is never changed again, so what was compiled from it stays right for as long as the process lives.
@lru_cache(REMEMBERED)
def _compiled(policy: Policy, version_id: UUID) -> Rules:
    return ready(policy, PolicyVersion.objects.get(pk=version_id))


def ready(policy: Policy, version: PolicyVersion) -> Rules:
    """A version's rules. Raises Malformed where its table cannot be used."""
    return Rules(policy, str(version.number), compile_table(policy.read(version.dmn.encode())))


def published_rules(policy: Policy) -> list[tuple[Rules, datetime | None]]:
    """What is in force now, and what will be, with its beginning; None for what always was. Within `acting`."""
    with vendor_wide("the rules in force, which everybody may read as they are told"):
        rows = PolicyVersion.objects.filter(policy=policy.name, status="published", during__endswith__isnull=True)
        running = PolicyVersion.objects.filter(policy=policy.name, status="published", during__contains=moment())
        found = sorted({*rows, *running}, key=lambda version: version.during.lower)
        own = [(rules_of(policy, {policy.name: version.pk}), version.begins) for version in found]
    now = moment()
    return own if own and own[0][1] and own[0][1] <= now else [(policy.built_in, None), *own]
