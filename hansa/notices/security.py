"""What is said when somebody's way to log in changed."""

from django.conf import settings
from django.urls import reverse

from hansa.notices.letters import Letter

# By allauth's name of the change, or ours: what the mail is titled, and what it says.
NEWS = {
    "password_changed": ("Your password was changed", "Every other browser that was logged in no longer is."),
    "password_set": ("You have a password now", "It can be used to log in from now on."),
    "password_reset": ("Your password was changed", "Somebody used the link that we sent to this address."),
    "totp_activated": ("An authenticator app was added", "After the password we now ask for its code."),
    "totp_deactivated": ("Your authenticator app was removed", "We no longer ask for its code."),
    "webauthn_added": ("A passkey was added", "It can be used to log in from now on."),
    "webauthn_removed": ("A passkey was removed", "It can no longer be used to log in."),
    "recovery_codes_generated": ("You have new recovery codes", "The old ones are void."),
    "recovery_code_used": ("A recovery code was used", "It let somebody pass the second step, and is used up."),
    "second_factor_reset": (
        "Your second step was reset",
        "An administrator of your company removed your passkeys, app and recovery codes. Your password stays.",
    ),
}


def letter_about(what: str) -> Letter:
    """The letter about one kind of change. Raises KeyError for one that nobody wrote about."""
    title, text = NEWS[what]
    return Letter(
        subject=f"Hansa: {title[0].lower()}{title[1:]}",
        title=title,
        text=f"{text}\n\nIf it was not you, choose a new password at once and tell your administrator.",
        button="Look at your security",
        url=settings.BASE_URL + reverse("mfa_index"),
    )
