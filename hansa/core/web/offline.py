"""What `offline.js` is told by the pages that it runs on."""

from typing import Any

KEPT_DAYS = 7


def offline(person: Any, *, page: str = "", register: str = "") -> dict[str, Any]:
    """Whose what is kept is and for how many days; the form's address for when there is no network, and where it is
    sent. Neither is known where one logs out.
    """
    return {"person": person.pk.hex, "days": KEPT_DAYS, "page": page, "register": register}
