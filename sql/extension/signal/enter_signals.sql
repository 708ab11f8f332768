-- From here to the caller's end names are looked up in a model's schema.  Errors: the model
-- is not the current role's, or an older one that has no signals.
CREATE FUNCTION pendo._enter_signals(schema name)
RETURNS pendo.model
LANGUAGE plpgsql VOLATILE STRICT
AS $$
DECLARE
    m pendo.model := pendo._own_model(schema);
BEGIN
    IF pendo._find_relation(schema, 'signal') IS NULL THEN
        RAISE undefined_table USING
            MESSAGE = pg_catalog.format('the model in schema "%s" has no signals', schema),
            HINT = pg_catalog.format('SELECT * FROM pendo.upgrade_model(%L, apply => true);', m.connection);
    END IF;
    PERFORM pg_catalog.set_config('search_path', pg_catalog.format('%I, pg_temp', schema), true);
    RETURN m;
END
$$;
REVOKE ALL ON FUNCTION pendo._enter_signals(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._enter_signals(name) IS 'look names up in a model''s schema';
