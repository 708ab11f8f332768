-- Give a role of the team's own what a kind of user needs in schema pendo:
-- application (reads local tables, sees how fresh they are), analyst (also defines
-- and runs pulls of its own, asks live tables), operator (application, and sees and
-- pauses everybody's pulls) or admin (all of these, and connects).  Rights on the
-- team's own schemas and servers are the team's to give.
-- Out: the statements that were run.
CREATE FUNCTION pendo.grant_access(role regrole, kind text)
RETURNS SETOF text
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kinds text[] := CASE kind
        WHEN 'application' THEN '{application}'
        WHEN 'analyst' THEN '{application,analyst}'
        WHEN 'operator' THEN '{application,operator}'
        WHEN 'admin' THEN '{application,analyst,operator,admin}' END;
    statement text;
BEGIN
    IF kinds IS NULL THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('unknown kind of access "%s"', kind),
            HINT = 'Use application, analyst, operator or admin.';
    END IF;
    FOR statement IN
        SELECT format('GRANT %s ON %s %s TO %s', a.privileges, a.object_type, a.object, role)
          FROM pendo._default_access a WHERE a.kind = ANY (kinds)
        UNION ALL
        SELECT format('GRANT EXECUTE ON ROUTINE %s TO %s', p.oid::regprocedure, role)
          FROM pg_proc p
         WHERE p.pronamespace = 'pendo'::regnamespace
           AND 'analyst' = ANY (kinds)
           AND p.proname !~ '_fdw_(handler|validator)$'
           AND p.prorettype NOT IN ('event_trigger'::regtype, 'trigger'::regtype)
           AND NOT EXISTS (SELECT FROM pendo._default_access a
                            WHERE a.object_type = 'FUNCTION'
                              AND to_regprocedure(a.object) = p.oid)
    LOOP
        EXECUTE statement;
        RETURN NEXT statement;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo.grant_access(regrole, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.grant_access(regrole, text) IS
    'give a role what a kind of user needs: application, analyst, operator, admin';
