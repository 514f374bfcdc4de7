from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CONTEXT = "SELECT set_config('hansa.vendor', %s, true), set_config('hansa.side', 'vendor', true)"
FOLLOW = """
UPDATE accounts_vendor vendor SET timezone = calendar.timezone FROM programs_calendar calendar
WHERE vendor.id = %s AND calendar.vendor_id = vendor.id
"""


def follow_the_calendars(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let each vendor's own time zone be the one of its calendar; the owner is behind the wall as well."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM accounts_vendor")
        for (vendor,) in cursor.fetchall():
            cursor.execute(CONTEXT, [str(vendor)])
            cursor.execute(FOLLOW, [vendor])


def leave(apps: Any, schema_editor: Any) -> None:
    """Nothing to undo: a calendar says the same."""


class Migration(migrations.Migration):
    dependencies = [("programs", "0008_program_answer_times"), ("accounts", "0007_shortcuts")]

    operations = [migrations.RunPython(follow_the_calendars, leave)]
