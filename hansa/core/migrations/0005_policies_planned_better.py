from django.db import migrations

# PostgreSQL takes a comparison with a sub-select's result for true in one row of two hundred, and a sub-select that
# compares by itself for true in one of two.
ALTER = """
DO $alter$
DECLARE
    vendor_side CONSTANT text := '(( SELECT hansa_side() AS hansa_side) = ''vendor''::text)';
    better CONSTANT text := '(SELECT hansa_side() = ''vendor'')';
    found record;
BEGIN
    FOR found IN
        SELECT format('ALTER POLICY %I ON %I.%I', policyname, schemaname, tablename)
               || coalesce(' USING (' || replace(qual, vendor_side, better) || ')', '')
               || coalesce(' WITH CHECK (' || replace(with_check, vendor_side, better) || ')', '') AS statement
        FROM pg_policies
        WHERE policyname LIKE 'hansa_%' AND strpos(concat(qual, with_check), vendor_side) > 0
    LOOP
        EXECUTE found.statement;
    END LOOP;
END $alter$
"""


# The planner may ask for the side first, and then nobody asks for the vendor: without a context this too is an error.
SIDE = """
CREATE OR REPLACE FUNCTION hansa_side() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE side text := current_setting('hansa.side', true);
BEGIN
    IF coalesce(side, '') = '' THEN RAISE 'no tenant context' USING ERRCODE = 'insufficient_privilege'; END IF;
    RETURN side;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0004_fewer_indexes")]

    operations = [
        migrations.RunSQL(SIDE, migrations.RunSQL.noop),
        migrations.RunSQL(ALTER, migrations.RunSQL.noop),
    ]
