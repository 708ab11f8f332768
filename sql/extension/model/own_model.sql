-- The model in a schema, which must be the current role's: what runs over it runs the
-- team's own views and conditions, with the rights of who asks.
CREATE FUNCTION pendo._own_model(schema name)
RETURNS pendo.model
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    m pendo.model%ROWTYPE;
BEGIN
    SELECT * INTO m FROM pendo.model d WHERE d.schema_name = schema;
    IF NOT FOUND THEN
        RAISE undefined_object USING
            MESSAGE = format('there is no model in schema "%s"', schema),
            DETAIL = coalesce('There are: ' || (
                SELECT string_agg(d.schema_name, ', ' ORDER BY d.schema_name) FROM pendo.model d
                 WHERE d.owner = current_user) || '.', 'You have none.'),
            HINT = 'pendo.keep_local() makes one.';
    ELSIF m.owner <> current_user THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('the model in schema "%s" belongs to "%s"', schema, m.owner),
            DETAIL = 'Its owner''s views and conditions are run, so nobody else may do that.',
            HINT = format('SET ROLE %I;', m.owner);
    END IF;
    RETURN m;
END
$$;
REVOKE ALL ON FUNCTION pendo._own_model(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._own_model(name) IS 'the model in a schema, if it is the current role''s';
