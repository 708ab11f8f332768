-- Keep the companies and people of a CRM in a model: makes the local tables
-- (hubspot_company, hubspot_contact, salesforce_account, salesforce_contact; of a second
-- connection of one kind with its name behind), a pull for each, and lays crm_account and
-- crm_contact over them.  Called again it adds columns that are new in the live tables.
-- In: the CRM's connection; the model's schema; the fields that hold the id of the Pendo
-- account and visitor, where the CRM keeps them; how often the pulls run by themselves (by
-- default each hour), and whether they do.  What is NULL stays as it is.
-- Out: a row for each table.  Errors: no such connection, or not of a CRM; no live tables;
-- no model; no such field.
CREATE FUNCTION pendo.keep_crm_local(
    connection name,
    schema name DEFAULT 'local',
    account_external_id name DEFAULT NULL,
    contact_external_id name DEFAULT NULL,
    every interval DEFAULT NULL,
    is_scheduled boolean DEFAULT NULL)
RETURNS TABLE (table_name text, mode text, pull text)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    m pendo.model := pendo._own_model(schema);
    connector text := pendo._connector(keep_crm_local.connection);
    source record;
    key name[];
    changed_at name[];
    field name;
    is_wider boolean;
BEGIN
    PERFORM pendo._check_connection(keep_crm_local.connection, is_crm => true);
    IF NOT EXISTS (SELECT FROM pendo._crm_source(keep_crm_local.connection)) THEN
        RAISE undefined_table USING
            MESSAGE = format('connection "%s" has no live tables of companies or people',
                             keep_crm_local.connection),
            HINT = 'IMPORT FOREIGN SCHEMA makes them.';
    END IF;
    FOR source IN SELECT s.* FROM pendo._crm_source(keep_crm_local.connection) s ORDER BY s.object LOOP
        key := pendo._crm_columns(source.live, connector, source.object, 'id');
        changed_at := pendo._crm_columns(source.live, connector, source.object, 'updated_at');
        field := CASE source.view_name WHEN 'crm_account' THEN account_external_id
                                       ELSE contact_external_id END;
        field := pendo._crm_field_column(source.live, field);
        table_name := pendo._crm_table_name(source.live, schema, source.table_name,
                                            keep_crm_local.connection);
        mode := CASE WHEN changed_at IS NULL THEN 'full' ELSE 'changes' END;
        is_wider := pendo._create_crm_table(source.live, schema, table_name::name, key);
        pull := coalesce((SELECT p.name FROM pendo.pull p
                           WHERE p.target_schema = schema AND p.target_table = keep_crm_local.table_name),
                         schema || '.' || table_name);
        PERFORM pendo.define_pull(
            source.live, to_regclass(format('%I.%I', schema, table_name)), mode, pull,
            time_column => changed_at[1], key_columns => key,
            columns => CASE WHEN is_wider THEN '{*}'::name[] END,
            every => keep_crm_local.every, is_scheduled => keep_crm_local.is_scheduled);
        INSERT INTO pendo.crm_table AS t (schema_name, table_name, connection, connector, object,
                                          view_name, external_id)
        VALUES (schema, table_name, keep_crm_local.connection, connector, source.object,
                source.view_name, field)
        ON CONFLICT ON CONSTRAINT crm_table_pkey DO UPDATE
           SET connection = EXCLUDED.connection,
               external_id = coalesce(EXCLUDED.external_id, t.external_id);
        RETURN NEXT;
    END LOOP;
    PERFORM pendo._replace_crm_views(m);
    RAISE NOTICE '%', pendo._what_runs_pulls();
END
$$;
REVOKE ALL ON FUNCTION pendo.keep_crm_local(name, name, name, name, interval, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo.keep_crm_local(name, name, name, name, interval, boolean) IS
    'keep the companies and people of a CRM in local tables';
