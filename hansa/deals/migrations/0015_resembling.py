from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CONTEXT = "SELECT set_config('hansa.vendor', %s, true), set_config('hansa.side', 'vendor', true)"
MARK = """
UPDATE deals_deal deal SET resembles = true
WHERE vendor_id = %s AND status IN ('submitted', 'under_review', 'action_required') AND (
    SELECT proof.evidence #>> '{0,row}' FROM rulebook_decision decision
    JOIN rulebook_decisionevidence proof ON proof.vendor_id = decision.vendor_id AND proof.decision_id = decision.id
    WHERE decision.vendor_id = deal.vendor_id AND decision.subject_id = deal.id
    ORDER BY decision.at DESC LIMIT 1) IN ('earlier-claim', 'similar-company')
"""


def mark_those_that_wait(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Say of each registration that waits whether a likeness is why; the owner is behind the wall as well."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM accounts_vendor")
        for (vendor,) in cursor.fetchall():
            cursor.execute(CONTEXT, [str(vendor)])
            cursor.execute(MARK, [vendor])


def leave(apps: Any, schema_editor: Any) -> None:
    """Nothing to undo: the column goes."""


class Migration(migrations.Migration):
    dependencies = [("deals", "0014_verdict"), ("rulebook", "0001_initial")]

    operations = [
        migrations.AddField("deal", "resembles", models.BooleanField(default=False, db_default=False, editable=False)),
        migrations.RunPython(mark_those_that_wait, leave),
    ]
