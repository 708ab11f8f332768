-- The part of crm_account or crm_contact that reads one local table of a CRM, with the
-- columns that the table has now.
CREATE FUNCTION pendo._crm_select(t pendo.crm_table)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH part AS (
      SELECT w.name, w.type, w.place,
             CASE w.name WHEN 'external_id'
                  THEN CASE WHEN t.external_id IS NOT NULL THEN ARRAY[t.external_id] END
                  ELSE pendo._crm_columns(pendo._find_relation(t.schema_name, t.table_name),
                                          t.connector, t.object, w.name) END AS columns
        FROM (VALUES (1, 'id', 'text'), (2, 'name', 'text'),
                     (3, CASE t.view_name WHEN 'crm_account' THEN 'domain' ELSE 'email' END, 'text'),
                     (4, 'owner_id', 'text'), (5, 'external_id', 'text'),
                     (6, 'is_deleted', 'boolean'), (7, 'updated_at', 'timestamptz'))
             AS w (place, name, type))
  SELECT format(E'SELECT %L::name AS connection,\n       ', t.connection)
         || string_agg(
                CASE WHEN p.name = 'is_deleted'
                     THEN 't.deleted_at IS NOT NULL'
                          || coalesce(' OR coalesce(t.' || quote_ident(p.columns[1]) || ', false)', '')
                     WHEN p.columns IS NULL THEN 'NULL::' || p.type
                     WHEN cardinality(p.columns) = 1 THEN format('t.%I::%s', p.columns[1], p.type)
                     ELSE format('nullif(concat_ws('' '', %s), '''')',
                                 pendo._column_list(p.columns, 't.')) END
                || ' AS ' || p.name, E',\n       ' ORDER BY p.place)
         || format(E'\n  FROM %I t', t.table_name)
    FROM part p;
END;
REVOKE ALL ON FUNCTION pendo._crm_select(pendo.crm_table) FROM PUBLIC;
COMMENT ON FUNCTION pendo._crm_select(pendo.crm_table) IS
    'the part of crm_account or crm_contact that reads one local table of a CRM';
