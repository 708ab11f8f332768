-- When a window is due again that was as at Pendo at "began_at".
CREATE FUNCTION pendo._next_due(l pendo.ledger, p pendo.pull, began_at timestamptz)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT CASE
         WHEN l.state <> 'closed'
         THEN least(began_at + p.every,
                    CASE WHEN p.mode = 'by_window'
                         THEN greatest(pendo._settles_at(l, p.settle), began_at) END)
         WHEN p.mode = 'by_window'
              AND began_at < pendo._settles_at(l, p.settle) + p.recheck_for
         THEN began_at + interval '1 day'
         ELSE 'infinity' END;
END;
REVOKE ALL ON FUNCTION pendo._next_due(pendo.ledger, pendo.pull, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION pendo._next_due(pendo.ledger, pendo.pull, timestamptz) IS
    'when a window is due again';
