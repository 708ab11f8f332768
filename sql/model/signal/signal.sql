-- Facts worth acting on, each recorded once for ever: what was acted upon must not come
-- back as news because a table was loaded anew.  Of what lasts (an episode) there is one
-- signal as long as it is open, whatever day it is said to have begun on by now.
--
--   new      a flow will take it
--   held     too many at once: pendo.release_signals() or pendo.ignore_signals()
--   flowed   something was put into the outbox; see flow_run
--   ignored  nothing comes of it; "reason" says why
CREATE TABLE signal (
    kind text NOT NULL CHECK (kind <> ''),
    fact text NOT NULL CHECK (fact <> ''),
    connection name,
    visitor_id text,
    account_id text,
    happened_at timestamptz NOT NULL,
    detected_at timestamptz NOT NULL DEFAULT now(),
    title text,
    context jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(context) = 'object'),
    state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'held', 'flowed', 'ignored')),
    reason text,
    changed_at timestamptz NOT NULL DEFAULT now(),
    is_backfill boolean NOT NULL DEFAULT false,
    is_open boolean NOT NULL DEFAULT false,
    seen_at timestamptz,
    PRIMARY KEY (kind, fact)
);
CREATE UNIQUE INDEX signal_episode ON signal (kind, account_id) WHERE is_open;
CREATE INDEX signal_to_do ON signal (kind, detected_at) WHERE state <> 'flowed' AND NOT is_backfill;
CREATE INDEX signal_visitor ON signal (visitor_id);
CREATE INDEX signal_account ON signal (account_id);
REVOKE ALL ON signal FROM PUBLIC;
COMMENT ON TABLE signal IS 'facts worth acting on, each once';
COMMENT ON COLUMN signal.kind IS 'kind of fact: nps_detractor, churn_drop, churn_silence, or a team''s own';
COMMENT ON COLUMN signal.fact IS 'which fact; the same one is never recorded again';
COMMENT ON COLUMN signal.connection IS 'server of the Pendo data';
COMMENT ON COLUMN signal.visitor_id IS 'who; NULL: nobody in particular';
COMMENT ON COLUMN signal.account_id IS 'which account; NULL: none';
COMMENT ON COLUMN signal.happened_at IS 'when it happened, or came to be so';
COMMENT ON COLUMN signal.detected_at IS 'when it was recorded';
COMMENT ON COLUMN signal.title IS 'what it is, in a few words';
COMMENT ON COLUMN signal.context IS 'what a person wants to know of it; flows fill their texts from it';
COMMENT ON COLUMN signal.state IS
    'new, held (too many at once), flowed (see flow_run) or ignored (see reason)';
COMMENT ON COLUMN signal.reason IS
    'of ignored: history, no flow, no match (tried again for seven days), or a person''s words';
COMMENT ON COLUMN signal.changed_at IS 'when its state last changed';
COMMENT ON COLUMN signal.is_backfill IS 'was so before there was a model: no news, and never flows';
COMMENT ON COLUMN signal.is_open IS 'an episode that lasts: there is no second one meanwhile';
COMMENT ON COLUMN signal.seen_at IS 'of an episode: end of the last day on which it was so';
