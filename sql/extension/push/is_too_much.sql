-- Are so many more than a share of a push's records, and than the few that may always
-- change?  Counts no more of the records than it takes to tell, in the order of their index.
CREATE FUNCTION pendo._is_too_much(push text, org text, many bigint, share real)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT many > 10
     AND many > share * (SELECT count(*)
                           FROM (SELECT FROM pendo.push_record r
                                  WHERE r.push = _is_too_much.push AND r.org = _is_too_much.org
                                    AND r.vanished_at IS NULL
                                  ORDER BY r.key
                                  LIMIT ceil(many / nullif(share, 0))::bigint) k);
END;
REVOKE ALL ON FUNCTION pendo._is_too_much(text, text, bigint, real) FROM PUBLIC;
COMMENT ON FUNCTION pendo._is_too_much(text, text, bigint, real) IS
    'are so many more than a share of a push''s records?';
