-- A point in time as a literal to compare a pull's time column with: a day for a
-- date, which is a day of the connection's zone.
CREATE FUNCTION pendo._time_bound(relation regclass, time_column name,
                                  point timestamptz, zone text)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO, YMD'
BEGIN ATOMIC
  SELECT CASE WHEN a.atttypid = 'date'::regtype
              THEN format('%L::pg_catalog.date', (point AT TIME ZONE zone)::date)
              ELSE format('%L::pg_catalog.timestamptz', point) END
    FROM pg_attribute a
   WHERE a.attrelid = relation AND a.attname = time_column;
END;
REVOKE ALL ON FUNCTION pendo._time_bound(regclass, name, timestamptz, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._time_bound(regclass, name, timestamptz, text) IS
    'a point in time as a literal to compare a pull''s time column with';
