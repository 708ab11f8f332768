-- Is a view still as we made it?  Its hash tells, mostly.  But a server prints a view as
-- its version does, so after pg_upgrade all hashes are others: then the view is made once
-- more of the statements that made it, printed by this server, and that is undone.  The
-- statements are run for the model's owner, or if they are the extension's own by now:
-- a row that names SQL gives nobody rights.
CREATE FUNCTION pendo._is_as_made(m pendo.model, o pendo.model_object)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    object text := substring(o.file FROM '([^/]+)\.sql$');
    found text := pendo._definition_hash(m.schema_name, object);
    made text;
BEGIN
    IF found IS NULL OR found = o.definition_hash THEN
        RETURN found IS NOT DISTINCT FROM o.definition_hash;
    ELSIF m.owner <> current_user AND NOT EXISTS (
        SELECT FROM pendo._default_model() d
         WHERE d.file = o.file AND pendo._model_statements(m, d.file, d.statements) = o.statements) THEN
        RETURN false;
    END IF;
    BEGIN
        PERFORM pendo._create_model_object(m.connection, m.schema_name, o.file, o.statements);
        made := pendo._definition_hash(m.schema_name, object);
        RAISE EXCEPTION 'undo it';
    EXCEPTION WHEN OTHERS THEN
        NULL;       -- or it cannot even be made in this view's place
    END;
    RETURN found IS NOT DISTINCT FROM made;
END
$$;
REVOKE ALL ON FUNCTION pendo._is_as_made(pendo.model, pendo.model_object) FROM PUBLIC;
COMMENT ON FUNCTION pendo._is_as_made(pendo.model, pendo.model_object) IS
    'is a view still as we made it?';
