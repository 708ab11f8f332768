-- Which pages an account loaded, day by day.  Kept by the pull of page_event from
-- page_day.query.sql.  Its visitors must not be added up over days or accounts:
-- whoever came twice would count twice.
CREATE TABLE page_day (
    day date NOT NULL,
    page_id text NOT NULL,
    account_id text NOT NULL,
    visitors bigint NOT NULL,
    events bigint NOT NULL,
    minutes bigint NOT NULL,
    PRIMARY KEY (day, page_id, account_id)
);
-- For what one account loaded last; the key serves ranges of days.
CREATE INDEX page_day_account ON page_day (account_id, day);
REVOKE ALL ON page_day FROM PUBLIC;
COMMENT ON TABLE page_day IS
    'page loads by day, page and account; summary of page_event';
COMMENT ON COLUMN page_day.day IS 'day in the subscription''s time zone';
COMMENT ON COLUMN page_day.page_id IS 'page; empty if Pendo gives none';
COMMENT ON COLUMN page_day.account_id IS 'account acted for; empty if none';
COMMENT ON COLUMN page_day.visitors IS
    'identified visitors, each once whatever the number of applications';
COMMENT ON COLUMN page_day.events IS
    'number of events, those of anonymous visitors included';
COMMENT ON COLUMN page_day.minutes IS
    'sum of num_minutes, those of anonymous visitors included';
