-- What of a model we made, as it was then: tells a team's own changes from ours.
CREATE TABLE pendo.model_object (
    connection name NOT NULL,
    file text NOT NULL,
    statements text NOT NULL,
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
COMMENT ON COLUMN pendo.model_object.statements IS 'the template as it was then';
COMMENT ON COLUMN pendo.model_object.definition_hash IS
    'of the view as the server printed it then; NULL for what is no view';
