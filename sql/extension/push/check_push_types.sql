-- What columns of a push cannot be sent to the fields that they are for, as far as live tables
-- show these: raises the first.  Salesforce would refuse whole calls for one such value, and not
-- name the field (JSON_PARSER_ERROR).  A row of "refused" is what holds for all values of such a
-- column; who could be right is not here, so that in doubt the remote system judges.
CREATE FUNCTION pendo._check_push_types(p pendo.push)
RETURNS void
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wrong record;
BEGIN
    WITH refused (connector, columns, fields, reason, remedy) AS (VALUES
             (NULL, '{timestamp}'::name[], '{timestamp with time zone}'::text[],
              'It does not say in which time zone its times are.', '%I AT TIME ZONE ''UTC'''),
             ('salesforce', '{int2,int4,int8,numeric,float4,float8}', '{timestamp with time zone}',
              'Salesforce takes no number there.', 'to_timestamp(%I)'),
             ('salesforce', '{int2,int4,int8,numeric,float4,float8}', '{boolean}',
              'Salesforce takes no number there.', '%I <> 0'),
             ('salesforce', '{int2,int4,int8,numeric,float4,float8}', '{text}',
              'Salesforce takes no number there.', '%I::text'),
             ('salesforce', '{bool}', '{text}',
              'Salesforce takes no boolean there.', '%I::text'),
             ('salesforce', '{bool}', '{bigint,double precision}',
              'Salesforce takes no boolean there.', '%I::integer'))
    SELECT d.name AS column_name, format_type(d.type, NULL) AS column_type, f.field, f.types[1] AS field_type,
           r.reason, format(r.remedy, d.name) AS remedy
      INTO wrong
      FROM pendo._push_column(pendo._push_source(p)) d
      JOIN pg_type t ON t.oid = d.base
      -- Of several live tables all must say so: one may show a number as text.
      JOIN (SELECT l.field, array_agg(DISTINCT l.type) AS types
              FROM pendo._live_field(p.connection, p.object) l GROUP BY l.field) f ON f.field = p.columns ->> d.name
      JOIN refused r ON t.typname = ANY (r.columns) AND f.types <@ r.fields
                    AND coalesce(r.connector = pendo._connector(p.connection), true)
     ORDER BY d.name, f.types
     LIMIT 1;
    IF FOUND THEN
        RAISE datatype_mismatch USING
            MESSAGE = format('column "%s" of %s cannot be sent to field "%s" of %s',
                             wrong.column_name, pendo._push_source(p), wrong.field, p.object),
            DETAIL = format('The column is %s, the field %s.  %s', wrong.column_type, wrong.field_type, wrong.reason),
            HINT = format('Push a view that has %s, or what else is meant, in its place.', wrong.remedy);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._check_push_types(pendo.push) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_push_types(pendo.push) IS
    'raise if a column cannot be sent to the field that it is for';
