-- Times and days against values of every type, in several zones.
\set server tim
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
\set heap :abs_srcdir '/include/heap.sql'
\i :heap
SET client_min_messages = warning;
ALTER SERVER tim OPTIONS (ADD on_bad_value 'null', ADD history_start '2024-06-01', ADD window '60 days');
IMPORT FOREIGN SCHEMA pendo LIMIT TO (page_event) FROM SERVER tim INTO public OPTIONS (period 'hour');
ALTER FOREIGN TABLE public.page_event RENAME TO hourly;
ALTER FOREIGN TABLE public.hourly SET SCHEMA tim;
CREATE TABLE heap_event AS SELECT * FROM event WHERE day <= '2024-06-20';
CREATE TABLE heap_hourly AS SELECT * FROM hourly WHERE hour < '2024-06-20';
CREATE TABLE heap_guide_event AS SELECT * FROM guide_event WHERE browser_time < '2024-06-20';
CREATE TABLE heap_visitor AS SELECT * FROM visitor;
SELECT min(browser_time) AS seen FROM heap_guide_event WHERE browser_time > '2024-06-05' \gset
\pset format unaligned
\pset tuples_only on
CREATE TABLE condition (relation text, expression text);
INSERT INTO condition
SELECT relation, format('%s %s %s AND %1$s < timestamptz ''2024-06-16''', field, sign, value)
  FROM (VALUES ('event', 'day'), ('hourly', 'hour'), ('guide_event', 'browser_time')) t (relation, field),
       (VALUES ('='), ('<'), ('<='), ('>'), ('>='), ('<>')) s (sign),
       (VALUES ('date ''2024-06-05'''), ('timestamp ''2024-06-05 04:00'''),
               ('timestamptz ''2024-06-05 04:00+00''')) v (value);
INSERT INTO condition VALUES
    ('event', 'day IN (''2024-06-05'', ''2024-06-07'', NULL)'),
    ('event', 'day NOT IN (''2024-06-05'', ''2024-06-07'') AND day < ''2024-06-16'''),
    ('event', 'day = ANY (ARRAY[timestamptz ''2024-06-05 00:00+00'', ''2024-06-05 04:00+00'']) AND day < ''2024-06-16'''),
    ('event', 'day < ALL (ARRAY[date ''2024-06-05'', ''2024-06-07''])'),
    ('event', '(day < ''2024-06-03'' OR day > ''2024-06-12'') AND day < ''2024-06-16'''),
    ('event', 'NOT (day >= ''2024-06-03'')'),
    ('event', 'day <> ''infinity'' AND day < ''2024-06-16'''), ('event', 'day < ''2024-06-16'' AND day > ''-infinity'''),
    ('event', 'day = ''5874897-12-31'''),
    ('event', 'day = NULL'), ('event', 'day IS NULL AND day < ''2024-06-16'''), ('event', 'day IS NOT NULL AND day < ''2024-06-16'''),
    ('event', 'day < ''2024-06-16'' AND first_time >= ''2024-06-05 10:00'' AND last_time < ''2024-06-07 10:00:00.0001'''),
    ('event', 'day < ''2024-06-16'' AND first_time::date = day'), ('event', 'day + 1 = ''2024-06-06'' AND day < ''2024-06-16'''),
    ('event', 'extract(isodow FROM day) = 1 AND day < ''2024-06-16'''),
    ('visitor', 'auto_firstvisit = ''infinity'''), ('visitor', 'auto_firstvisit < ''294276-12-30'''),
    ('visitor', 'auto_firstvisit > ''4713-01-02 BC'''), ('visitor', 'auto_lastvisit BETWEEN date ''2024-06-05'' AND timestamp ''2024-06-10 12:00'''),
    ('visitor', 'auto_lastvisit <> ALL (ARRAY[date ''2024-06-05''])'), ('visitor', 'agent_signupdate IS NULL'),
    ('visitor', 'agent_signupdate < ''2024-01-01'''), ('visitor', 'agent_signupdate = ''2024-02-29 00:00'' OR custom_renewaldate > ''2024-06-01''');
INSERT INTO condition SELECT 'guide_event', format('browser_time %s %L AND browser_time < ''2024-06-16''', sign, value)
  FROM (VALUES ('='), ('<'), ('<='), ('>'), ('>='), ('<>')) s (sign),
       (VALUES (:'seen'::timestamptz), (:'seen'::timestamptz + interval '1 us'), (:'seen'::timestamptz - interval '1 us')) v (value);
-- All of them in each zone: how many give rows, and which differ.
CREATE FUNCTION tim.compare(zone text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    c record;
    found text;
    total int := 0;
    full_ones int := 0;
BEGIN
    PERFORM set_config('timezone', zone, false);
    FOR c IN SELECT * FROM condition LOOP
        found := heap_same(c.relation, c.expression);
        total := total + 1;
        full_ones := full_ones + (found NOT LIKE '0 %')::int;
        IF found NOT LIKE '% rows' THEN
            RETURN NEXT format('%s: %s: %s', c.relation, c.expression, found);
        END IF;
    END LOOP;
    RETURN NEXT format('%s conditions, %s with rows', total, full_ones);
END $$;
SELECT tim.compare('America/New_York');
SELECT tim.compare('Asia/Kolkata');
SELECT tim.compare('Pacific/Kiritimati');
SET timezone = 'UTC';
\i :drop
