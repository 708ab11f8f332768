-- Note in a model's flow_run what came of its items.  Names are looked up in its schema.
CREATE FUNCTION pendo._settle_flows()
RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    UPDATE flow_run r
       SET outcome = d.outcome, remote_id = coalesce(d.remote_id, r.remote_id), settled_at = d.ended_at,
           message = CASE WHEN d.outcome IN ('failed', 'expired')
                          THEN concat_ws(': ', d.code, d.message) END
      FROM (SELECT DISTINCT ON (a.item) a.*
              FROM pendo.delivery a
             WHERE a.outcome <> 'retry'
               AND a.item IN (SELECT o.item FROM flow_run o
                               WHERE o.remote_id IS NULL
                                 AND (o.outcome IS NULL OR o.outcome = 'failed'))
             ORDER BY a.item, a.id DESC) d
     WHERE d.item = r.item AND d.ended_at IS DISTINCT FROM r.settled_at;
END
$$;
REVOKE ALL ON FUNCTION pendo._settle_flows() FROM PUBLIC;
COMMENT ON FUNCTION pendo._settle_flows() IS 'note in a model''s flow_run what came of its items';
