-- A row of a model's view signal_fact.
CREATE TYPE pendo._signal_fact AS (
    kind text,
    fact text,
    visitor_id text,
    account_id text,
    happened_at timestamptz,
    title text,
    context jsonb,
    is_open boolean,
    seen_at timestamptz,
    is_backfill boolean);
COMMENT ON TYPE pendo._signal_fact IS 'a row of a model''s view signal_fact';
