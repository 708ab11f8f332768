-- Forget a pull's windows that are no days of a time zone, whatever they were when they
-- were made; what others have leased of them is not loaded any more.  Returns the last
-- day that they may have been, NULL if there are none: two zones are at most 26 hours apart.
CREATE FUNCTION pendo._forget_shifted(pull text, zone text)
RETURNS date
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH gone AS (
    DELETE FROM pendo.ledger l
     WHERE l.pull = _forget_shifted.pull
       AND (l.window_start, l.window_end) IS DISTINCT FROM
           ((l.window_start AT TIME ZONE zone)::date::timestamp AT TIME ZONE zone,
            ((l.window_start AT TIME ZONE zone)::date + 1)::timestamp AT TIME ZONE zone)
     RETURNING l.window_end)
  SELECT max((g.window_end - interval '1 microsecond') AT TIME ZONE zone)::date + 1 FROM gone g;
END;
REVOKE ALL ON FUNCTION pendo._forget_shifted(text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._forget_shifted(text, text) IS
    'forget a pull''s windows that are no days of a time zone';
