-- Summaries that pulls keep: a table whose rows of a day are what a query says of the
-- local tables.  One row for each summary of a model; the table and the query are in
-- the model's schema.
CREATE TABLE pendo.summary (
    owner name NOT NULL DEFAULT current_user,
    schema_name name NOT NULL,
    table_name name NOT NULL,
    source_table name NOT NULL,
    query text NOT NULL,
    PRIMARY KEY (owner, schema_name, table_name)     -- nobody can take another's name
);
ALTER TABLE pendo.summary ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.summary
    USING (owner = current_user) WITH CHECK (owner = current_user);
REVOKE ALL ON pendo.summary FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.summary', '');
COMMENT ON TABLE pendo.summary IS 'tables that are kept as sums over local ones';
COMMENT ON COLUMN pendo.summary.owner IS 'role whose pulls keep it';
COMMENT ON COLUMN pendo.summary.schema_name IS 'schema of the summary and its source';
COMMENT ON COLUMN pendo.summary.table_name IS 'the summary; has a column day';
COMMENT ON COLUMN pendo.summary.source_table IS
    'local table whose windows it follows';
COMMENT ON COLUMN pendo.summary.query IS
    'its rows, with a column day; names are looked up in the schema';
