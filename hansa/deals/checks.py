"""What any change of a registration's facts must hold to, beside the rules that decide on it."""

from datetime import date

from hansa.deals.rules import FOREIGN_CURRENCY, MOST_DAYS_TO_CLOSE, TOO_FAR_AWAY
from hansa.kernel.errors import Invalid
from hansa.kernel.money import Money


def check_amount(amount: Money, currency: str) -> None:
    """Raises Invalid unless it is more than nothing, in the registration's own currency."""
    if amount.minor <= 0:
        raise Invalid("amount_not_positive", "The amount must be more than zero.", "amount")
    if amount.currency != currency:
        raise Invalid("currency_not_accepted", FOREIGN_CURRENCY, "amount")


def check_close(close: date, today: date) -> None:
    """Raises Invalid for a day that has passed, or that is further away than sales are planned."""
    days = (close - today).days
    if days < 0:
        raise Invalid("close_in_the_past", "The expected close lies in the past.", "expected_close")
    if days > MOST_DAYS_TO_CLOSE:
        raise Invalid("close_too_far_away", TOO_FAR_AWAY, "expected_close")
