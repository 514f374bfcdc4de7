"""Owners and products: short lists, read whole."""

import re
from functools import partial

from hansa.customers.imports.batch import Batch, Outcome, Plan, Result, apply
from hansa.customers.imports.values import same_spelling
from hansa.customers.models import Owner
from hansa.programs.models import ProductLine


def plan_owners(batch: Batch) -> Plan:
    """The vendor's own salespeople, by their names. Blank cells take nothing away."""
    owners = owners_by_name(batch, "name")
    results, changed = [], []
    for entry in batch.entries:
        owner, outcome = owners.get(entry["name"]), Outcome.UNCHANGED
        if owner is None:
            owner, outcome = Owner(vendor_id=batch.vendor_id, name=entry["name"]), Outcome.CREATED
        said = {name: entry[name] for name in ("email", "manager", "region") if entry[name]}
        if apply(owner, said) and outcome == Outcome.UNCHANGED:
            outcome = Outcome.UPDATED
        if outcome != Outcome.UNCHANGED:
            changed.append(owner)
        results.append(Result(outcome))
    return Plan(results, partial(save_owners, changed))


def owners_by_name(batch: Batch, field: str) -> dict[str, Owner]:
    """The owners that the entries name in this field, those that are known."""
    names = {entry[field] for entry in batch.entries}
    return {owner.name: owner for owner in Owner.objects.filter(vendor_id=batch.vendor_id, name__in=names)}


def save_owners(owners: list[Owner]) -> None:
    Owner.objects.bulk_create(
        owners, update_conflicts=True, unique_fields=["id"], update_fields=["email", "manager", "region"]
    )


def plan_products(batch: Batch) -> Plan:
    """Product lines, by their spelling; those that are offered already stay as they are."""
    lines = lines_by_spelling(batch)
    codes = {line.code for line in lines.values()}
    results, created = [], []
    for entry in batch.entries:
        line = lines.get(same_spelling(entry["name"]))
        if line:
            results.append(
                Result(Outcome.UNCHANGED, [f"Offered as {line.name}."] if line.name != entry["name"] else [])
            )
            continue
        line = ProductLine(
            vendor_id=batch.vendor_id, code=_code(entry["code"] or entry["name"], codes), name=entry["name"]
        )
        codes.add(line.code)
        lines[same_spelling(line.name)] = line
        created.append(line)
        results.append(Result(Outcome.CREATED))
    return Plan(results, partial(ProductLine.objects.bulk_create, created))


def lines_by_spelling(batch: Batch) -> dict[str, ProductLine]:
    """Every product line by its names, other spellings and code, the name before the others."""
    lines = list(ProductLine.objects.filter(vendor_id=batch.vendor_id).order_by("retired", "name"))
    found: dict[str, ProductLine] = {}
    for line in lines:
        found.setdefault(same_spelling(line.name), line)
    for line in lines:
        for other in (*line.aliases, line.code):
            found.setdefault(same_spelling(other), line)
    return found


def _code(text: str, taken: set[str]) -> str:
    """A code for addresses and files, of which there is none yet."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:50] or "line"
    code, count = slug, 1
    while code in taken:
        count += 1
        code = f"{slug}-{count}"
    return code
