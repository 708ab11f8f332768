-- What a look at a push's source found; wrong_key is one that is missing (empty) or occurs
-- more than once, is_done whether it was this run that wrote.
CREATE TYPE pendo._push_run AS (
    wrong_key text,
    items bigint,
    changed bigint,
    vanished bigint,
    is_done boolean);
COMMENT ON TYPE pendo._push_run IS 'what a run of a push found';
