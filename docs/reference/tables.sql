-- Prints docs/reference/tables.md from the data that IMPORT FOREIGN SCHEMA
-- uses: psql -AtX -f docs/reference/tables.sql
\pset format unaligned
\pset tuples_only on
SELECT $page$# Tables

Made by `make docs` from the data that `IMPORT FOREIGN SCHEMA` uses. Each
table is one object of Pendo. Columns bear Pendo's member names in
snake_case; *member* is the name in Pendo's rows.

*Conditions* tells what becomes of `column = value`, `IN`, `<>`, `IS NULL` and,
for numbers and times, of ranges, AND, OR and NOT over them:

- **exact**: Pendo decides, and nothing is checked again here.
- **rechecked**: Pendo returns at least the rows that fit (also those whose
  value has another type than the column), and they are checked again here.
- **here**: not sent; all rows are fetched and checked here.

Everything else (LIKE, functions of a column, order of texts) is checked
here. EXPLAIN says what was sent. With the option `on_bad_value 'null'` exact
conditions become rechecked ones.

Visitors and accounts have a further column for each metadata field of the
subscription, named `group_field`, with its Pendo type; conditions on those
are rechecked.$page$;

WITH offered AS (
    SELECT *, 'day' AS grain FROM pendo._offered_column(NULL, 'day')
     UNION ALL
    SELECT *, 'hour' FROM pendo._offered_column(NULL, 'hour') WHERE column_name = 'hour'),
ordered AS (
    SELECT table_name, row_number() OVER () AS place
      FROM pendo._offered_column(NULL, 'day') WHERE "position" = 1)
SELECT format(E'\n## %s\n\n%s%s.%s\n\n| column | type | member | conditions | what it is |\n|---|---|---|---|---|\n%s',
              o.table_name, upper(left(o.table_comment, 1)), substr(o.table_comment, 2),
              CASE WHEN bool_or(o.period IS NOT NULL)
                   THEN ' One of `day` and `hour` is there, by the table''s option `period`.'
                   ELSE '' END,
              string_agg(format('| `%s` | %s | `%s` | %s | %s |', o.column_name, o.type, o.path,
                         CASE WHEN o.table_name IN ('segment', 'report')
                                OR o.type IN ('jsonb', 'text[]') THEN 'here'
                              WHEN o.is_loose THEN 'rechecked'
                              ELSE 'exact' END,
                         replace(o.comment, '|', '\|')), E'\n'
                         ORDER BY o."position", o.grain))
  FROM offered o JOIN ordered USING (table_name)
 GROUP BY ordered.place, o.table_name, o.table_comment
 ORDER BY ordered.place;
