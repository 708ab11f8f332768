-- What is known of a model goes with it, and takes its new name; see pendo._follow_pull
-- for why by no foreign key.
CREATE FUNCTION pendo._follow_model()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_RELID <> 'pendo.model'::regclass THEN
        RAISE insufficient_privilege USING MESSAGE = 'this is the trigger of pendo.model alone';
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM pendo.model_object o WHERE o.connection = OLD.connection;
    ELSE
        UPDATE pendo.model_object o SET connection = NEW.connection
         WHERE o.connection = OLD.connection;
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION pendo._follow_model() FROM PUBLIC;
COMMENT ON FUNCTION pendo._follow_model() IS 'what is known of a model goes with it';
CREATE TRIGGER follow_model AFTER DELETE OR UPDATE OF connection ON pendo.model
    FOR EACH ROW EXECUTE FUNCTION pendo._follow_model();
COMMENT ON TRIGGER follow_model ON pendo.model IS 'what is known of a model goes with it';
