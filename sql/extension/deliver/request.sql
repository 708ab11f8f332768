-- A request that delivers: class is signal or push; work, with the items that it carries, and the
-- state of the step that asks for it come back with the answer.
CREATE TYPE pendo._request AS (
    connection name,
    class text,
    method text,
    path text,
    body text,
    work jsonb,
    state jsonb);
COMMENT ON TYPE pendo._request IS 'a request that delivers';

-- What came of it.  status is 0 where no whole answer came, or a success that is no JSON; outcome
-- then says why: a word of the network's, or the SQLSTATE of a failed sign-in.
CREATE TYPE pendo._answer AS (
    status integer,
    outcome text,
    message text,
    hint text,
    body jsonb,
    retry_at timestamptz,
    request_id text,
    sent_at timestamptz,
    answered_at timestamptz,
    work jsonb,
    state jsonb);
COMMENT ON TYPE pendo._answer IS 'what came of a request that delivers';
