from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_disputes_per_month")]

    operations = [
        migrations.AddField("user", "shortcuts", models.BooleanField(db_default=True, default=True)),
    ]
