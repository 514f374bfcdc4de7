import django.db.models.deletion
from django.db import migrations, models

import hansa.kernel.ids
from hansa.core.walls import Walls


class Migration(migrations.Migration):
    """A partner's clients keep answers too, so the table changes its audience; what it held was of no lasting use."""

    dependencies = [
        ("accounts", "0001_initial"),
        ("core", "0002_initial"),
    ]

    operations = [
        migrations.DeleteModel(name="IdempotencyKey"),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=hansa.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("partnership_id", models.UUIDField(null=True)),
                ("client", models.UUIDField()),
                ("key", models.TextField()),
                ("fingerprint", models.TextField()),
                ("status", models.PositiveSmallIntegerField()),
                ("body", models.TextField()),
                ("headers", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.vendor"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("vendor", "client", "key"), name="one_answer_per_idempotency_key")
                ],
            },
        ),
        Walls("IdempotencyKey", "partner"),
    ]
