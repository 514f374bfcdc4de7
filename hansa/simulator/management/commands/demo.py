"""Fill the demonstration, and say who to log in as."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hansa.simulator import demonstration


class Command(BaseCommand):
    help = "Fill the demonstration vendor Northwind unless it is there, and say who to log in as."

    def handle(self, *args: Any, **options: Any) -> None:
        demonstration.fill(timezone.now())
        self.stdout.write(demonstration.greeting())
