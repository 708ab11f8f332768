-- Put the task that a flow makes of a signal into the outbox, for one CRM.  "hit" has the
-- signal's columns, the flow's, and of the CRM's records account_crm_id, account_name,
-- account_owner, contact_crm_id, contact_name, contact_owner; zone is the model's.
-- Out: the item's number and key.
CREATE FUNCTION pendo._enqueue_task(hit jsonb, zone text, OUT item bigint, OUT key text)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    connector text := pendo._connector((hit ->> 'crm')::name);
    happened_at timestamptz := hit ->> 'happened_at';
    due_at timestamptz := now() + (hit ->> 'due_in')::interval;
    owner_id text := CASE hit ->> 'owner_rule'
        WHEN 'account owner' THEN coalesce(hit ->> 'account_owner', hit ->> 'contact_owner')
        WHEN 'contact owner' THEN coalesce(hit ->> 'contact_owner', hit ->> 'account_owner') END;
    texts jsonb := (hit -> 'context') || jsonb_strip_nulls(jsonb_build_object(
        'account', coalesce(hit ->> 'account_name', hit ->> 'account_id', 'no account'),
        'visitor', coalesce(hit ->> 'contact_name', hit ->> 'visitor_id', 'somebody'),
        'account_id', hit ->> 'account_id', 'visitor_id', hit ->> 'visitor_id',
        'kind', hit ->> 'kind', 'title', hit ->> 'title',
        'day', (happened_at AT TIME ZONE zone)::date));
    subject text := regexp_replace(pendo._fill(hit ->> 'subject', texts), '\s+', ' ', 'g');
    body text := rtrim(pendo._fill(hit ->> 'body', texts), E' \n');
    task pendo._task;
BEGIN
    -- The flow's name makes two flows of one signal two tasks.
    key := concat_ws(' ', hit ->> 'flow', hit ->> 'kind', hit ->> 'fact');
    IF length(key) > 255 THEN
        key := left(key, 222) || ' ' || md5(key);
    END IF;
    IF connector = 'hubspot' THEN
        task := pendo._hubspot_task(subject, body, hit ->> 'priority', due_at, nullif(owner_id, ''),
                                    hit ->> 'account_crm_id', hit ->> 'contact_crm_id',
                                    hit ->> 'hubspot_key_field', key);
    ELSE
        task := pendo._salesforce_task(subject, body, hit ->> 'priority', (due_at AT TIME ZONE zone)::date,
                                       nullif(owner_id, ''),
                                       hit ->> 'account_crm_id', hit ->> 'contact_crm_id',
                                       hit ->> 'salesforce_key_field');
    END IF;
    item := pendo.enqueue((hit ->> 'crm')::name, task.object, key, task.fields, task.operation,
                          task.key_field, task.links, 'signal', 'flow ' || (hit ->> 'flow'));
END
$$;
REVOKE ALL ON FUNCTION pendo._enqueue_task(jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._enqueue_task(jsonb, text) IS
    'put the task that a flow makes of a signal into the outbox';
