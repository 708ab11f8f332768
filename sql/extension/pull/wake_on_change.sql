-- What a person changes of pulls by UPDATE counts at once, as if by a function: the
-- workers look again what is due, and who names a shorter "every" does not wait for the
-- end of the longer one.  Not at INSERT: a restore is no reason to begin, and what defines
-- a pull wakes the workers itself.
CREATE FUNCTION pendo._wake_on_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE pendo.ledger l
       SET due_at = least(l.due_at, coalesce(l.checked_at, now()) + n.every)
      FROM after n JOIN before o ON o.name = n.name
     WHERE n.every IS DISTINCT FROM o.every AND l.pull = n.name AND l.state <> 'closed';
    PERFORM pendo._wake();
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION pendo._wake_on_change() FROM PUBLIC;
COMMENT ON FUNCTION pendo._wake_on_change() IS
    'let changed pulls run when they are due now';
CREATE TRIGGER wake_on_change AFTER UPDATE ON pendo.pull
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION pendo._wake_on_change();
COMMENT ON TRIGGER wake_on_change ON pendo.pull IS 'let changed pulls run when they are due now';
