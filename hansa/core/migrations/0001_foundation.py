from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

from hansa.core.walls import DROP_FUNCTIONS, FUNCTIONS, Grant, RuntimeRole


class Migration(migrations.Migration):
    """The runtime role, the clock, and the functions that both walls stand on."""

    initial = True
    dependencies = []
    operations = [
        BtreeGistExtension(),
        RuntimeRole(),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        Grant("core_clock", rights="SELECT"),
    ]
