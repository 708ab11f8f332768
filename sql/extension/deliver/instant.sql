-- The UTC time, to the millisecond, of a text that tells one with its zone, or of
-- milliseconds since 1970; NULL of any other text.  It never fails: a 30th of February is
-- a day in March.
CREATE FUNCTION pendo._instant(value text)
RETURNS timestamp
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rest text := substr(value, 17);     -- what follows YYYY-MM-DDTHH:MM
    zone text := regexp_replace(upper(rest), '^[^Z+-]*', '');
    seconds text := ltrim(left(rest, -length(zone)), ':');
BEGIN
    IF value !~ '^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d(:?\d\d)?)$' THEN
        RETURN CASE WHEN value ~ '^-?\d{11,14}$'
                    THEN timestamp 'epoch' + value::float8 * interval '1 millisecond' END;
    END IF;
    RETURN timestamp '2000-01-01'
        + make_interval(years => left(value, 4)::int - 2000, months => substr(value, 6, 2)::int - 1,
                        days => substr(value, 9, 2)::int - 1, hours => substr(value, 12, 2)::int,
                        mins => substr(value, 15, 2)::int, secs => trunc(coalesce(nullif(seconds, ''), '0')::numeric, 3)::float8)
        - CASE WHEN zone = 'Z' THEN interval '0'
               ELSE (left(zone, 1) || '1')::int
                    * make_interval(hours => substr(zone, 2, 2)::int,
                                    mins => coalesce(nullif(ltrim(substr(zone, 4), ':'), ''), '0')::int) END;
END
$$;
REVOKE ALL ON FUNCTION pendo._instant(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._instant(text) IS 'the UTC time that a text tells, to the millisecond';
