-- A push's records and marks go with it.  As its definer, because the push whose owner may
-- see them is gone by now.
CREATE FUNCTION pendo._follow_push()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_RELID <> 'pendo.push'::regclass THEN
        RAISE insufficient_privilege USING MESSAGE = 'this is the trigger of pendo.push alone';
    END IF;
    DELETE FROM pendo.push_record r WHERE r.push = OLD.name;
    DELETE FROM pendo.dirty d WHERE d.push = OLD.name;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION pendo._follow_push() FROM PUBLIC;
COMMENT ON FUNCTION pendo._follow_push() IS 'a push''s records go with it';
CREATE TRIGGER follow_push AFTER DELETE ON pendo.push
    FOR EACH ROW EXECUTE FUNCTION pendo._follow_push();
COMMENT ON TRIGGER follow_push ON pendo.push IS 'a push''s records go with it';
