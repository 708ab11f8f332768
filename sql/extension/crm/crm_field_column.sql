-- The column of a live table that shows a field of the CRM, by the column's name or the
-- field's, in any case.  Errors: there is none.
CREATE FUNCTION pendo._crm_field_column(live regclass, field name)
RETURNS name
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    column_name name;
BEGIN
    SELECT a.attname INTO column_name
      FROM pg_attribute a
     WHERE a.attrelid = live AND a.attnum > 0 AND NOT a.attisdropped
       AND lower(field) IN (lower(a.attname),
                            (SELECT lower(o.option_value) FROM pg_options_to_table(a.attfdwoptions) o
                              WHERE o.option_name = 'field'))
     ORDER BY a.attname = field DESC, a.attnum
     LIMIT 1;
    IF NOT FOUND THEN
        RAISE undefined_column USING
            MESSAGE = format('%s has no column for field "%s"', live, field),
            DETAIL = format('It has: %s.', (
                SELECT string_agg(a.attname, ', ' ORDER BY a.attnum) FROM pg_attribute a
                 WHERE a.attrelid = live AND a.attnum > 0 AND NOT a.attisdropped)),
            HINT = 'A field that is new in the CRM gets a column by pendo.refresh_tables().';
    END IF;
    RETURN column_name;
END
$$;
REVOKE ALL ON FUNCTION pendo._crm_field_column(regclass, name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._crm_field_column(regclass, name) IS
    'the column of a live table that shows a field of the CRM';
