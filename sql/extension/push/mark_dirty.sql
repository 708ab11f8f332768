-- The trigger on the declared sources of pushes: marks the keys of changed rows, or with
-- one mark everything where that is less work.  Arguments: the push, and the column that
-- holds the key.
--
-- As its definer, because who writes a source need not know of pushes.  So nothing of the
-- table's owner may run here: a value becomes text by its type's output function, never by
-- a cast; names "before" and "after" must be the trigger's transition tables, or they would
-- be found among temporary tables; and nobody but a push's owner marks by a table.
CREATE FUNCTION pendo._mark_dirty()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    most CONSTANT integer := 10000;     -- as in pendo._dirty_keys
    taken CONSTANT text := format('format(''%%s'', %I) AS key FROM ', TG_ARGV[1]);
    is_there CONSTANT text := format('%I IS NOT NULL', TG_ARGV[1]);
    state text;
    owner name;
    has_key boolean;
    keys text[];
BEGIN
    SELECT p.state, p.owner,
           EXISTS (SELECT FROM pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attname = TG_ARGV[1] AND a.attnum > 0
                      AND NOT a.attisdropped)
           AND (t.tgnewtable = 'after' OR TG_OP IN ('DELETE', 'TRUNCATE'))
           AND (t.tgoldtable = 'before' OR TG_OP IN ('INSERT', 'TRUNCATE'))
      INTO state, owner, has_key
      FROM pendo.push p
      JOIN pg_class c ON c.oid = TG_RELID AND pg_get_userbyid(c.relowner) = p.owner
      JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = TG_NAME
     WHERE p.name = TG_ARGV[0];
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    -- A push that rests gets a mark, too: who writes now may commit after its next pass.
    IF has_key AND state = 'live' AND TG_OP <> 'TRUNCATE' THEN
        EXECUTE format('SELECT array_agg(k.key) FROM (%s LIMIT %s) k',
                       CASE TG_OP
                       WHEN 'INSERT' THEN 'SELECT DISTINCT ' || taken || 'after WHERE ' || is_there
                       WHEN 'DELETE' THEN 'SELECT DISTINCT ' || taken || 'before WHERE ' || is_there
                       ELSE 'SELECT ' || taken || 'after WHERE ' || is_there || ' UNION '
                            'SELECT ' || taken || 'before WHERE ' || is_there END,
                       most + 1)
           INTO keys;
        IF keys IS NULL THEN
            RETURN NULL;
        ELSIF cardinality(keys) > most THEN
            keys := NULL;
        END IF;
    END IF;
    IF keys IS NOT NULL THEN
        INSERT INTO pendo.dirty (push, key) SELECT TG_ARGV[0], k FROM unnest(keys) k;
    ELSE
        INSERT INTO pendo.dirty (push) VALUES (TG_ARGV[0]);
    END IF;
    IF state = 'live' THEN
        PERFORM pendo._wake_delivery(owner);
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION pendo._mark_dirty() FROM PUBLIC;
COMMENT ON FUNCTION pendo._mark_dirty() IS 'mark keys whose rows may have changed';
