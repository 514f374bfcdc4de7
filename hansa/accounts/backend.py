"""Log-in as allauth does it; the person of a session is read by one plain statement, because every page asks."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from hansa.accounts.models import User
from hansa.core.joined import Joined

PERSON = Joined("FROM accounts_user person WHERE person.id = %s", person=User)


class PersonBackend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        """The user of this id, None if there is none or they may not log in."""
        found = [row["person"] for row in PERSON.rows(user_id)]
        return found[0] if found and self.user_can_authenticate(found[0]) else None
