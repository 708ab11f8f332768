-- What an account did, day by day.  Kept by the pull of event from
-- account_day.query.sql.
CREATE TABLE account_day (
    day date NOT NULL,
    account_id text NOT NULL,
    visitors bigint NOT NULL,
    events bigint NOT NULL,
    minutes bigint NOT NULL,
    PRIMARY KEY (day, account_id)
);
-- For one account's history; the key serves ranges of days.
CREATE INDEX account_day_account ON account_day (account_id, day);
REVOKE ALL ON account_day FROM PUBLIC;
COMMENT ON TABLE account_day IS 'events by day and account; summary of event';
COMMENT ON COLUMN account_day.day IS 'day in the subscription''s time zone';
COMMENT ON COLUMN account_day.account_id IS
    'account; the row of the empty id is what was done for none';
COMMENT ON COLUMN account_day.visitors IS
    'identified visitors, each once whatever the number of applications';
COMMENT ON COLUMN account_day.events IS
    'number of events, those of anonymous visitors included';
COMMENT ON COLUMN account_day.minutes IS
    'sum of num_minutes, those of anonymous visitors included';
