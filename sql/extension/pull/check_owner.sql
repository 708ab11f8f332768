-- A pull fires its table's triggers as its own owner, who must be the table's: else who
-- may write a trigger would act with another's rights.
CREATE FUNCTION pendo._check_owner(target regclass)
RETURNS void
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    owner regrole := (SELECT relowner FROM pg_class WHERE oid = target);
BEGIN
    IF owner::oid IS DISTINCT FROM (SELECT oid FROM pg_roles WHERE rolname = current_user) THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('must be owner of table %s', target),
            DETAIL = 'A pull writes its local table, and fires its triggers, as the table''s owner.',
            HINT = CASE WHEN pg_has_role(owner, 'MEMBER') THEN format('SET ROLE %s;', owner) END;
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._check_owner(regclass) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_owner(regclass) IS
    'an error where the current role is not a table''s owner';
