-- Has a partition of the outbox grown larger or older than that?
CREATE FUNCTION pendo._is_slot_old(slot integer, largest bigint, oldest interval)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    first_at timestamptz;
BEGIN
    EXECUTE format('SELECT created_at FROM pendo.outbox_%s LIMIT 1', slot) INTO first_at;
    RETURN first_at IS NOT NULL
       AND (first_at < now() - oldest
            OR pg_relation_size(format('pendo.outbox_%s', slot)::regclass) > largest);
END
$$;
REVOKE ALL ON FUNCTION pendo._is_slot_old(integer, bigint, interval) FROM PUBLIC;
COMMENT ON FUNCTION pendo._is_slot_old(integer, bigint, interval) IS
    'has a partition of the outbox grown large or old?';

-- Empty a partition of the outbox, if all in it is dealt with; true if it was.  It is looked
-- at again when nobody can write to it: who began before its turn was over may still do.
CREATE FUNCTION pendo._empty_slot(slot integer)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    question text := format('SELECT EXISTS (SELECT FROM pendo.outbox_%s o '
        'WHERE NOT EXISTS (SELECT FROM pendo.delivery d WHERE d.item = o.item AND d.outcome <> ''retry'') '
        'AND NOT EXISTS (SELECT FROM pendo.waiting w WHERE w.item = o.item))', slot);
    has_open boolean;
BEGIN
    EXECUTE question INTO has_open;
    IF has_open THEN
        RETURN false;
    END IF;
    EXECUTE format('LOCK TABLE pendo.outbox_%s IN ACCESS EXCLUSIVE MODE', slot);
    EXECUTE question INTO has_open;
    IF has_open THEN
        RETURN false;
    END IF;
    EXECUTE format('TRUNCATE pendo.outbox_%s', slot);
    RETURN true;
EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    RETURN false;
END
$$;
REVOKE ALL ON FUNCTION pendo._empty_slot(integer) FROM PUBLIC;
COMMENT ON FUNCTION pendo._empty_slot(integer) IS
    'empty a partition of the outbox, if all in it is dealt with';
