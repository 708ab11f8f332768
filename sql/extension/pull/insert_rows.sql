-- Insert the rows of a query into a table, all of a page at once, as COPY does;
-- returns how many.  NULL, and nothing is done, if the table wants an ordinary INSERT:
-- triggers on INSERT, rules, row-level security, CHECK constraints, defaults or
-- generated columns beside the named ones, types that need a cast, or a partition that
-- is a foreign table.
CREATE FUNCTION pendo._insert_rows(target regclass, columns name[], query text)
RETURNS bigint
LANGUAGE c VOLATILE STRICT
AS 'MODULE_PATHNAME', 'pendo_insert_rows';
REVOKE ALL ON FUNCTION pendo._insert_rows(regclass, name[], text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._insert_rows(regclass, name[], text) IS
    'insert the rows of a query, many at once';
