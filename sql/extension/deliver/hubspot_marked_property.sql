-- The property that ends with a marker, where records have no key of their own: a create
-- whose answer was lost is looked for by it.  NULL: there is none.
CREATE FUNCTION pendo._hubspot_marked_property(object text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT CASE object WHEN 'tasks' THEN 'hs_task_body' WHEN 'notes' THEN 'hs_note_body' END;
END;
REVOKE ALL ON FUNCTION pendo._hubspot_marked_property(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_marked_property(text) IS
    'the property that ends with a marker, where records have no key';
