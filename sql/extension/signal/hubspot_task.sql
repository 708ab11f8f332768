-- A task in HubSpot, where a text is HTML and the due time an instant.
CREATE FUNCTION pendo._hubspot_task(subject text, body text, priority text, due_at timestamptz,
                                    owner_id text, company text, contact text,
                                    key_field text, key text)
RETURNS pendo._task
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT ROW('tasks', 'create', key_field,
             jsonb_strip_nulls(jsonb_build_object(
                 'hs_task_subject', subject,
                 'hs_task_body', replace(replace(replace(replace(left(body, 30000),
                     '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), E'\n', '<br>'),
                 'hs_timestamp', to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                 'hs_task_status', 'NOT_STARTED',
                 'hs_task_priority', CASE priority WHEN 'high' THEN 'HIGH' WHEN 'low' THEN 'LOW'
                                                   ELSE 'MEDIUM' END,
                 'hubspot_owner_id', owner_id))
             || CASE WHEN key_field IS NULL THEN '{}' ELSE jsonb_build_object(key_field, key) END,
             (SELECT jsonb_agg(jsonb_build_object('object', l.object, 'id', l.id) ORDER BY l.object)
                FROM (VALUES ('companies', company), ('contacts', contact)) AS l (object, id)
               WHERE l.id IS NOT NULL))::pendo._task;
END;
REVOKE ALL ON FUNCTION pendo._hubspot_task(text, text, text, timestamptz, text, text, text, text, text)
    FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_task(text, text, text, timestamptz, text, text, text, text, text) IS
    'a task in HubSpot';
