-- Warn of a table, or a partition of it, whose rows a publication could not tell apart:
-- as soon as somebody publishes it, or all tables, every load that updates or deletes
-- rows of it fails.
CREATE FUNCTION pendo._warn_of_identity(target regclass)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT pendo._warn(format('table %s has neither a primary key nor REPLICA IDENTITY FULL', c.oid::regclass),
                     '01000',
                     'A publication of it, or of all tables, would make every load fail that deletes or updates rows.',
                     format('ALTER TABLE %s REPLICA IDENTITY FULL;', c.oid::regclass))
    FROM pg_class c
   WHERE (c.oid = target OR c.oid IN (SELECT t.relid FROM pg_partition_tree(target) t))
     AND c.relkind = 'r'
     AND c.relreplident <> 'f'
     AND NOT EXISTS (SELECT FROM pg_index i
                      WHERE i.indrelid = c.oid
                        AND CASE c.relreplident WHEN 'd' THEN i.indisprimary ELSE i.indisreplident END)
   ORDER BY c.oid::regclass::text
   LIMIT 1;
END;
REVOKE ALL ON FUNCTION pendo._warn_of_identity(regclass) FROM PUBLIC;
COMMENT ON FUNCTION pendo._warn_of_identity(regclass) IS
    'warn of a table whose rows a publication could not tell apart';
