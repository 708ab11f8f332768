-- Models: which schema holds the local tables, summaries and views of which
-- connection.
CREATE TABLE pendo.model (
    connection name PRIMARY KEY,
    schema_name name NOT NULL UNIQUE,
    owner name NOT NULL DEFAULT current_user,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE pendo.model ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.model
    USING (owner = current_user) WITH CHECK (owner = current_user);
REVOKE ALL ON pendo.model FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.model', '');
COMMENT ON TABLE pendo.model IS 'schemas with the local tables, summaries and views of a connection';
COMMENT ON COLUMN pendo.model.connection IS 'server';
COMMENT ON COLUMN pendo.model.schema_name IS 'schema';
COMMENT ON COLUMN pendo.model.owner IS 'role that made it and whose pulls fill it';
COMMENT ON COLUMN pendo.model.created_at IS 'when';

-- What of a model we made, as it was then: tells a team's own changes from ours.
CREATE TABLE pendo.model_object (
    connection name NOT NULL,
    file text NOT NULL,
    template_hash text NOT NULL,
    definition_hash text,
    PRIMARY KEY (connection, file)
);
ALTER TABLE pendo.model_object ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.model_object
    USING (EXISTS (SELECT FROM pendo.model m
                    WHERE m.connection = model_object.connection AND m.owner = current_user));
REVOKE ALL ON pendo.model_object FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.model_object', '');
COMMENT ON TABLE pendo.model_object IS 'what of a model was made by the extension';
COMMENT ON COLUMN pendo.model_object.connection IS 'server of the model';
COMMENT ON COLUMN pendo.model_object.file IS 'template that it was made of';
COMMENT ON COLUMN pendo.model_object.template_hash IS 'of the template as it was then';
COMMENT ON COLUMN pendo.model_object.definition_hash IS
    'of the view as it was then; NULL for what is no view';

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
