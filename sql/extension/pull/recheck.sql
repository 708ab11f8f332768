-- Read windows once more, closed ones too, as after a doubt: those of the days "first"
-- to "last" of a pull, or all.  They are due at once.  Returns how many.
CREATE FUNCTION pendo.recheck(pull text, first date DEFAULT '-infinity', last date DEFAULT 'infinity')
RETURNS bigint
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH again AS (
    UPDATE pendo.ledger l
       SET due_at = clock_timestamp(), fingerprint = NULL, full_at = NULL
      FROM pendo.pull p
     WHERE p.name = recheck.pull AND l.pull = p.name
       AND (l.window_start = '-infinity'
            OR (l.window_start AT TIME ZONE pendo._zone(p.connection))::date
               BETWEEN first AND last)
     RETURNING 1)
  SELECT count(*) FROM again;
END;
REVOKE ALL ON FUNCTION pendo.recheck(text, date, date) FROM PUBLIC;
COMMENT ON FUNCTION pendo.recheck(text, date, date) IS
    'read windows of a pull once more, closed ones too';
