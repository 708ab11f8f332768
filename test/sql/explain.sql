-- EXPLAIN: all formats with their counters, parameters, subqueries, reasons.
\set server expl
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
ALTER SERVER expl OPTIONS (ADD history_start '2024-06-01');
-- EXPLAIN's lines; counters that depend on time or compression as N.  What
-- versions of PostgreSQL print differently is made the same: parameters are P,
-- rows are whole, and 18 says of each node whether it is disabled.
CREATE FUNCTION expl.lines(options text, query text, wanted text DEFAULT '.') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (COSTS OFF, %s) %s', options, query) LOOP
        FOREACH line IN ARRAY string_to_array(line, E'\n') LOOP
            IF line ~ wanted AND line !~ 'Disabled' THEN
                line := regexp_replace(regexp_replace(line, ',$', ''), 'rows=(\d+)\.00', 'rows=\1');
                line := regexp_replace(line, '(Bytes.Received\M\D+|Bytes.Spooled\M\D+|Network.Wait\M\D+)[\d.]+', '\1N');
                RETURN NEXT regexp_replace(line, '\$\d+|\(InitPlan \d+\)\.col1', 'P', 'g');
            END IF;
        END LOOP;
    END LOOP;
END $$;
\pset format unaligned
\pset tuples_only on
-- The same facts in every format; text leaves zeros out, the others have all.
\set counters 'Windows|Requests|Rows Received|Rows-Received|Bytes|Retries|Bad|Wait|Range|Reasons'
SELECT expl.lines('ANALYZE, TIMING OFF, SUMMARY OFF', 'SELECT visitor_id FROM event WHERE day IN (''2024-06-03'', ''2024-06-05'') AND visitor_id ~ ''7$''', 'Windows|Requests|Received|Range|Reasons');
SELECT expl.lines('ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT json', 'SELECT visitor_id FROM event WHERE day = ''2024-06-03''', :'counters');
SELECT expl.lines('ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT yaml', 'SELECT visitor_id FROM event WHERE day = ''2024-06-03''', :'counters');
SELECT expl.lines('ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT xml', 'SELECT visitor_id FROM event WHERE day = ''2024-06-03''', :'counters');
SELECT expl.lines('ANALYZE, TIMING ON, SUMMARY OFF', 'SELECT visitor_id FROM event WHERE day = ''2024-06-03''', 'Network Wait');
-- Whole plans.
SELECT expl.lines('FORMAT ' || format, 'SELECT visitor_id FROM event WHERE day = ''2024-06-03'' AND visitor_id LIKE ''a%''')
  FROM (VALUES ('text'), ('json'), ('yaml'), ('xml')) f (format);
-- Each machine-readable one is well formed, whatever is quoted.
CREATE FUNCTION expl.whole(format text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan text;
BEGIN
    EXECUTE format($q$EXPLAIN (ANALYZE, COSTS OFF, FORMAT %s)
        SELECT id FROM page WHERE name = '<&>"''\ é' AND name LIKE ']]>%%'$q$, format) INTO plan;
    RETURN plan;
END $$;
SELECT expl.whole('json')::json -> 0 -> 'Plan' ->> 'Pipeline';
SELECT expl.whole('json')::json -> 0 -> 'Plan' -> 'Filter Reasons';
SELECT xpath_exists('//*[local-name() = "Pipeline"]', expl.whole('xml')::xml);
SELECT expl.whole('yaml') ~ E'\n +Pipeline: "';
-- Nothing is asked for.
SELECT expl.lines('ANALYZE, TIMING OFF, SUMMARY OFF', 'SELECT visitor_id FROM event WHERE day > ''2024-06-05'' AND day < ''2024-06-05''', 'Range|Windows|Requests|Received');
SELECT expl.lines('ANALYZE, TIMING OFF, SUMMARY OFF', 'SELECT id FROM page WHERE false');
-- A scan that never ran, one that ran often.
SELECT expl.lines('ANALYZE, TIMING OFF, SUMMARY OFF', 'SELECT 1 FROM app a JOIN LATERAL (SELECT FROM page p WHERE p.app_id = a.id OFFSET 0) p ON true WHERE a.id = 0', 'Pipeline|Windows|Requests|Received');
SELECT expl.lines('ANALYZE, TIMING OFF, SUMMARY OFF', 'SELECT (SELECT count(*) FROM page p WHERE p.app_id = a.id) FROM app a WHERE a.id < 5000000000000000', 'loops|Requests|Rows Received');
-- Values known later: parameters, subqueries, arrays of both.
PREPARE p (date, text, bigint[]) AS SELECT visitor_id FROM event WHERE day >= $1 AND visitor_id = $2 AND app_id = ANY ($3);
SET plan_cache_mode = force_generic_plan;
SELECT expl.lines('ANALYZE off', 'EXECUTE p (''2024-06-03'', ''v'', ''{1,2}'')');
RESET plan_cache_mode;
SELECT expl.lines('ANALYZE off', 'SELECT visitor_id FROM event WHERE day = (SELECT max(d) FROM (VALUES (date ''2024-06-03'')) v (d)) AND app_id = ANY (ARRAY(SELECT 5::bigint))', 'Foreign|Pipeline|Range|Windows|Reasons');
SELECT expl.lines('ANALYZE, TIMING OFF, SUMMARY OFF', 'SELECT visitor_id FROM event WHERE day = (SELECT max(d) FROM (VALUES (date ''2024-06-03'')) v (d)) AND app_id = ANY (ARRAY(SELECT 5::bigint))', 'Pipeline|Range|Windows|Reasons');
-- Every reason why a condition is checked here; each once.
SELECT expl.lines('VERBOSE off', 'SELECT id FROM page WHERE name ~ ''a'' AND name < ''b'' AND id = name AND length(name) > 2 AND (app_id IS NULL) IS UNKNOWN AND name || id = ''x'' AND stable_version_id = ''s''', 'Reasons');
SET pendo_fdw.enable_pushdown = off;
SELECT expl.lines('VERBOSE off', 'SELECT id FROM page WHERE id = ''x'' AND app_id = 7');
RESET pendo_fdw.enable_pushdown;
-- VERBOSE, views, unions, joins with what is here.
SELECT expl.lines('VERBOSE', 'SELECT a.name FROM app a WHERE a.id = 5 LIMIT 1');
SELECT expl.lines('VERBOSE off', 'SELECT id FROM page WHERE app_id = 5 UNION ALL SELECT id FROM feature WHERE app_id = 5');
SELECT expl.lines('VERBOSE off', 'SELECT * FROM (VALUES (1)) v (app_id) JOIN app a ON a.id = v.app_id', 'Scan|Pipeline');
SELECT expl.lines('VERBOSE off', 'SELECT id, name FROM segment WHERE name = ''x''');
\i :drop
