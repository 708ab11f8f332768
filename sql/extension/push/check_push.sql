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
    known text[] := ARRAY(SELECT DISTINCT f.field FROM pendo._live_field(p.connection, p.object) f);
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

-- An error if a push would write a remote field that is not there.
CREATE FUNCTION pendo._check_remote_fields(p pendo.push)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wrong record;
BEGIN
    SELECT * INTO wrong FROM pendo.check_push(p.name) LIMIT 1;
    IF FOUND THEN
        RAISE undefined_column USING
            MESSAGE = format('%s of connection "%s" has no field "%s"', p.object, p.connection, wrong.field),
            DETAIL = format('Push "%s" would write it.', p.name),
            HINT = concat('Perhaps you meant "' || wrong.nearest || '". ',
                          format('If it is new there, or once you have made it: SELECT * FROM pendo.refresh_tables(%L);',
                                 p.connection));
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._check_remote_fields(pendo.push) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_remote_fields(pendo.push) IS 'an error if a remote field of a push is not there';
