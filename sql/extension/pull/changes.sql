-- What a step did to a local table.
CREATE TYPE pendo._changes AS (rows bigint, inserted bigint, updated bigint, deleted bigint);
COMMENT ON TYPE pendo._changes IS 'what a step did to a local table';
