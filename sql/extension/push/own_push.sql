-- A push of the current role's.  Errors: there is none of this name, or it is another
-- role's.
CREATE FUNCTION pendo._own_push(name text)
RETURNS pendo.push
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.push%ROWTYPE;
BEGIN
    SELECT * INTO p FROM pendo.push d WHERE d.name = _own_push.name;
    IF NOT FOUND THEN
        RAISE undefined_object USING
            MESSAGE = format('push "%s" does not exist', name),
            DETAIL = coalesce('There are: '
                || (SELECT string_agg(d.name, ', ' ORDER BY d.name) FROM pendo.push d
                     WHERE d.owner = current_user) || '.', 'You have none.'),
            HINT = 'pendo.define_push() makes pushes.';
    ELSIF p.owner <> current_user THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('push "%s" belongs to "%s"', name, p.owner),
            DETAIL = 'A push reads its owner''s view, so nobody else may run it.',
            HINT = format('SET ROLE %I;', p.owner);
    END IF;
    RETURN p;
END
$$;
REVOKE ALL ON FUNCTION pendo._own_push(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._own_push(text) IS 'a push of the caller''s own; an error if it is not';
