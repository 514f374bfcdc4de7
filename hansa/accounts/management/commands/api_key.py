"""`hansa api-key`: credentials for machines."""

from typing import Any

from hansa.accounts.actions import SCOPES, create_api_key
from hansa.accounts.operator import member_of, workspace_named
from hansa.accounts.roles import listed_roles
from hansa.core.actors import System
from hansa.core.operator import Answer, NounCommand

ROLES = (
    f"separated by commas; in a vendor's workspace {listed_roles('vendor')}; in a partner's {listed_roles('partner')}"
)


class Command(NounCommand):
    help = "Credentials for machines."

    def add_verbs(self) -> None:
        create = self.verb("create", create_key, "Make an API key; its secret is shown this once.")
        create.add_argument("--workspace", required=True, help="where it works: a vendor's or a partner's workspace")
        create.add_argument("--name", required=True, help="what it is for")
        create.add_argument("--roles", required=True, help=ROLES)
        create.add_argument(
            "--person", help="the e-mail address of who answers for it, for what a person has to decide"
        )
        create.add_argument("--scopes", default=",".join(SCOPES), help=f"among {', '.join(SCOPES)}; all by default")


def create_key(*, workspace: str, name: str, roles: str, scopes: str, person: str | None, **_: Any) -> Answer:
    """Make a key for a workspace."""
    place = workspace_named(workspace)
    key = create_api_key(
        System("hansa api-key create", place.vendor_id),
        place,
        name=name,
        roles=_listed(roles),
        scopes=_listed(scopes),
        person=member_of(place, person) if person else None,
    )
    data = {
        "id": key.public_id,
        "name": key.name,
        "workspace": place.slug,
        "roles": key.roles,
        "scopes": key.scopes,
        "secret": key.secret,
    }
    return Answer(data, f"{key.secret}\nKeep it now: it is not shown again.")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
