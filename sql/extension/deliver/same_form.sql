-- Whether two values that print differently are one to a remote system: it stores numbers,
-- times, addresses and choices in forms of its own.  In doubt they differ: then a value is
-- written once more than needed, and never left unwritten.
CREATE FUNCTION pendo._same_form(sent jsonb, remote jsonb)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    number CONSTANT text := '^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,2})?$';
    day CONSTANT text := '^\d{4}-\d\d-\d\d$';
    mine text := sent #>> '{}';
    theirs text := remote #>> '{}';
    my_time timestamp;
    their_time timestamp;
BEGIN
    IF jsonb_typeof(sent) = 'array' THEN        -- choices, in any order
        mine := (SELECT string_agg(e, ';') FROM jsonb_array_elements_text(sent) e);
        IF mine IS NULL OR theirs IS NULL THEN
            RETURN coalesce(mine, '') = coalesce(theirs, '');
        END IF;
        RETURN string_to_array(mine, ';') @> string_to_array(theirs, ';')
           AND string_to_array(mine, ';') <@ string_to_array(theirs, ';');
    END IF;
    IF mine IS NULL OR theirs IS NULL THEN
        RETURN false;
    END IF;
    IF replace(mine, '+00:00', 'Z') IN (replace(theirs, '.000Z', 'Z'), replace(theirs, '.000+0000', 'Z')) THEN
        RETURN true;            -- most times are that
    END IF;
    IF theirs ~ number AND mine ~ number AND (jsonb_typeof(sent) = 'number' OR jsonb_typeof(remote) = 'number') THEN
        RETURN mine::numeric = theirs::numeric;
    END IF;
    their_time := CASE WHEN theirs ~ day THEN pendo._instant(theirs || 'T00:00Z')
                       WHEN theirs ~ '^\d{4}-\d\d-\d\dT' THEN pendo._instant(theirs) END;
    IF their_time IS NOT NULL THEN
        my_time := CASE WHEN theirs !~ day OR mine ~ '^-?\d+$' THEN pendo._instant(mine) END;
        -- Salesforce, which alone writes a zone like that, keeps whole seconds.
        RETURN coalesce(CASE WHEN theirs ~ '\.000[+-]\d{4}$' THEN date_trunc('second', my_time) ELSE my_time END
                        = their_time, false);
    END IF;
    IF theirs ~ '^[^@\s]+@[^@\s]+$' THEN
        RETURN lower(btrim(mine)) = theirs;
    END IF;
    IF mine ~ '^;' THEN                         -- these are added to what is there
        RETURN string_to_array(btrim(mine, ';'), ';') <@ string_to_array(theirs, ';');
    END IF;
    RETURN strpos(mine, ';') > 0 AND length(mine) = length(theirs)
       AND string_to_array(mine, ';') @> string_to_array(theirs, ';')
       AND string_to_array(mine, ';') <@ string_to_array(theirs, ';');
END
$$;
REVOKE ALL ON FUNCTION pendo._same_form(jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._same_form(jsonb, jsonb) IS
    'whether values that print differently are one to a remote system';
