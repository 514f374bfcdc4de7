"""What of this room not everybody of a vendor may read."""

from hansa.accounts.roles import DEAL_DESK
from hansa.core.permissions import reading

READ_COMPANIES = reading(
    "company.read", "See the customers, what names them, and direct sales with them.", by=DEAL_DESK, room="customers"
)
