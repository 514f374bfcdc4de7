import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# The lists of reports that were made before are packed as new ones are: integers with the least byte first.
PACK = """
CREATE FUNCTION replay_packed(list bigint[], width integer) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(string_agg(substring(int8send(item.each) FROM 9 - byte FOR 1), '' ORDER BY place, byte), '')
    FROM unnest(list) WITH ORDINALITY AS item (each, place), generate_series(1, width) AS byte
$$;
ALTER TABLE rulebook_replaycases
    ALTER COLUMN decisions TYPE bytea USING decode(replace(array_to_string(decisions, ''), '-', ''), 'hex'),
    ALTER COLUMN fired TYPE bytea USING replay_packed(fired, 4),
    ALTER COLUMN amounts TYPE bytea USING replay_packed(amounts, 8);
DROP FUNCTION replay_packed;
"""


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0007_decisions_by_time")]
    stays_small = "replays came one migration ago, and nobody has many reports yet"

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="replay", name="report_stays"),
        migrations.AddField(
            model_name="replay",
            name="partners",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
        ),
        migrations.AddField(model_name="replay", name="reach", field=models.TextField(blank=True, default="")),
        migrations.AddField(model_name="replay", name="within", field=models.UUIDField(null=True)),
        migrations.RunSQL(
            PACK,
            migrations.RunSQL.noop,
            state_operations=[
                migrations.AlterField(model_name="replaycases", name=name, field=models.BinaryField())
                for name in ("decisions", "fired", "amounts")
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="replay",
            trigger=pgtrigger.compiler.Trigger(
                name="report_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"status\" = 'done')",
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "dmn", "reach", "partners", "within", "since", "until", "counts", "changes", "missing", "engine" rows from % table\', TG_TABLE_NAME;',
                    hash="c6afa62668e35b2122599bf29b5236d1c7afb8c6",
                    operation='UPDATE OF "dmn", "reach", "partners", "within", "since", "until", "counts", "changes", "missing", "engine"',
                    pgid="pgtrigger_report_stays_f6853",
                    table="rulebook_replay",
                    when="BEFORE",
                ),
            ),
        ),
    ]
