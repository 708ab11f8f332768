-- What a connector's step asks for: a request, or nothing more, and what is known by now.
CREATE TYPE pendo._step AS (
    method text,        -- NULL: no request, the work is done
    path text,          -- begins with a slash
    body text,
    state jsonb,        -- to be handed back with the answer
    results jsonb       -- [{"item", "outcome", "remote_id", "is_created", "code", "message"}]
);
COMMENT ON TYPE pendo._step IS 'what a step of a delivery asks for';
