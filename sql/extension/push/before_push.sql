-- What a person changes of pushes by UPDATE counts at once, as if by a function: one that
-- is started compares everything, and who names a shorter "every" does not wait for the
-- end of the longer one.  A draft has no triggers on its sources, so that a forgotten one
-- costs nothing.
CREATE FUNCTION pendo._before_push()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NEW.name <> OLD.name THEN
        RAISE feature_not_supported USING
            MESSAGE = 'a push keeps its name',
            DETAIL = 'Its items and the triggers on its sources carry it.';
    END IF;
    IF (NEW.object, NEW.key_field, NEW.operation) IS DISTINCT FROM (OLD.object, OLD.key_field, OLD.operation) THEN
        NEW.state := 'draft';       -- it would write other records, or in another way
    END IF;
    IF (NEW.object, NEW.key_field) IS DISTINCT FROM (OLD.object, OLD.key_field) THEN
        DELETE FROM pendo.push_record r WHERE r.push = OLD.name;
    END IF;
    IF NEW.state IS DISTINCT FROM OLD.state OR NEW.trial_limit IS DISTINCT FROM OLD.trial_limit THEN
        NEW.due_at := now();
        NEW.full_at := NULL;
        IF OLD.state = 'draft' THEN
            PERFORM pendo._follow_sources(NEW.name, NEW.sources);
        ELSIF NEW.state = 'draft' THEN
            PERFORM pendo._follow_sources(NEW.name, '{}');
        END IF;
    ELSIF NEW.every IS DISTINCT FROM OLD.every THEN
        NEW.due_at := least(NEW.due_at, coalesce(NEW.last_run_at, now()) + NEW.every);
    END IF;
    NEW.revision := OLD.revision + 1;
    PERFORM pendo._wake();
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION pendo._before_push() FROM PUBLIC;
COMMENT ON FUNCTION pendo._before_push() IS 'let changed pushes run when they are due now';
CREATE TRIGGER before_push BEFORE UPDATE OF name, object, key_field, operation, state, trial_limit, every, is_scheduled, connection, owner
    ON pendo.push FOR EACH ROW EXECUTE FUNCTION pendo._before_push();
COMMENT ON TRIGGER before_push ON pendo.push IS 'let changed pushes run when they are due now';
