-- A push's source.  Errors: it is not there (any more); what reading it runs is another
-- role's: functions of a view, and of policies, act with the rights of who reads, so who
-- may replace them would act with the push's.
CREATE FUNCTION pendo._push_source(p pendo.push)
RETURNS regclass
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found regclass := to_regclass(format('%I.%I', p.source_schema, p.source_table));
BEGIN
    IF found IS NULL THEN
        RAISE undefined_table USING
            MESSAGE = format('table "%s.%s" of push "%s" does not exist',
                             p.source_schema, p.source_table, p.name),
            HINT = format('Make it again; or, if it was renamed, SELECT * FROM pendo.define_push(%1$L, source => ''...''). '
                          'Until then SELECT pendo.pause_push(%1$L) lets the push rest.', p.name);
    ELSIF EXISTS (SELECT FROM pg_class c
                   WHERE c.oid = found AND (c.relkind = 'v' OR c.relrowsecurity)
                     AND pg_get_userbyid(c.relowner) <> current_user) THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('must be owner of %s', found),
            DETAIL = 'Functions of a view or policy act with the rights of who reads it.',
            HINT = (SELECT format('SET ROLE %I;',
                                  pg_get_userbyid(c.relowner)) FROM pg_class c WHERE c.oid = found);
    END IF;
    RETURN found;
END
$$;
REVOKE ALL ON FUNCTION pendo._push_source(pendo.push) FROM PUBLIC;
COMMENT ON FUNCTION pendo._push_source(pendo.push) IS 'a push''s source; an error if it is gone or another role''s';
