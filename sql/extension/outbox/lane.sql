-- Lanes: the shares in which a connection's items are taken up, by their key's hash;
-- 0 to 7 for pushes, and 8 more than that for signals.  Who holds a lane's lease, and
-- nobody else, sends its items and those of its pair, so that no two of one key are ever
-- on their way, whoever owns them.  Up to its mark everything is dealt with or
-- waits aside.  Not dumped: marks are places of this server alone.
CREATE FUNCTION pendo._lane(class text, key text)
RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$SELECT ((pg_catalog.hashtextextended(key, 0) & 7) + CASE class WHEN 'signal' THEN 8 ELSE 0 END)::pg_catalog.int2$$;
REVOKE ALL ON FUNCTION pendo._lane(text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._lane(text, text) IS 'lane of an item';

CREATE TABLE pendo.lane (
    connection name NOT NULL,
    owner name NOT NULL DEFAULT current_user,
    lane smallint NOT NULL,
    xid xid8 NOT NULL DEFAULT '0',
    item bigint NOT NULL DEFAULT 0,
    lease_pid integer,
    lease_backend_start timestamptz,
    leased_at timestamptz,
    wanted_at timestamptz,
    PRIMARY KEY (connection, lane, owner)
);
ALTER TABLE pendo.lane ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.lane
    USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY see ON pendo.lane FOR SELECT USING (true);
REVOKE ALL ON pendo.lane FROM PUBLIC;
COMMENT ON TABLE pendo.lane IS 'shares of a connection''s items, and who is at them';
COMMENT ON COLUMN pendo.lane.connection IS 'the connection';
COMMENT ON COLUMN pendo.lane.owner IS 'whose items';
COMMENT ON COLUMN pendo.lane.lane IS 'number of the lane';
COMMENT ON COLUMN pendo.lane.xid IS 'mark: all before it is dealt with or waits aside';
COMMENT ON COLUMN pendo.lane.item IS 'mark, within the transaction';
COMMENT ON COLUMN pendo.lane.lease_pid IS 'backend that sends its items';
COMMENT ON COLUMN pendo.lane.lease_backend_start IS 'when that backend began';
COMMENT ON COLUMN pendo.lane.leased_at IS 'since when it is held, or free';
COMMENT ON COLUMN pendo.lane.wanted_at IS 'when a session that has none last asked for it';
