-- This machine's clock beside that of the answer (HTTP's Date, in GMT).
CREATE FUNCTION pendo._check_clock(probe pendo._probe_result)
RETURNS pendo._finding
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
    seconds numeric;
    found pendo._finding;
BEGIN
    BEGIN
        seconds := abs(round(extract(epoch FROM
            clock_timestamp() - substr((probe).date, 6)::timestamptz)));
    EXCEPTION WHEN data_exception THEN
        seconds := NULL;
    END;
    found.step := 'clock';
    found.is_ok := seconds < 60;
    found.result := coalesce('differs by ' || seconds || ' s',
                             'the answer names no time');
    IF NOT found.is_ok THEN
        found.hint := 'Set this machine''s clock: ranges that end with the '
                      'present would end elsewhere.';
    END IF;
    RETURN found;
END
$$;
REVOKE ALL ON FUNCTION pendo._check_clock(pendo._probe_result) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_clock(pendo._probe_result) IS
    'this machine''s clock beside that of the answer';
