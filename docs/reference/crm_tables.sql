-- Prints docs/reference/crm_tables.md: the tables of HubSpot and Salesforce as IMPORT
-- FOREIGN SCHEMA makes them, and of each column what EXPLAIN says becomes of a
-- condition on it.
-- psql -AtXq -f docs/reference/crm_tables.sql
\pset format unaligned
\pset tuples_only on
SELECT $page$# Tables of HubSpot and Salesforce

Made by `make docs` from the data that `IMPORT FOREIGN SCHEMA` uses and from
what `EXPLAIN` says. *Member* is the name in the remote rows.

A CRM runs few conditions: `id = ...` and `id IN (...)`, `updated_at >= ...`
and `>`, and the mark of deleted records `= ...`. They are **rechecked**: it
returns at least the rows that fit. All other conditions are checked **here**.
Only the columns that a query reads are asked for.

Each object has a further column for each property or field that the account
or organisation defined itself, named as it is there, in lower case. Types:
numbers `double precision`, whole numbers of Salesforce `bigint`, dates `date`,
date-times `timestamptz`, several options at once `text[]`, all else `text`. Of
the other standard fields any can be had by a column with the option `field`:
`properties.NAME` for HubSpot, `Name` or `Parent.Name` for Salesforce.

Rows of deleted records are there only if a query reads the column that marks
them (`is_archived`, `is_deleted`; so also by `SELECT *`).

HubSpot's search, which `updated_at >= ...` uses, sees a change some seconds
late, at times half a minute: a query right after a change may miss it.$page$;

BEGIN;
CREATE SCHEMA pendo_reference;
SET LOCAL search_path = pendo_reference;
CREATE SERVER hubspot FOREIGN DATA WRAPPER hubspot_fdw;
CREATE SERVER salesforce FOREIGN DATA WRAPPER salesforce_fdw OPTIONS (login_url 'https://example.my.salesforce.com');
CREATE TABLE offered AS
SELECT c.n, c.server, c.server || '_' || o.table_name AS relation, o.*, row_number() OVER () AS place
  FROM (VALUES (1, 'hubspot'), (2, 'salesforce')) AS c (n, server),
       pendo._offered_column(NULL, NULL, c.server || '_fdw') o;
SELECT format('CREATE FOREIGN TABLE %I (%s) SERVER %I OPTIONS (object %L)', relation,
              string_agg(format('%I %s', column_name, type), ', ' ORDER BY place), server, table_name)
  FROM offered GROUP BY relation, table_name, server
\gexec
-- What is asked under a condition, apart from which columns are read.
CREATE FUNCTION asked(relation text, condition text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE format('EXPLAIN (COSTS OFF, FORMAT json) SELECT FROM %I WHERE %s', relation, condition) INTO plan;
    plan := plan -> 0 -> 'Plan';
    RETURN concat_ws(' ', plan ->> 'Request', plan ->> 'Keys', plan ->> 'Changed Since');
END $$;
CREATE FUNCTION class(relation text, column_name text, type text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN type IN ('jsonb', 'text[]') THEN 'here'
                WHEN asked(relation, format('%I ', column_name)
                           || CASE WHEN type IN ('timestamptz', 'date') THEN '>= ''2024-06-01'''
                                   WHEN type = 'boolean' THEN '= true'
                                   ELSE '= ''1''' END)
                     = asked(relation, format('%I IS NULL', column_name)) THEN 'here'
                ELSE 'rechecked' END
$$;
SELECT format(E'\n## %s: %s\n\n%s. Source: `%s`.\n\n| column | type | member | conditions | what it is |\n|---|---|---|---|---|\n%s',
              CASE n WHEN 1 THEN 'HubSpot' ELSE 'Salesforce' END, table_name,
              upper(left(table_comment, 1)) || substr(table_comment, 2), asked(relation, 'true'),
              string_agg(format('| `%s` | %s | `%s` | %s | %s |', column_name, type, path,
                                class(relation, column_name, type), replace(comment, '|', '\|')), E'\n'
                         ORDER BY place))
  FROM offered
 GROUP BY n, relation, table_name, table_comment
 ORDER BY n, min(place);
ROLLBACK;
