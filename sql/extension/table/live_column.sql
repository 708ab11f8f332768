-- The columns of live tables, with the field of Pendo's that a column's
-- option names.
CREATE VIEW pendo.live_column AS
SELECT t.connection,
       t.schema_name,
       t.table_name,
       a.attname AS column_name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       (SELECT option_value
          FROM pg_catalog.pg_options_to_table(a.attfdwoptions)
         WHERE option_name = 'field') AS field,
       t.relation
  FROM pendo.live_table t
  JOIN pg_catalog.pg_attribute a ON a.attrelid = t.relation
 WHERE a.attnum > 0
   AND NOT a.attisdropped;
REVOKE ALL ON pendo.live_column FROM PUBLIC;
COMMENT ON VIEW pendo.live_column IS 'columns of live tables';
COMMENT ON COLUMN pendo.live_column.connection IS 'server';
COMMENT ON COLUMN pendo.live_column.schema_name IS 'schema of the table';
COMMENT ON COLUMN pendo.live_column.table_name IS 'name of the table';
COMMENT ON COLUMN pendo.live_column.column_name IS 'name of the column';
COMMENT ON COLUMN pendo.live_column.type IS 'SQL type';
COMMENT ON COLUMN pendo.live_column.field IS
    'field at Pendo, where the column''s name does not tell it';
COMMENT ON COLUMN pendo.live_column.relation IS 'the table, as regclass';
