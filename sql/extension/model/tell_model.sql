-- When a model's connection gets another name, its views are told.  With the rights of
-- who says so, and not if the team has made that view its own.
CREATE FUNCTION pendo._tell_model()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pendo._say_whose_model(NEW.connection, NEW.schema_name);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION pendo._tell_model() FROM PUBLIC;
COMMENT ON FUNCTION pendo._tell_model() IS 'tell a model''s views their connection''s name';
-- After follow_model, which gives what is known of the view the new name.
CREATE TRIGGER tell_model AFTER UPDATE OF connection ON pendo.model
    FOR EACH ROW WHEN (OLD.connection <> NEW.connection)
    EXECUTE FUNCTION pendo._tell_model();
COMMENT ON TRIGGER tell_model ON pendo.model IS 'tell a model''s views their connection''s name';
