"""Log-in as allauth does it; the person of a session is read together with their places, because every page asks."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from hansa.accounts.actors import person_at_work
from hansa.accounts.models import User


class PersonBackend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        """The user of this id with their `places`, None if there is none or they may not log in."""
        found = person_at_work(user_id)
        if found is None or not self.user_can_authenticate(found[0]):
            return None
        user, places = found
        user.places = places  # type: ignore[attr-defined]
        return user
