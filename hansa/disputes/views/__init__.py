"""The pages of disputes: the partner's, the vendor's, and the two addresses that each side reads its own way."""

from hansa.accounts.entrance import by_side
from hansa.disputes.views import console, portal

disputes = by_side(portal=portal.disputes, console=console.disputes)
dispute = by_side(portal=portal.dispute, console=console.dispute)
