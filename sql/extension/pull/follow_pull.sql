-- A pull's windows go with it, and take its new name.  Not by a foreign key: a restore
-- with several jobs fills the ledger before the pulls.  As its definer, as a foreign key
-- would, because the pull whose owner may see the windows is gone by now.
CREATE FUNCTION pendo._follow_pull()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_RELID <> 'pendo.pull'::regclass THEN
        RAISE insufficient_privilege USING MESSAGE = 'this is the trigger of pendo.pull alone';
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM pendo.ledger l WHERE l.pull = OLD.name;
    ELSE
        UPDATE pendo.ledger l SET pull = NEW.name WHERE l.pull = OLD.name;
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION pendo._follow_pull() FROM PUBLIC;
COMMENT ON FUNCTION pendo._follow_pull() IS 'a pull''s windows go with it';
CREATE TRIGGER follow_pull AFTER DELETE OR UPDATE OF name ON pendo.pull
    FOR EACH ROW EXECUTE FUNCTION pendo._follow_pull();
COMMENT ON TRIGGER follow_pull ON pendo.pull IS 'a pull''s windows go with it';
