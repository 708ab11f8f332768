-- How the live tables of a connection differ from what Pendo offers now, a
-- row a difference.  In: the connection.  Out: what ALTER FOREIGN TABLE would
-- say; of a column to be added only type and options, since the name may be
-- taken by then.  Errors: those of the network.
CREATE FUNCTION pendo._table_difference(
    connection name,
    OUT relation regclass,
    OUT table_name text,
    OUT column_name name,
    OUT action text,
    OUT definition text,
    OUT comment text)
RETURNS SETOF record
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH offered AS MATERIALIZED (
      -- Only the grain differs; a subscription's own fields come once.
      SELECT * FROM pendo._offered_column(connection, 'day')
       UNION ALL
      SELECT * FROM pendo._offered_column(NULL, 'hour', pendo._connector_of(connection))
       WHERE period = 'hour'),
  live AS (
      SELECT * FROM pendo.live_table t WHERE t.connection = $1),
  present AS (
      SELECT c.relation, c.column_name, c.type, c.field
        FROM pendo.live_column c
       WHERE c.connection = $1),
  wanted AS (
      SELECT l.relation, l.object, o.column_name::name AS column_name,
             o.type, o.comment, o.is_metadata,
             o.path,
             CASE WHEN o.is_metadata THEN o.path END AS field
        FROM live l
        JOIN offered o ON o.table_name = l.object
                      AND o.period IS NOT DISTINCT FROM l.period),
  -- A column is a field's by its option, or by its name.
  found AS (
      SELECT w.relation, w.column_name AS wanted, p.column_name, p.type
        FROM wanted w
        JOIN present p ON p.relation = w.relation
                      AND (p.field = w.path
                           OR p.field IS NULL AND p.column_name = w.column_name))
  SELECT w.relation, w.object, w.column_name, 'added',
         w.type || coalesce(' OPTIONS (field ' || quote_literal(w.field) || ')',
                            ''),
         w.comment
    FROM wanted w
   WHERE NOT EXISTS (SELECT FROM found f
                      WHERE f.relation = w.relation AND f.wanted = w.column_name)
   UNION ALL
  SELECT w.relation, w.object, f.column_name, 'has another type',
         format('ALTER COLUMN %I TYPE %s', f.column_name, w.type), w.comment
    FROM wanted w
    JOIN found f ON f.relation = w.relation AND f.wanted = w.column_name
   WHERE w.is_metadata
     AND f.type <> format_type(w.type::regtype, NULL)
   UNION ALL
  SELECT p.relation, l.object, p.column_name, 'gone at ' || CASE pendo._connector_of(connection)
                                                    WHEN 'salesforce_fdw' THEN 'Salesforce'
                                                    ELSE 'Pendo' END,
         format('DROP COLUMN %I', p.column_name), NULL
    FROM present p
    JOIN live l ON l.relation = p.relation
   WHERE (p.field LIKE 'metadata.%' OR p.field ~ '^\w+__c$')
     AND l.object IN (SELECT o.table_name FROM offered o WHERE o.is_metadata)
     AND NOT EXISTS (SELECT FROM wanted w
                      WHERE w.relation = p.relation AND w.path = p.field)
   UNION ALL
  SELECT DISTINCT NULL::regclass, o.table_name, NULL::name, 'not imported',
         NULL, o.table_comment
    FROM offered o
   WHERE NOT EXISTS (SELECT FROM live l WHERE l.object = o.table_name);
END;
REVOKE ALL ON FUNCTION pendo._table_difference(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._table_difference(name) IS
    'how live tables differ from what Pendo offers now';
