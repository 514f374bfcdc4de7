"""Fill the demonstration, and say who to log in as."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hansa.kernel.errors import DomainError
from hansa.simulator import demonstration


class Command(BaseCommand):
    help = "Fill the demonstration vendor Northwind unless it is there, and say who to log in as."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            demonstration.fill(timezone.now())
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(demonstration.greeting())
