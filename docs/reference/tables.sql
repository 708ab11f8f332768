-- Prints docs/reference/tables.md: the tables as IMPORT FOREIGN SCHEMA makes
-- them, and of each column what EXPLAIN says becomes of a condition on it.
-- psql -AtXq -f docs/reference/tables.sql
\pset format unaligned
\pset tuples_only on
SELECT $page$# Tables

Made by `make docs` from the data that `IMPORT FOREIGN SCHEMA` uses and from
what `EXPLAIN` says. Each table is one object of Pendo; *source* is where its
rows come from. Columns bear Pendo's member names in snake_case; *member* is
the name in Pendo's rows.

*Conditions* tells what becomes of `column = value`, `IN`, `<>`, `IS NULL` and,
for numbers and times, of ranges, AND, OR and NOT over them:

- **exact**: Pendo decides, and nothing is checked again here.
- **rechecked**: Pendo returns at least the rows that fit (also those whose
  value has another type than the column), and they are checked again here.
- **here**: not sent; all rows are fetched and checked here.
- **NULL tests**: these alone are sent; anything else is checked here.

Everything else (LIKE, functions of a column, order of texts) is checked
here, and so are numbers that a double cannot hold. EXPLAIN says what was sent.
With the option `on_bad_value 'null'` exact conditions become rechecked ones.

Visitors and accounts have a further column for each metadata field of the
subscription, named `group_field`, with its Pendo type; conditions on those
are rechecked.$page$;

BEGIN;
CREATE SCHEMA pendo_reference;
SET LOCAL search_path = pendo_reference;
CREATE SERVER pendo_reference FOREIGN DATA WRAPPER pendo_fdw
    OPTIONS (time_zone 'UTC', history_start '2024-01-01', window '3000 days');
CREATE TABLE offered AS
SELECT grain, table_name || CASE grain WHEN 'hour' THEN '_hour' ELSE '' END AS relation, o.*
  FROM unnest('{day,hour}'::text[]) AS grain, pendo._offered_column(NULL, grain) o
 WHERE grain = 'day' OR period IS NOT NULL;
SELECT format('CREATE FOREIGN TABLE %I (%s) SERVER pendo_reference OPTIONS (object %L%s)', relation,
              string_agg(format('%I %s', column_name, type), ', ' ORDER BY "position"), table_name,
              ', period ' || quote_literal(period))
  FROM offered GROUP BY relation, table_name, period
\gexec
-- What is asked of Pendo under a condition, apart from which columns are read.
CREATE FUNCTION asked(relation text, condition text, OUT source text, OUT request text, OUT is_checked boolean)
LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE format('EXPLAIN (COSTS OFF, FORMAT json) SELECT FROM %I WHERE %s', relation, condition) INTO plan;
    plan := plan -> 0 -> 'Plan';
    source := coalesce(substring(plan ->> 'Pipeline' FROM '"source":\{"(\w+)"'), plan ->> 'Request');
    request := concat_ws(' ', regexp_replace(plan ->> 'Pipeline', ',\{"select":.*', ''), plan ->> 'Request', plan ->> 'Time Range');
    is_checked := plan -> 'Filter' IS NOT NULL;
END $$;
CREATE FUNCTION class(relation text, column_name text, type text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN a.request = b.request THEN 'here'
                WHEN v.value IS NULL THEN 'NULL tests'
                WHEN a.is_checked THEN 'rechecked'
                ELSE 'exact' END
      FROM (SELECT CASE WHEN type IN ('date', 'timestamptz') THEN '2024-06-01'
                        WHEN type = 'boolean' THEN 'true'
                        WHEN type NOT IN ('jsonb', 'text[]') THEN '1' END) AS v (value),
           asked(relation, format('%I ', column_name) || coalesce('= ' || quote_literal(v.value), 'IS NULL')) AS a,
           asked(relation, 'true') AS b
$$;
SELECT format(E'\n## %s\n\n%s%s.%s Source: %s.\n\n| column | type | member | conditions | what it is |\n|---|---|---|---|---|\n%s',
              table_name, upper(left(table_comment, 1)), substr(table_comment, 2),
              CASE WHEN bool_or(period IS NOT NULL)
                   THEN ' One of `day` and `hour` is there, by the table''s option `period`.'
                   ELSE '' END,
              (SELECT '`' || source || '`' FROM asked(table_name, 'true')),
              string_agg(format('| `%s` | %s | `%s` | %s | %s |', column_name, type, path,
                                class(relation, column_name, type), replace(comment, '|', '\|')), E'\n'
                         ORDER BY "position", grain))
  FROM (SELECT *, min(n) OVER (PARTITION BY table_name) AS place
          FROM (SELECT *, row_number() OVER () AS n FROM offered) o
         WHERE grain = 'day' OR column_name = 'hour') o
 GROUP BY place, table_name, table_comment
 ORDER BY place;
ROLLBACK;
