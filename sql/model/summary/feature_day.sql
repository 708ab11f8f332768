-- Which features an account used, day by day.  Kept by the pull of feature_event from
-- feature_day.query.sql.  Its visitors must not be added up over days or accounts:
-- whoever came twice would count twice.
CREATE TABLE feature_day (
    day date NOT NULL,
    feature_id text NOT NULL,
    account_id text NOT NULL,
    visitors bigint NOT NULL,
    events bigint NOT NULL,
    minutes bigint NOT NULL,
    PRIMARY KEY (day, feature_id, account_id)
);
-- For what one account used last; the key serves ranges of days.
CREATE INDEX feature_day_account ON feature_day (account_id, day);
REVOKE ALL ON feature_day FROM PUBLIC;
COMMENT ON TABLE feature_day IS
    'uses of features by day, feature and account; summary of feature_event';
COMMENT ON COLUMN feature_day.day IS 'day in the subscription''s time zone';
COMMENT ON COLUMN feature_day.feature_id IS 'feature; empty if Pendo gives none';
COMMENT ON COLUMN feature_day.account_id IS 'account acted for; empty if none';
COMMENT ON COLUMN feature_day.visitors IS
    'identified visitors, each once whatever the number of applications';
COMMENT ON COLUMN feature_day.events IS
    'number of events, those of anonymous visitors included';
COMMENT ON COLUMN feature_day.minutes IS
    'sum of num_minutes, those of anonymous visitors included';
