-- Code and message of what HubSpot says is wrong, be it all of an answer or an entry of
-- its errors.  What is wrong with values comes as JSON within the message, or as a list.
CREATE FUNCTION pendo._hubspot_problem(problem jsonb)
RETURNS pendo._remote_error
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    text_before text := problem ->> 'message';
    embedded text := substring(text_before FROM '^[^\[{]*:\s*(\[\s*\{.*\}\s*\])\s*$');
    details jsonb := problem -> 'errors';
    error pendo._remote_error;
BEGIN
    IF embedded IS NOT NULL THEN
        BEGIN
            details := embedded::jsonb;
            text_before := NULL;
        EXCEPTION WHEN data_exception THEN      -- not JSON after all
            NULL;
        END;
    END IF;
    IF jsonb_typeof(details) = 'array' THEN
        -- The property that is missing comes first: it is missing for every item.
        SELECT (array_agg(d.code ORDER BY d.code IN ('PROPERTY_DOESNT_EXIST', 'READ_ONLY_VALUE') DESC, d.place)
                    FILTER (WHERE d.code IS NOT NULL))[1],
               string_agg(d.message || coalesce(' (' || d.names || ')', ''), '; ' ORDER BY d.place)
          INTO error
          FROM (SELECT e.place, coalesce(e.detail ->> 'error', e.detail ->> 'code') AS code,
                       coalesce(e.detail ->> 'message', e.detail ->> 'name') AS message,
                       (SELECT string_agg(n, ', ')
                          FROM jsonb_path_query(e.detail, '$.context.requiredGranularScopes[*]') q (scope),
                               LATERAL (SELECT q.scope #>> '{}') s (n)) AS names
                  FROM jsonb_array_elements(details) WITH ORDINALITY e (detail, place)) d;
    END IF;
    error.code := coalesce(error.code, problem ->> 'policyName', problem ->> 'category', problem ->> 'errorType',
                           problem ->> 'subCategory', nullif(problem ->> 'status', 'error'));
    IF error.message IS NULL OR text_before IS NOT NULL AND strpos(text_before, error.message) = 0 THEN
        error.message := concat_ws(': ', text_before, error.message);
    END IF;
    error.message := pendo._remote_text(error.message);
    RETURN error;
END
$$;
REVOKE ALL ON FUNCTION pendo._hubspot_problem(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_problem(jsonb) IS 'code and message of a problem that HubSpot tells of';
