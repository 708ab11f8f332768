-- The limits in force.
CREATE VIEW effective_signal_limit WITH (security_invoker = true) AS
SELECT kind,
       coalesce(l.max_at_once, d.max_at_once, 50) AS max_at_once,
       coalesce(l.is_enabled, d.is_enabled, true) AS is_enabled,
       l.kind IS NULL AS is_default
  FROM signal_limit_default d
  FULL JOIN signal_limit l USING (kind);
REVOKE ALL ON effective_signal_limit FROM PUBLIC;
COMMENT ON VIEW effective_signal_limit IS 'limits of signals in force';
COMMENT ON COLUMN effective_signal_limit.kind IS 'kind of signal';
COMMENT ON COLUMN effective_signal_limit.max_at_once IS
    'if a run would raise more, they are held until a person decides';
COMMENT ON COLUMN effective_signal_limit.is_enabled IS 'is looked for';
COMMENT ON COLUMN effective_signal_limit.is_default IS 'as shipped';
