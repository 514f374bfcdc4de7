"""`hansa vendor`: the tenants of this installation."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from hansa.accounts.models import User, Workspace
from hansa.core.operator import Answer, NounCommand
from hansa.kernel.errors import DomainError, Invalid
from hansa.programs.founding import found_vendor


class Command(NounCommand):
    help = "The vendors that run their programs here."

    def add_verbs(self) -> None:
        self.verb("list", list_vendors, "The vendors that there are.")
        create = self.verb("create", create_vendor, "Found a vendor with its first administrator.")
        create.add_argument("--name", required=True)
        create.add_argument("--slug", required=True, help="its name in addresses, e.g. northwind")
        create.add_argument("--admin-email", required=True, help="who administrates it; made if there is nobody yet")
        create.add_argument("--admin-name", default="", help="the administrator's name")
        create.add_argument("--country", default="", help="two letters")
        create.add_argument("--currency", default="EUR", help="three letters")


def list_vendors(**_: Any) -> Answer:
    """Each vendor with its workspace, in the order of their names."""
    homes = Workspace.objects.filter(partnership_id=None).select_related("vendor").order_by("vendor__name")
    data = [{"vendor": home.vendor.public_id, "name": home.vendor.name, "workspace": home.slug} for home in homes]
    return Answer(data, "\n".join(f"{home.vendor.name}: /w/{home.slug}/" for home in homes) or "There is none yet.")


def create_vendor(
    *, name: str, slug: str, admin_email: str, admin_name: str, country: str, currency: str, **_: Any
) -> Answer:
    """Found a vendor. A new administrator gets a password, shown this once."""
    email = admin_email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid("email_unreadable", f"{admin_email!r} is no e-mail address.", "admin_email") from None
    with transaction.atomic():
        if Workspace.objects.filter(slug=slug).exists():
            raise DomainError("slug_in_use", f"There is a workspace {slug} already.", "slug")
        admin, password = User.objects.filter(email=email).first(), ""
        if admin is None:
            password = secrets.token_urlsafe(12)
            admin = User.objects.create_user(email, password, name=admin_name or email)
        workspace = found_vendor(name=name, slug=slug, admin=admin, country=country.upper(), currency=currency.upper())
    data = {"vendor": workspace.vendor.public_id, "workspace": slug, "admin": email, "password": password or None}
    said = f"Log in as {email}" + (f" with the password {password}" if password else ", with the password as it is")
    return Answer(data, f"{name} is founded: /w/{slug}/\n{said}.")
