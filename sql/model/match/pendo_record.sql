-- The Pendo records that may match: accounts and identified visitors that Pendo
-- still has.  The row goes along as jsonb, because which metadata columns there
-- are differs from subscription to subscription and from rule to rule; OFFSET 0
-- keeps it one conversion a row, however many rules there are.
CREATE VIEW pendo_record WITH (security_invoker = true) AS
SELECT *
  FROM (SELECT 'account' AS pendo_kind, a.account_id AS id, to_jsonb(a.*) AS data
          FROM account a
         WHERE a.deleted_at IS NULL AND a.account_id <> ''
        OFFSET 0) AS account_record
UNION ALL
SELECT *
  FROM (SELECT 'visitor', v.visitor_id, to_jsonb(v.*)
          FROM visitor v
         WHERE v.deleted_at IS NULL AND v.visitor_id <> ''
           AND NOT starts_with(v.visitor_id, '_PENDO_T_')
        OFFSET 0) AS visitor_record;
REVOKE ALL ON pendo_record FROM PUBLIC;
COMMENT ON VIEW pendo_record IS
    'accounts and identified visitors that Pendo still has';
COMMENT ON COLUMN pendo_record.pendo_kind IS 'account or visitor';
COMMENT ON COLUMN pendo_record.id IS 'account_id or visitor_id';
COMMENT ON COLUMN pendo_record.data IS 'the row, with its metadata columns';
