-- What one step of a pull works on.
CREATE TYPE pendo._batch AS (
    pull text,
    starts timestamptz[],     -- beginnings of its windows, ascending, without gaps
    window_start timestamptz, -- of the first
    window_end timestamptz,   -- of the last
    query text,               -- reads their rows; NULL: nothing is left to do
    wants_fingerprint boolean,
    is_full boolean,          -- changes, full: everything is compared
    began_at timestamptz
);
COMMENT ON TYPE pendo._batch IS 'what one step of a pull works on';
