"""The events' table: partitioned by month, append-only."""

EVENTS = """
CREATE TABLE core_event (
    id uuid NOT NULL,
    vendor_id uuid NOT NULL REFERENCES accounts_vendor (id),
    partnership_id uuid,
    name text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    actor_label text NOT NULL,
    on_behalf_of text NOT NULL,
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    data jsonb NOT NULL,
    changes jsonb NOT NULL,
    cause_id uuid,
    at timestamptz NOT NULL DEFAULT hansa_now(),
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX core_event_subject ON core_event (vendor_id, subject_id, at);
CREATE INDEX core_event_feed ON core_event (vendor_id, partnership_id, at);
CREATE INDEX core_event_audit ON core_event (vendor_id, at);
CREATE TABLE core_event_other PARTITION OF core_event DEFAULT;
CREATE FUNCTION core_event_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'events are never changed' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON core_event
    FOR EACH ROW EXECUTE FUNCTION core_event_refuse_change();

CREATE FUNCTION hansa_event_partitions(first date, months int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE month date;
BEGIN
    FOR month IN SELECT generate_series(date_trunc('month', first), first + months * interval '1 month', '1 month') LOOP
        EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF core_event FOR VALUES FROM (%L) TO (%L)',
            'core_event_' || to_char(month, 'YYYY_MM'), month, month + interval '1 month');
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION hansa_event_partitions FROM PUBLIC;
SELECT hansa_event_partitions((now() - interval '1 month')::date, 14);
"""

DROP_EVENTS = """
DROP TABLE core_event; DROP FUNCTION core_event_refuse_change(); DROP FUNCTION hansa_event_partitions(date, int);
"""
