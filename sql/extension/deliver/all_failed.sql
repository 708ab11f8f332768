-- Results that fail these items of a work, all for the same reason.
CREATE FUNCTION pendo._all_failed(items jsonb, code text, message text)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(jsonb_agg(jsonb_build_object('item', i -> 'item', 'outcome', 'failed', 'code', code, 'message', message)), '[]')
    FROM jsonb_array_elements(items) i;
END;
REVOKE ALL ON FUNCTION pendo._all_failed(jsonb, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._all_failed(jsonb, text, text) IS
    'results that fail items, all for the same reason';
