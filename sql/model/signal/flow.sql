-- A team's changes to the shipped flows, and flows of its own.  NULL means: as shipped.
-- Flows are run by the owner of the model: rows of others are not in use, because their
-- conditions would run with its rights.  Row-level security says whose a row is.
CREATE TABLE flow (
    name text NOT NULL CHECK (name <> ''),
    owner name NOT NULL DEFAULT current_user,
    signal_kind text CHECK (signal_kind <> ''),
    condition text,
    connection name,
    object text CHECK (object = 'task'),
    subject text,
    body text,
    owner_rule text CHECK (owner_rule IN ('account owner', 'contact owner', 'nobody')),
    priority text CHECK (priority IN ('high', 'normal', 'low')),
    due_in interval CHECK (due_in >= '0'),
    wait interval CHECK (wait BETWEEN '0' AND '7 days'),
    hubspot_key_field text CHECK (hubspot_key_field <> ''),
    salesforce_key_field text,
    is_enabled boolean,
    PRIMARY KEY (name, owner)
);
ALTER TABLE flow ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON flow
    USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY see ON flow FOR SELECT USING (true);
REVOKE ALL ON flow FROM PUBLIC;
COMMENT ON TABLE flow IS 'the team''s flows, over flow_default; NULL is as shipped';
COMMENT ON COLUMN flow.name IS 'name of the flow';
COMMENT ON COLUMN flow.owner IS 'role whose flow it is; others than the model''s owner have none that run';
COMMENT ON COLUMN flow.signal_kind IS
    'kind of signal that it takes; churn_* is all whose names begin so';
COMMENT ON COLUMN flow.condition IS
    'SQL over the columns of signal that must be true; NULL: as shipped, or always';
COMMENT ON COLUMN flow.connection IS
    'CRM; NULL: every one in which the account or the visitor matches';
COMMENT ON COLUMN flow.object IS 'what it makes: task';
COMMENT ON COLUMN flow.subject IS 'subject, with placeholders: {account}, {score}, ...';
COMMENT ON COLUMN flow.body IS 'text, with placeholders: {account}, {score}, ...';
COMMENT ON COLUMN flow.owner_rule IS
    'whose task it is: account owner, contact owner, or nobody';
COMMENT ON COLUMN flow.priority IS 'high, normal or low';
COMMENT ON COLUMN flow.due_in IS 'when it is due, from the moment it is written';
COMMENT ON COLUMN flow.wait IS
    'how old a signal must be, so that what belongs to it is here, as a comment';
COMMENT ON COLUMN flow.hubspot_key_field IS
    'unique property of tasks that takes the item''s key; NULL: as shipped';
COMMENT ON COLUMN flow.salesforce_key_field IS
    'external id field of tasks that takes the item''s key; empty: there is none';
COMMENT ON COLUMN flow.is_enabled IS 'in use';

-- A condition that is no SQL is refused at once, with the rights of who writes it.  Not
-- where somebody else writes the row: then it is not theirs to run.
CREATE FUNCTION check_flow()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NEW.condition IS NOT NULL AND NEW.owner = current_user THEN
        PERFORM set_config('search_path', format('%I, pg_temp', TG_TABLE_SCHEMA), true);
        EXECUTE format(E'SELECT FROM signal WHERE (%s\n) AND false', NEW.condition);
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION check_flow() FROM PUBLIC;
COMMENT ON FUNCTION check_flow() IS 'refuse a condition that is no SQL';
CREATE TRIGGER check_flow BEFORE INSERT OR UPDATE OF condition ON flow
    FOR EACH ROW EXECUTE FUNCTION check_flow();
COMMENT ON TRIGGER check_flow ON flow IS 'refuse a condition that is no SQL';
