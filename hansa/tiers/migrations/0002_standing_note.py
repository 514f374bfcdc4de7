from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tiers", "0001_initial")]

    operations = [
        migrations.AddField("tierstanding", "note", models.TextField(blank=True, default="", db_default="")),
    ]
