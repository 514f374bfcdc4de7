"""The tables that decided in the past: a vendor's versions by their number, Hansa's own by their fingerprint."""

from functools import lru_cache
from uuid import UUID

from django.db import connections

from hansa.core.releases import after_migrating
from hansa.core.tenancy import connection_context, vendor_wide
from hansa.rulebook.dmn.reading import read_table
from hansa.rulebook.dmn.syntax import Malformed, Table
from hansa.rulebook.dmn.to_python import compile_table
from hansa.rulebook.models import BuiltInTable, PolicyVersion
from hansa.rulebook.policies import FIXED, POLICIES, Policy, Rules

BUILT_IN = "built-in "
REMEMBERED = 500


def rules_as_of(policy: Policy, version: str) -> Rules | None:
    """The rules of a version that a decision names, within `acting`; None where nothing of that name is kept.

    Partners may read of them what `told` says of each row.
    """
    if version == policy.built_in.version:
        return policy.built_in
    if version.startswith(BUILT_IN):
        return _built_in(policy, version)
    return _own(UUID(connection_context()[0]), policy, int(version)) if version.isdecimal() else None


def version_row(policy: Policy, version: str) -> PolicyVersion | None:
    """The vendor's own version that a decision names, within `acting` as the vendor."""
    if not version.isdecimal():
        return None
    return PolicyVersion.objects.filter(policy=policy.name, number=int(version)).defer("dmn").first()


@after_migrating
def keep_built_in_tables(using: str) -> None:
    """Leave this release's tables in the database, beside those of the releases before."""
    if BuiltInTable._meta.db_table not in connections[using].introspection.table_names():
        return
    BuiltInTable.objects.using(using).bulk_create(
        [
            BuiltInTable(policy=policy.name, version=policy.built_in.version, dmn=policy.file.read_text("utf-8"))
            for policy in {**FIXED, **POLICIES}.values()
        ],
        ignore_conflicts=True,
    )


# What is kept is never changed again, so what was compiled from it stays right for as long as the process lives.
@lru_cache(REMEMBERED)
def _built_in(policy: Policy, version: str) -> Rules | None:
    kept = BuiltInTable.objects.filter(policy=policy.name, version=version).first()
    return _rules(policy, version, kept.dmn) if kept else None


@lru_cache(REMEMBERED)
def _own(vendor_id: UUID, policy: Policy, number: int) -> Rules | None:
    with vendor_wide("the rules that a decision was made by, as everybody is told them"):
        published = PolicyVersion.objects.filter(vendor_id=vendor_id, status=PolicyVersion.Status.PUBLISHED)
        version = published.filter(policy=policy.name, number=number).first()
    return _rules(policy, str(number), version.dmn) if version else None


def _rules(policy: Policy, version: str, dmn: str) -> Rules:
    return Rules(policy, version, compile_table(_table(policy, dmn.encode())))


def _table(policy: Policy, data: bytes) -> Table:
    """The table, also where the policy's words have changed since: then it brings its own."""
    try:
        return policy.read(data)
    except Malformed:
        return read_table(data)
