"""`hansa second-factor`: for people who are locked out and whom no administrator of their own can help."""

from typing import Any

from hansa.accounts.actions import reset_second_factor
from hansa.accounts.actors import workspaces_of
from hansa.accounts.models import User
from hansa.core.actors import System
from hansa.core.operator import Answer, NounCommand
from hansa.kernel.errors import Invalid


class Command(NounCommand):
    help = "Passkeys, authenticator apps and recovery codes."

    def add_verbs(self) -> None:
        reset = self.verb("reset", reset_factor, "Take them away from a person, who then logs in with the password.")
        reset.add_argument("--email", required=True, help="whose; be sure that it is they who ask")


def reset_factor(*, email: str, **_: Any) -> Answer:
    """Reset a person's second factor; the audit of each vendor where they work says so. Raises Invalid."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    places = {place.workspace.vendor_id: place for place in workspaces_of(user)} if user else {}
    if not places:
        raise Invalid("no_person", f"Nobody with the address {email} works here.", "email")
    for vendor_id, place in places.items():
        reset_second_factor(System("hansa second-factor reset", vendor_id), place.member)
    return Answer({"email": email, "vendors": len(places)}, f"{email} logs in with the password alone, and has a mail.")
