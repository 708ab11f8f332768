-- What an update of the extension changes in a model, and with "apply" does: views
-- that nobody changed are replaced by ours, new objects made, summaries with another
-- query computed anew.  What the team changed stays as it is; tables are never touched.
-- Out: a row for each object that is not as the extension would make it now, with the
-- statements of ours.
CREATE FUNCTION pendo.upgrade_model(connection name, apply boolean DEFAULT false)
RETURNS TABLE (object text, state text, statements text)
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
#variable_conflict use_column
DECLARE
    m pendo.model%ROWTYPE;
    difference record;
    is_changed boolean;
BEGIN
    SELECT * INTO m FROM pendo.model d WHERE d.connection = upgrade_model.connection;
    IF NOT FOUND THEN
        RAISE undefined_object USING
            MESSAGE = format('connection "%s" has no model', upgrade_model.connection),
            HINT = 'pendo.create_model() makes one.';
    END IF;
    FOR difference IN
        SELECT d.file, s.statements, n.object, n.is_query,
               o.statements IS DISTINCT FROM s.statements AS is_new_version,
               o.file IS NULL AS is_new,
               to_regclass(format('%I.%I', m.schema_name, n.object)) IS NULL AS is_missing,
               o AS as_made,
               pendo._definition_hash(m.schema_name, n.object) IS NOT NULL AS is_view
          FROM pendo._default_model() d
          LEFT JOIN pendo.model_object o ON o.connection = m.connection AND o.file = d.file
         CROSS JOIN LATERAL (SELECT regexp_replace(d.file, '^.*/|(\.query)?\.sql$', '', 'g'),
                                    d.file LIKE '%.query.sql') AS n (object, is_query)
         CROSS JOIN LATERAL pendo._model_statements(m, d.file, d.statements) AS s (statements)
         ORDER BY d.ordinal
    LOOP
        object := difference.object;
        statements := difference.statements;
        is_changed := NOT (difference.is_query OR difference.is_new OR difference.is_missing)
                      AND NOT pendo._is_as_made(m, difference.as_made);
        state := CASE WHEN difference.is_query AND difference.is_new_version THEN 'new version of the query'
                      WHEN difference.is_query THEN NULL
                      WHEN difference.is_new THEN 'new'
                      WHEN difference.is_missing THEN 'dropped by you'
                      WHEN is_changed AND difference.is_new_version
                      THEN 'changed by you, and there is a new version'
                      WHEN is_changed THEN 'changed by you'
                      WHEN difference.is_new_version AND difference.is_view THEN 'new version'
                      WHEN difference.is_new_version THEN 'new version of a table' END;
        CONTINUE WHEN state IS NULL;
        IF apply AND state IN ('new', 'new version of the query', 'new version') THEN
            PERFORM pendo._create_model_object(m.connection, m.schema_name, difference.file,
                                               difference.statements);
            IF difference.is_query THEN
                PERFORM pendo._refill_summary(m.schema_name, object);
            END IF;
            state := state || ': done';
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo.upgrade_model(name, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo.upgrade_model(name, boolean) IS
    'what an update of the extension changes in a model';
