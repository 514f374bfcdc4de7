import django.db.models.deletion
from django.db import migrations, models

import hansa.core.fields
import hansa.kernel.ids
from hansa.core.walls import Walls


class Migration(migrations.Migration):
    stays_small = "a new table, and a column of few rows without a default rewrites nothing"

    dependencies = [("accounts", "0007_shortcuts"), ("deals", "0021_registered_in_name")]

    operations = [
        migrations.AddField(
            "bulkdecision",
            "assignee",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AlterField(
            "bulkdecision",
            "kind",
            models.TextField(choices=[("approve", "Approve"), ("reject", "Reject"), ("assign", "Assign")]),
        ),
        migrations.CreateModel(
            "Assignment",
            [
                (
                    "id",
                    models.UUIDField(
                        default=hansa.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("given_by", models.TextField()),
                ("given_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "deal",
                    hansa.core.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="deals.deal"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.vendor",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["vendor", "deal", "given_at"], name="assignment_of_deal"),
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["vendor", "reviewer"],
                        name="assignment_of_reviewer",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("vendor", "deal"),
                        name="one_assignment_per_registration",
                        violation_error_code="assigned_meanwhile",
                        violation_error_message="Somebody assigned this registration meanwhile. Look again.",
                    )
                ],
            },
        ),
        Walls("Assignment", "vendor"),
    ]
