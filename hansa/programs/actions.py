"""What the vendor says about its program: rules of engagement, product lines, territories."""

from hansa.accounts.models import Vendor
from hansa.accounts.roles import PROGRAM_ADMINS
from hansa.core.actions import action
from hansa.core.actors import Actor
from hansa.kernel.errors import Invalid
from hansa.programs.models import ProductLine, Program, Territory

LONGEST_RULES = 20_000
MOST_REMINDERS = 5
TERMS = ("reminder_days", "extensions_max", "extension_days", "cooling_off_days", "notice_days")


@action("program.change_rules", emits="program.rules_changed", by=PROGRAM_ADMINS)
def change_rules(
    actor: Actor, program: Program, *, rules_of_engagement: str, protection_days: int, stale_after_days: int
) -> None:
    """Write what partners read as the rules of engagement, and the terms that the rules name."""
    if len(rules_of_engagement) > LONGEST_RULES:
        raise Invalid("too_long", f"Keep the rules under {LONGEST_RULES:,} characters.", "rules_of_engagement")
    program.rules_of_engagement = rules_of_engagement.strip()
    program.protection_days, program.stale_after_days = protection_days, stale_after_days
    program.save(update_fields=["rules_of_engagement", "protection_days", "stale_after_days"])


@action("program.change_terms", emits="program.terms_changed", by=PROGRAM_ADMINS)
def change_terms(
    actor: Actor,
    program: Program,
    *,
    reminder_days: list[int],
    extensions_max: int,
    extension_days: int,
    cooling_off_days: int,
    notice_days: int,
) -> None:
    """Set by which terms approved deals live on: reminders, extensions, cooling-off, and notice."""
    if len(set(reminder_days)) > MOST_REMINDERS or not all(1 <= days <= 365 for days in reminder_days):
        raise Invalid("reminders_out_of_range", f"At most {MOST_REMINDERS}, each of 1 to 365 days.", "reminder_days")
    program.reminder_days = sorted(set(reminder_days), reverse=True)
    program.extensions_max, program.extension_days = extensions_max, extension_days
    program.cooling_off_days, program.notice_days = cooling_off_days, notice_days
    program.save(update_fields=[*TERMS])


@action("product_line.add", emits="product_line.added", by=PROGRAM_ADMINS, creates=True)
def add_product_line(
    actor: Actor, vendor: Vendor, *, code: str, name: str, aliases: list[str] | None = None
) -> ProductLine:
    """Offer a product line for registration."""
    return ProductLine.objects.create(vendor=vendor, code=code, name=name.strip(), aliases=aliases or [])


@action("product_line.retire", emits="product_line.retired", by=PROGRAM_ADMINS)
def retire_product_line(actor: Actor, line: ProductLine) -> None:
    """Take a product line out of new registrations; what is protected stays so."""
    line.retired = True
    line.save(update_fields=["retired"])


@action("territory.add", emits="territory.added", by=PROGRAM_ADMINS, creates=True)
def add_territory(actor: Actor, vendor: Vendor, *, name: str, countries: list[str]) -> Territory:
    """Name a set of countries that partners can be confined to."""
    return Territory.objects.create(vendor=vendor, name=name.strip(), countries=sorted(set(countries)))
