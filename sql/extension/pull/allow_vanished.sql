-- Let as many rows vanish as the next comparison finds gone, once.
CREATE FUNCTION pendo.allow_vanished(name text)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE pendo.ledger l
     SET vanished_allowed = 9223372036854775807, due_at = clock_timestamp(), full_at = NULL
   WHERE l.pull = allow_vanished.name AND l.window_start = '-infinity';
END;
REVOKE ALL ON FUNCTION pendo.allow_vanished(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.allow_vanished(text) IS
    'let rows vanish from a pull''s table in any number, once';
