-- Raise what of a push's numbers and times cannot be; the table's own checks say the same
-- without names and values.
CREATE FUNCTION pendo._check_push_settings(p pendo.push)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wrong record;
BEGIN
    SELECT * INTO wrong
      FROM (VALUES ('every', p.every::text, p.every < '1 second', 'It is an interval of a second at least.'),
                   ('full_every', p.full_every::text, p.full_every <= '0', 'It is an interval longer than nothing.'),
                   ('max_changed', p.max_changed::text, p.max_changed NOT BETWEEN 0 AND 1,
                    'It is a share between 0 and 1: 0.5 is half of the records.'),
                   ('max_vanished', p.max_vanished::text, p.max_vanished NOT BETWEEN 0 AND 1,
                    'It is a share between 0 and 1: 0.2 is a fifth of the records.'))
           AS s (setting, value, is_wrong, hint)
     WHERE s.is_wrong LIMIT 1;
    IF FOUND THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('invalid value for %s: %s', wrong.setting, wrong.value),
            HINT = wrong.hint;
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._check_push_settings(pendo.push) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_push_settings(pendo.push) IS
    'raise what of a push''s numbers and times cannot be';
