"""The tables that decided in the past: a vendor's versions by their number, Hansa's own by their fingerprint."""

from collections.abc import Iterable
from functools import lru_cache, reduce
from operator import or_
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import connections
from django.db.models import Q

from hansa.core.actors import Actor
from hansa.core.releases import after_migrating
from hansa.core.tenancy import connection_context, vendor_wide
from hansa.rulebook.dmn.reading import read_table
from hansa.rulebook.dmn.syntax import Malformed, Table
from hansa.rulebook.dmn.to_python import compile_table
from hansa.rulebook.models import BuiltInTable, PolicyVersion
from hansa.rulebook.policies import FIXED, POLICIES, Policy, Rules
from hansa.rulebook.words import BUILT_IN

REMEMBERED = 500


def rules_as_of(policy: Policy, version: str) -> Rules | None:
    """The rules of a version that a decision names, within `acting`; None where nothing of that name is kept.

    Partners may read of them what `told` says of each row.
    """
    if version == policy.built_in.version:
        return policy.built_in
    try:
        if version.startswith(BUILT_IN):
            return _built_in(policy, version)
        return _own(UUID(connection_context()[0]), policy, int(version)) if version.isdecimal() else None
    except ObjectDoesNotExist:
        return None


def version_rows(actor: Actor, named: Iterable[tuple[str, str]]) -> dict[tuple[str, str], PolicyVersion]:
    """The vendor's own versions that decisions name, by policy and version, within `acting`."""
    asked = {(policy, int(version)) for policy, version in named if version.isdecimal()}
    if not asked:
        return {}
    wanted = reduce(or_, (Q(policy=policy, number=number) for policy, number in asked))
    rows = PolicyVersion.objects.visible_to(actor).filter(wanted).defer("dmn")
    return {(row.policy, str(row.number)): row for row in rows}


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


# What is kept is never changed again, so what was compiled from it stays right for as long as the process lives. That
# nothing is kept may change, so it is said by an exception, which is not remembered.
@lru_cache(REMEMBERED)
def _built_in(policy: Policy, version: str) -> Rules:
    return _rules(policy, version, BuiltInTable.objects.get(policy=policy.name, version=version).dmn)


@lru_cache(REMEMBERED)
def _own(vendor_id: UUID, policy: Policy, number: int) -> Rules:
    with vendor_wide("the rules that a decision was made by, as everybody is told them"):
        published = PolicyVersion.objects.filter(vendor_id=vendor_id, status=PolicyVersion.Status.PUBLISHED)
        version = published.get(policy=policy.name, number=number)
    return _rules(policy, str(number), version.dmn)


def _rules(policy: Policy, version: str, dmn: str) -> Rules:
    return Rules(policy, version, compile_table(_table(policy, dmn.encode())))


def _table(policy: Policy, data: bytes) -> Table:
    """The table, also where the policy's words have changed since: then it brings its own."""
    try:
        return policy.read(data)
    except Malformed:
        return read_table(data)
