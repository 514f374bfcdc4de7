from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("rulebook", "0006_replays")]

    operations = [
        AddIndexConcurrently(
            model_name="decision",
            index=models.Index(fields=["vendor", "at"], include=("id", "partnership"), name="decision_at"),
        ),
    ]
