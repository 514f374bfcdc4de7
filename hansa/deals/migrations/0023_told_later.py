from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deals", "0022_assignments")]

    operations = [migrations.AddField("deal", "told_at", models.DateTimeField(editable=False, null=True))]
