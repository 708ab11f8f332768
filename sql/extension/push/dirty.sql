-- Keys whose rows may have changed, as triggers on the declared sources of pushes mark
-- them.  Without a unique key: who changes a source never waits for another who does.
CREATE TABLE pendo.dirty (
    push text NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    key text,
    PRIMARY KEY (push, id)
);
ALTER TABLE pendo.dirty ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.dirty
    USING (push IN (SELECT p.name FROM pendo.push p WHERE p.owner = current_user));
CREATE POLICY see ON pendo.dirty FOR SELECT USING ((SELECT pendo._is_operator()));
REVOKE ALL ON pendo.dirty FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.dirty', '');
SELECT pg_catalog.pg_extension_config_dump('pendo.dirty_id_seq', '');
COMMENT ON TABLE pendo.dirty IS 'keys that pushes have to look at';
COMMENT ON SEQUENCE pendo.dirty_id_seq IS 'numbers of marks';
COMMENT ON COLUMN pendo.dirty.push IS 'the push';
COMMENT ON COLUMN pendo.dirty.id IS 'number';
COMMENT ON COLUMN pendo.dirty.key IS 'the key; NULL: everything';
