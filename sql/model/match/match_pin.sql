-- What people decided: a pin pairs two records whatever the rules find, a forbid
-- takes a pair away, or with crm_id '*' every pair of the Pendo record.
CREATE TABLE match_pin (
    connection name NOT NULL,
    pendo_kind text NOT NULL CHECK (pendo_kind IN ('account', 'visitor')),
    pendo_id text NOT NULL,
    crm_id text NOT NULL CHECK (crm_id <> ''),
    verdict text NOT NULL CHECK (verdict IN ('pin', 'forbid')),
    note text,
    decided_by name NOT NULL DEFAULT current_user,
    decided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (connection, pendo_kind, pendo_id, crm_id),
    CHECK (verdict = 'forbid' OR crm_id <> '*')
);
-- One record of each CRM at most.
CREATE UNIQUE INDEX match_pin_one ON match_pin (connection, pendo_kind, pendo_id)
 WHERE verdict = 'pin';
REVOKE ALL ON match_pin FROM PUBLIC;
COMMENT ON TABLE match_pin IS 'pairs that people pinned or forbade';
COMMENT ON COLUMN match_pin.connection IS 'CRM';
COMMENT ON COLUMN match_pin.pendo_kind IS 'account or visitor';
COMMENT ON COLUMN match_pin.pendo_id IS 'account_id or visitor_id';
COMMENT ON COLUMN match_pin.crm_id IS
    'id in the CRM; * in a forbid means all of its records';
COMMENT ON COLUMN match_pin.verdict IS 'pin or forbid';
COMMENT ON COLUMN match_pin.note IS 'why';
COMMENT ON COLUMN match_pin.decided_by IS 'who decided';
COMMENT ON COLUMN match_pin.decided_at IS 'when';
