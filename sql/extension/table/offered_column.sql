-- What IMPORT FOREIGN SCHEMA would make of a connection, a row a column.
-- In: the connection, or NULL to ask nobody and leave out the fields that a
-- subscription defined itself; the grain of grouped event tables, 'day' or
-- 'hour'; without a connection, the name of the connector.  Out: "path" is where Pendo's rows have the value; is_metadata, that
-- the column option field has to name it; is_loose, that values of other
-- types occur.  Errors: those of the network.
CREATE FUNCTION pendo._offered_column(
    connection name,
    grain text,
    connector text DEFAULT 'pendo_fdw',
    OUT table_name text,
    OUT table_comment text,
    OUT period text,
    OUT "position" integer,
    OUT column_name text,
    OUT type text,
    OUT path text,
    OUT comment text,
    OUT is_metadata boolean,
    OUT is_loose boolean)
RETURNS SETOF record
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', 'pendo_offered_column';
REVOKE ALL ON FUNCTION pendo._offered_column(name, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._offered_column(name, text, text) IS
    'tables and columns that a connection offers';
