"""Work for every vendor: a job of its own for each, so that one vendor's trouble is nobody else's."""

from typing import Any

from procrastinate.tasks import Task
from procrastinate.types import JSONDict

from hansa.accounts.models import Vendor


def defer_for_each_vendor(*tasks: Task[Any, Any, Any]) -> None:
    """Enqueue each of the tasks, which take a `vendor_id`, once for every vendor."""
    jobs: list[JSONDict] = [{"vendor_id": str(vendor)} for vendor in Vendor.objects.values_list("pk", flat=True)]
    for task in tasks:
        task.batch_defer(*jobs)
