from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("deals", "0006_deciding_in_time")]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("status__in", ["submitted", "under_review", "action_required"])),
                fields=["vendor", "submitted_at", "id"],
                name="deal_waiting",
            ),
        ),
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("status__in", ["submitted", "under_review", "action_required"])),
                fields=["vendor", "due_at", "id"],
                name="deal_due",
            ),
        ),
        RemoveIndexConcurrently(model_name="deal", name="deal_undecided"),
    ]
