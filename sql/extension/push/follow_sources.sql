-- Put the triggers of a push on its declared sources, and take them off other tables.
CREATE FUNCTION pendo._follow_sources(name text, sources jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    label text := 'pendo_push_' || CASE WHEN octet_length(name) > 40 THEN md5(name) ELSE name END;
    statement text;
BEGIN
    FOR statement IN
        SELECT format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass)
          FROM pg_trigger t
         WHERE t.tgfoid = 'pendo._mark_dirty'::regproc
           AND split_part(encode(t.tgargs, 'escape'), '\000', 1)
             = encode(convert_to(name, getdatabaseencoding()), 'escape')
         UNION ALL
        SELECT format('CREATE TRIGGER %I AFTER %s ON %s %sFOR EACH STATEMENT'
                      ' EXECUTE FUNCTION pendo._mark_dirty(%L, %L)',
                      label || '_' || lower(o.what), o.what, s.key, 'REFERENCING ' || o.tables || ' ',
                      name, s.value)
          FROM jsonb_each_text(sources) s
         CROSS JOIN (VALUES ('INSERT', 'NEW TABLE AS after'), ('DELETE', 'OLD TABLE AS before'),
                            ('UPDATE', 'OLD TABLE AS before NEW TABLE AS after'),
                            ('TRUNCATE', NULL)) AS o (what, tables)
         WHERE to_regclass(s.key) IS NOT NULL
    LOOP
        EXECUTE statement;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo._follow_sources(text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._follow_sources(text, jsonb) IS
    'put the triggers of a push on its declared sources';
