-- The remote fields of a push that its object does not have, as the connection's live
-- tables show it, and the nearest that it has.  No row: all are there; or, with a NOTICE,
-- no live table tells.
CREATE FUNCTION pendo.check_push(name text)
RETURNS TABLE (field text, nearest text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    p pendo.push := pendo._own_push(name);
    known text[] := ARRAY(SELECT pendo._live_field(p.connection, p.object));
BEGIN
    IF known = '{}' THEN
        RAISE NOTICE USING
            MESSAGE = format('the fields of push "%s" could not be checked', p.name),
            DETAIL = format('No live table of connection "%s" shows %s.', p.connection, p.object);
        RETURN;
    END IF;
    RETURN QUERY
        SELECT f.field, pendo._nearest(f.field, known)
          FROM (SELECT p.key_field UNION ALL SELECT value FROM jsonb_each_text(p.columns)) AS f (field)
         WHERE f.field <> ALL (known)
         ORDER BY f.field;
END
$$;
REVOKE ALL ON FUNCTION pendo.check_push(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.check_push(text) IS 'remote fields of a push that are not there';
