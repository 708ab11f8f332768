-- The live tables there are, with what they show.
CREATE VIEW pendo.live_table AS
SELECT s.srvname AS connection,
       n.nspname AS schema_name,
       c.relname AS table_name,
       o.object,
       o.period,
       c.oid::regclass AS relation
  FROM pg_catalog.pg_foreign_table t
  JOIN pg_catalog.pg_class c ON c.oid = t.ftrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_foreign_server s ON s.oid = t.ftserver
  JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
 CROSS JOIN LATERAL (
       SELECT max(option_value) FILTER (WHERE option_name = 'object'),
              max(option_value) FILTER (WHERE option_name = 'period')
         FROM pg_catalog.pg_options_to_table(t.ftoptions)) AS o (object, period)
 WHERE w.fdwname IN ('pendo_fdw', 'hubspot_fdw', 'salesforce_fdw');
REVOKE ALL ON pendo.live_table FROM PUBLIC;
COMMENT ON VIEW pendo.live_table IS 'live tables and what they show';
COMMENT ON COLUMN pendo.live_table.connection IS 'server';
COMMENT ON COLUMN pendo.live_table.schema_name IS 'schema of the table';
COMMENT ON COLUMN pendo.live_table.table_name IS 'name of the table';
COMMENT ON COLUMN pendo.live_table.object IS 'what it shows';
COMMENT ON COLUMN pendo.live_table.period IS
    'grain of a grouped event table, day or hour; else NULL';
COMMENT ON COLUMN pendo.live_table.relation IS 'the table, as regclass';
