-- The flows in force: those of the model's owner.  One of a team's own is not in use
-- before its kind of signal and its subject are named.
CREATE VIEW effective_flow WITH (security_invoker = true) AS
SELECT *
  FROM (SELECT name,
               coalesce(f.signal_kind, d.signal_kind) AS signal_kind,
               coalesce(f.condition, d.condition) AS condition,
               coalesce(f.connection, d.connection) AS connection,
               coalesce(f.object, d.object, 'task') AS object,
               coalesce(f.subject, d.subject) AS subject,
               coalesce(f.body, d.body, '') AS body,
               coalesce(f.owner_rule, d.owner_rule, 'account owner') AS owner_rule,
               coalesce(f.priority, d.priority, 'normal') AS priority,
               coalesce(f.due_in, d.due_in, '1 day') AS due_in,
               coalesce(f.wait, d.wait, '0') AS wait,
               coalesce(f.hubspot_key_field, d.hubspot_key_field) AS hubspot_key_field,
               nullif(coalesce(f.salesforce_key_field, d.salesforce_key_field,
                               'Pendo_Key__c'), '') AS salesforce_key_field,
               coalesce(f.is_enabled, d.is_enabled, true) AS is_enabled,
               f.name IS NULL AS is_default
          FROM flow_default d
          FULL JOIN (SELECT w.*
                       FROM flow w
                       JOIN pg_class c ON c.oid = 'flow'::regclass
                      WHERE w.owner = pg_get_userbyid(c.relowner)) AS f USING (name)) AS e
 WHERE signal_kind IS NOT NULL AND subject IS NOT NULL;
REVOKE ALL ON effective_flow FROM PUBLIC;
COMMENT ON VIEW effective_flow IS 'flows in force';
COMMENT ON COLUMN effective_flow.name IS 'name of the flow';
COMMENT ON COLUMN effective_flow.signal_kind IS
    'kind of signal that it takes; churn_* is all whose names begin so';
COMMENT ON COLUMN effective_flow.condition IS
    'SQL over the columns of signal that must be true; NULL: always';
COMMENT ON COLUMN effective_flow.connection IS
    'CRM; NULL: every one in which the account or the visitor matches';
COMMENT ON COLUMN effective_flow.object IS 'what it makes: task';
COMMENT ON COLUMN effective_flow.subject IS 'subject, with placeholders';
COMMENT ON COLUMN effective_flow.body IS 'text, with placeholders';
COMMENT ON COLUMN effective_flow.owner_rule IS
    'whose task it is: account owner, contact owner, or nobody';
COMMENT ON COLUMN effective_flow.priority IS 'high, normal or low';
COMMENT ON COLUMN effective_flow.due_in IS 'when it is due, from the moment it is written';
COMMENT ON COLUMN effective_flow.wait IS
    'how old a signal must be, so that what belongs to it is here, as a comment';
COMMENT ON COLUMN effective_flow.hubspot_key_field IS
    'unique property of tasks that takes the item''s key; NULL: there is none';
COMMENT ON COLUMN effective_flow.salesforce_key_field IS
    'external id field of tasks that takes the item''s key; NULL: there is none';
COMMENT ON COLUMN effective_flow.is_enabled IS 'in use';
COMMENT ON COLUMN effective_flow.is_default IS 'as shipped';
