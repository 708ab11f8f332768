-- Add to a model's signals the comments that have come since.  Names are looked up in its
-- schema.
CREATE FUNCTION pendo._add_comments()
RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    UPDATE signal s SET context = s.context || jsonb_build_object('comment', c.comment)
      FROM signal_comment c
     WHERE c.kind = s.kind AND c.fact = s.fact
       AND c.comment <> coalesce(s.context ->> 'comment', '');
END
$$;
REVOKE ALL ON FUNCTION pendo._add_comments() FROM PUBLIC;
COMMENT ON FUNCTION pendo._add_comments() IS 'add comments to a model''s signals';
