"""What a program asks of a registration beyond the least that every one has, and how many it takes."""

from django.db.models import TextChoices


class Requirable(TextChoices):
    """What is optional unless the program asks for it."""

    DOMAIN = "domain", "The customer's web address"
    COUNTRY = "country", "The customer's country"
    CONTACT_NAME = "contact_name", "The name of a contact at the customer"
    CONTACT_EMAIL = "contact_email", "The contact's e-mail"
    NEED = "need", "What problem the customer wants to solve"


class EvidenceWhen(TextChoices):
    """By when something has to show that the customer wants it."""

    NEVER = "never", "Never: it helps, but nobody asks for it"
    APPROVAL = "approval", "Before a registration is approved: a file, a link or a few words"
    SUBMISSION = "submission", "When it is registered: a link or a few words; files may follow"


MOST = 10_000
REQUIREMENTS = ("required_fields", "evidence", "open_registrations_max", "registrations_per_day")
