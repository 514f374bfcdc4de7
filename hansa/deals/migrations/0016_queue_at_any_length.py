from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

WAITS = ["submitted", "under_review", "action_required"]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("deals", "0015_resembling")]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("status__in", WAITS)),
                fields=["vendor", "status", "partnership"],
                name="deal_waiting_of_partner",
            ),
        ),
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("resembles", True), ("status__in", WAITS)),
                fields=["vendor", "submitted_at", "id"],
                name="deal_resembling",
            ),
        ),
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("status__in", WAITS)),
                fields=["vendor", "due_at", "id"],
                include=["status"],
                name="deal_by_due",
            ),
        ),
        RemoveIndexConcurrently(model_name="deal", name="deal_due"),
    ]
