-- A pull's two tables.  Errors: one is not there (any more).
CREATE FUNCTION pendo._relation(pull text, is_source boolean)
RETURNS regclass
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    definition pendo.pull%ROWTYPE;
    schema_name name;
    table_name name;
    found regclass;
BEGIN
    SELECT * INTO STRICT definition FROM pendo.pull p WHERE p.name = pull;
    schema_name := CASE WHEN is_source THEN definition.source_schema
                        ELSE definition.target_schema END;
    table_name := CASE WHEN is_source THEN definition.source_table
                       ELSE definition.target_table END;
    found := to_regclass(format('%I.%I', schema_name, table_name));
    IF found IS NULL THEN
        RAISE undefined_table USING
            MESSAGE = format('table "%s.%s" of pull "%s" does not exist',
                             schema_name, table_name, pull),
            HINT = 'If it was renamed, define the pull again with the new name; '
                   'if it is not needed any more, SELECT pendo.drop_pull('
                   || quote_literal(pull) || ').';
    END IF;
    RETURN found;
END
$$;
REVOKE ALL ON FUNCTION pendo._relation(text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo._relation(text, boolean) IS
    'a pull''s source or target; an error if it is gone';
