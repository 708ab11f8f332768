-- Shipped flows: what a signal causes in a CRM.  Texts have placeholders: {account} and
-- {visitor} as the CRM names them, {account_id}, {visitor_id}, {kind}, {title}, {day}, and
-- every member of the signal's context: {score}, {comment}, {days_inactive}, ...
CREATE VIEW flow_default WITH (security_invoker = true) AS
SELECT *
  FROM (VALUES
       ('detractor_task', 'nps_detractor', NULL, NULL::name, 'task',
        'NPS {score} from {visitor}',
        E'{visitor} of {account} gave {score} of 10 on {day}.\n{comment}',
        'account owner', 'high', interval '1 day', interval '5 minutes',
        NULL, 'Pendo_Key__c', true),
       ('churn_task', 'churn_*', NULL, NULL, 'task',
        '{account} may leave: {title}',
        E'{title}\nSince {since}; last seen {last_day}, {days_inactive} days before {as_of}.',
        'account owner', 'high', interval '1 day', interval '0',
        NULL, 'Pendo_Key__c', true))
       AS f (name, signal_kind, condition, connection, object, subject, body,
             owner_rule, priority, due_in, wait, hubspot_key_field,
             salesforce_key_field, is_enabled);
REVOKE ALL ON flow_default FROM PUBLIC;
COMMENT ON VIEW flow_default IS 'shipped flows; change them in flow';
COMMENT ON COLUMN flow_default.name IS 'name of the flow';
COMMENT ON COLUMN flow_default.signal_kind IS
    'kind of signal that it takes; churn_* is all whose names begin so';
COMMENT ON COLUMN flow_default.condition IS
    'SQL over the columns of signal that must be true; NULL: always';
COMMENT ON COLUMN flow_default.connection IS
    'CRM; NULL: every one in which the account or the visitor matches';
COMMENT ON COLUMN flow_default.object IS 'what it makes: task';
COMMENT ON COLUMN flow_default.subject IS 'subject, with placeholders';
COMMENT ON COLUMN flow_default.body IS 'text, with placeholders';
COMMENT ON COLUMN flow_default.owner_rule IS
    'whose task it is: account owner, contact owner, or nobody';
COMMENT ON COLUMN flow_default.priority IS 'high, normal or low';
COMMENT ON COLUMN flow_default.due_in IS 'when it is due, from the moment it is written';
COMMENT ON COLUMN flow_default.wait IS
    'how old a signal must be, so that what belongs to it is here, as a comment';
COMMENT ON COLUMN flow_default.hubspot_key_field IS
    'unique property of tasks that takes the item''s key; NULL: there is none';
COMMENT ON COLUMN flow_default.salesforce_key_field IS
    'external id field of tasks that takes the item''s key; NULL: there is none';
COMMENT ON COLUMN flow_default.is_enabled IS 'in use';
