import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    stays_small = "few deals have a second company, and the other column's constant default rewrites nothing"

    dependencies = [("accounts", "0005_second_factor"), ("deals", "0020_taken_back")]

    operations = [
        migrations.AddField(
            "deal", "registrant", models.TextField(blank=True, db_default="", default="", editable=False)
        ),
        migrations.AddField(
            "party",
            "person",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
    ]
