-- What is to be sent of a record: fields that are other than last put into the outbox, or
-- did not arrive, and what is carried along; NULL if there are none of the former.
CREATE FUNCTION pendo._changed_fields(fields jsonb, wanted jsonb, delivered jsonb, carried text[])
RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT CASE WHEN bool_or(f.key <> ALL (carried)) THEN jsonb_object_agg(f.key, f.value) END
    FROM jsonb_each(fields) f
   WHERE f.key = ANY (carried)
      OR f.value IS DISTINCT FROM wanted -> f.key
      OR f.value IS DISTINCT FROM delivered -> f.key;
END;
REVOKE ALL ON FUNCTION pendo._changed_fields(jsonb, jsonb, jsonb, text[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._changed_fields(jsonb, jsonb, jsonb, text[]) IS
    'what is to be sent of a record';
