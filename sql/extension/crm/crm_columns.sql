-- The columns of a CRM's table, live or local, that a column of crm_account or
-- crm_contact is; NULL: it has none of those that are assumed.
CREATE FUNCTION pendo._crm_columns(relation regclass, connector text, object text, view_column text)
RETURNS name[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.columns
    FROM pendo._default_crm_column d
   WHERE d.connector = _crm_columns.connector AND d.object = _crm_columns.object
     AND d.view_column = _crm_columns.view_column
     AND NOT EXISTS (SELECT FROM unnest(d.columns) AS u (name)
                      WHERE NOT EXISTS (SELECT FROM pg_attribute a
                                         WHERE a.attrelid = relation AND a.attname = u.name
                                           AND a.attnum > 0 AND NOT a.attisdropped))
   ORDER BY d.rank
   LIMIT 1;
END;
REVOKE ALL ON FUNCTION pendo._crm_columns(regclass, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._crm_columns(regclass, text, text, text) IS
    'the columns of a CRM''s table that a column of crm_account or crm_contact is';
