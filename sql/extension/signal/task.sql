-- A task as a CRM wants it: what pendo.enqueue() is to be given.
CREATE TYPE pendo._task AS (
    object text,
    operation text,
    key_field text,
    fields jsonb,
    links jsonb);
COMMENT ON TYPE pendo._task IS 'a task as a CRM wants it';
