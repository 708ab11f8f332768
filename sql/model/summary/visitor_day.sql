-- Who was there, day by day: the base of every count of people.  Kept by the
-- pull of event from visitor_day.query.sql, for the days that it touches.
CREATE TABLE visitor_day (
    day date NOT NULL,
    visitor_id text NOT NULL,
    account_id text NOT NULL,
    app_id bigint NOT NULL,
    events bigint NOT NULL,
    minutes bigint NOT NULL,
    PRIMARY KEY (day, visitor_id, account_id, app_id)
);
-- For one account's people; the key serves ranges of days.
CREATE INDEX visitor_day_account ON visitor_day (account_id, day);
REVOKE ALL ON visitor_day FROM PUBLIC;
COMMENT ON TABLE visitor_day IS
    'events by day, visitor, account and application; summary of event';
COMMENT ON COLUMN visitor_day.day IS 'day in the subscription''s time zone';
COMMENT ON COLUMN visitor_day.visitor_id IS
    'visitor; begins with _PENDO_T_ while anonymous, empty if Pendo gives none';
COMMENT ON COLUMN visitor_day.account_id IS 'account acted for; empty if none';
COMMENT ON COLUMN visitor_day.app_id IS 'application; 0 if Pendo gives none';
COMMENT ON COLUMN visitor_day.events IS 'number of events';
COMMENT ON COLUMN visitor_day.minutes IS
    'sum of num_minutes; a minute seen under two addresses or browsers counts twice';
