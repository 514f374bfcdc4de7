import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0008_replays_of_some_partners")]
    stays_small = "a row for each replay that somebody asked for"

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="replay",
            name="report_stays",
        ),
        migrations.AddField(
            model_name="replay",
            name="meant_for",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="replay",
            trigger=pgtrigger.compiler.Trigger(
                name="report_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"status\" = 'done')",
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "dmn", "reach", "meant_for", "partners", "within", "since", "until", "counts", "changes", "missing", "engine" rows from % table\', TG_TABLE_NAME;',
                    hash="2313315d3722db7d762f89a39adf470692caaa05",
                    operation='UPDATE OF "dmn", "reach", "meant_for", "partners", "within", "since", "until", "counts", "changes", "missing", "engine"',
                    pgid="pgtrigger_report_stays_f6853",
                    table="rulebook_replay",
                    when="BEFORE",
                ),
            ),
        ),
    ]
