-- A task in Salesforce, which is due on a day.
CREATE FUNCTION pendo._salesforce_task(subject text, body text, priority text, due_on date,
                                       owner_id text, account text, contact text, key_field text)
RETURNS pendo._task
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT ROW('Task', CASE WHEN key_field IS NULL THEN 'create' ELSE 'upsert' END, key_field,
             jsonb_strip_nulls(jsonb_build_object(
                 'Subject', left(subject, 255),
                 'Description', nullif(left(body, 32000), ''),
                 'ActivityDate', to_char(due_on, 'YYYY-MM-DD'),
                 'Priority', initcap(priority),
                 'Status', 'Not Started',
                 'WhatId', account, 'WhoId', contact, 'OwnerId', owner_id)),
             NULL)::pendo._task;
END;
REVOKE ALL ON FUNCTION pendo._salesforce_task(text, text, text, date, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_task(text, text, text, date, text, text, text, text) IS
    'a task in Salesforce';
