-- Partitions that pulls made of a table: one a month, named by it.
CREATE FUNCTION pendo._month_partition(
    target regclass, OUT relation regclass, OUT month_start date, OUT month_end date)
RETURNS SETOF record
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT c.oid::regclass, m.month_start, (m.month_start + interval '1 month')::date
    FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid
   CROSS JOIN LATERAL (
         SELECT to_date(substring(c.relname FROM '_(\d{4}_\d{2})$'), 'YYYY_MM')) AS m (month_start)
   WHERE i.inhparent = target AND c.relname ~ '_\d{4}_(0[1-9]|1[0-2])$';
END;
REVOKE ALL ON FUNCTION pendo._month_partition(regclass) FROM PUBLIC;
COMMENT ON FUNCTION pendo._month_partition(regclass) IS
    'partitions that pulls made of a table';
