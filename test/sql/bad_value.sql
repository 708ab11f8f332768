-- Values that do not fit their columns: an error that says which, or NULL, counted.
\set server bad
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
-- What each type says of what it cannot take.
CREATE FUNCTION bad.complaint(relation regclass, col name) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE format('SELECT count(%I) FROM %s', col, relation);
    RETURN 'none';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN SQLSTATE || ' ' || SQLERRM || coalesce('; ' || nullif(detail, ''), '');
END $$;
SELECT column_name, type, bad.complaint(relation, column_name)
  FROM pendo.live_column
 WHERE relation = 'bad.visitor'::regclass AND field ~ '^metadata\.(agent|custom)' AND type NOT IN ('text', 'jsonb')
 ORDER BY field COLLATE "C";
-- The error names the row and its hint the way out.
SELECT count(custom_amount) FROM visitor;
-- Columns that are not read do no harm, nor rows that are not asked for.
SELECT count(agent_email) > 0 AS others_fit FROM visitor;
SELECT count(custom_amount) > 0 AS first_ones_fit FROM (SELECT custom_amount FROM visitor LIMIT 2) v;
SELECT count(custom_amount) FROM visitor WHERE visitor_id = 'nobody';
-- Other types, of the team's choosing.
CREATE DOMAIN bad.positive AS integer CHECK (VALUE > 0);
CREATE TYPE bad.platform AS ENUM ('web', 'ios');
CREATE FOREIGN TABLE typed (
    small smallint OPTIONS (field 'id'), whole integer OPTIONS (field 'id'), single real OPTIONS (field 'id'),
    exact numeric(3) OPTIONS (field 'id'), above bad.positive OPTIONS (field 'id'), yes boolean OPTIONS (field 'name'),
    kind bad.platform OPTIONS (field 'platform'), short varchar(3) OPTIONS (field 'name'), at timestamptz OPTIONS (field 'name'),
    today date OPTIONS (field 'name'), list text[] OPTIONS (field 'name'), numbers bigint[] OPTIONS (field 'name'),
    uid uuid OPTIONS (field 'name'), doc jsonb OPTIONS (field 'name'), doc_text json OPTIONS (field 'name'),
    address inet OPTIONS (field 'name'), span interval OPTIONS (field 'name'), bytes bytea OPTIONS (field 'name'),
    one "char" OPTIONS (field 'platform'), padded char(4) OPTIONS (field 'platform'), n name OPTIONS (field 'name')
) SERVER bad OPTIONS (object 'app');
SELECT a.attname, format_type(a.atttypid, a.atttypmod), bad.complaint('typed', a.attname)
  FROM pg_attribute a WHERE a.attrelid = 'bad.typed'::regclass AND a.attnum > 0 ORDER BY a.attnum;
SELECT padded, n, one, doc FROM typed LIMIT 1;
-- NULL instead, on the server or on one table; text and jsonb lose nothing.
SELECT count(*) AS all_rows, count(metadata #> '{custom,amount}') FILTER (WHERE metadata #> '{custom,amount}' <> 'null') AS amounts FROM visitor \gset
ALTER SERVER bad OPTIONS (ADD on_bad_value 'null');
SELECT count(custom_amount) < :amounts AS some_null, count(*) = :all_rows AS all_rows FROM visitor;
SELECT count(*) > 0 AS same_as_in_metadata FROM visitor
 WHERE custom_amount IS NULL AND jsonb_typeof(metadata #> '{custom,amount}') = 'string';
SELECT count(*) FROM visitor
 WHERE custom_amount IS DISTINCT FROM CASE jsonb_typeof(metadata #> '{custom,amount}') WHEN 'number' THEN (metadata #> '{custom,amount}')::float8 END;
ALTER FOREIGN TABLE visitor OPTIONS (ADD on_bad_value 'error');
SELECT bad.complaint('bad.visitor', 'custom_amount');
ALTER FOREIGN TABLE visitor OPTIONS (SET on_bad_value 'null');
-- Counted, once each.
CREATE FUNCTION bad.counted(query text) RETURNS TABLE (bad_values bigint) LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, FORMAT json) ' || query INTO plan;
    bad_values := (plan -> 0 -> 'Plan' ->> 'Bad Values')::bigint;
    RETURN NEXT;
END $$;
SELECT bad_values = :amounts - (SELECT count(custom_amount) FROM visitor) AS right FROM bad.counted('SELECT custom_amount FROM bad.visitor');
SELECT bad_values FROM bad.counted('SELECT agent_email FROM bad.visitor');
-- A condition on such a value is decided here: Pendo would not call it NULL.
SELECT :all_rows - count(custom_amount) AS null_ones FROM visitor \gset
SELECT count(*) = :null_ones AS same FROM visitor WHERE custom_amount IS NULL;
SELECT count(*) = :all_rows - :null_ones AS same FROM visitor WHERE custom_amount IS NOT NULL;
SELECT count(*) FROM visitor WHERE custom_amount > 0 AND jsonb_typeof(metadata #> '{custom,amount}') <> 'number';
-- Types without an own conversion still report errors.
ALTER FOREIGN TABLE typed OPTIONS (ADD on_bad_value 'null');
SELECT bad.complaint('typed', 'uid'), bad.complaint('typed', 'whole');
SELECT whole, yes, at, today, list FROM typed LIMIT 1;
\i :drop
