-- Check a connection step by step: a row a step, in the order in which things
-- can go wrong; is_ok is NULL for a step that could not be tried.  Raises no
-- error for what it finds.  In: the connection.
CREATE FUNCTION pendo.check(
    connection name,
    OUT step text,
    OUT is_ok boolean,
    OUT result text,
    OUT hint text)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- Phases of a request in their order, and the step that each belongs to.
    phases constant jsonb := '{"refused_url": "address", "proxy": "proxy",
        "dns": "dns", "connect": "connect", "connect_timeout": "connect",
        "tls": "tls"}';
    steps constant text[] := '{address,proxy,dns,connect,tls}';
    verified record;
    reply record;
    server record;
    failed integer;
    skew interval;
    zone text;
    wrong text;
BEGIN
    SELECT s.srvname,
           coalesce(max(o.option_value) FILTER (WHERE o.option_name = 'base_url'),
                    'https://app.pendo.io') AS base_url,
           max(o.option_value) FILTER (WHERE o.option_name = 'time_zone')
               AS time_zone,
           coalesce(max(o.option_value) FILTER (WHERE o.option_name = 'apps'),
                    '*') AS apps
      INTO server
      FROM pg_foreign_server s
      LEFT JOIN LATERAL pg_options_to_table(s.srvoptions) o ON true
     WHERE s.srvname = connection
     GROUP BY s.srvname;
    IF server IS NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'undefined_object',
            MESSAGE = format('server "%s" does not exist', connection),
            HINT = 'pendo.connect() makes one.';
    END IF;

    verified := pendo._probe(connection, 'GET', '/api/v1/token/verify', NULL,
                             false);
    failed := array_position(steps, phases ->> verified.outcome);

    -- The way there: everything before the phase that failed is good.
    FOR i IN 1 .. array_length(steps, 1) LOOP
        step := steps[i];
        is_ok := CASE WHEN failed = i THEN false
                      WHEN failed < i THEN NULL
                      ELSE true END;
        result := CASE WHEN failed = i THEN verified.message
                      WHEN failed < i THEN 'not reached'
                      ELSE CASE step
                           WHEN 'address' THEN server.base_url
                           WHEN 'proxy' THEN coalesce(verified.proxy, 'none')
                           WHEN 'tls' THEN coalesce(
                               'issued by ' || verified.issuer,
                               'none: plain http')
                           ELSE coalesce(verified.peer, 'by the proxy') END
                      END;
        hint := CASE WHEN failed = i THEN verified.hint END;
        RETURN NEXT;
    END LOOP;
    IF failed IS NOT NULL THEN
        RETURN;
    END IF;

    step := 'clock';
    BEGIN
        skew := clock_timestamp()
                - (to_timestamp(substr(verified.date, 6, 20),
                                'DD Mon YYYY HH24:MI:SS')::timestamp
                   AT TIME ZONE current_setting('TimeZone')
                   AT TIME ZONE 'UTC')::timestamp AT TIME ZONE 'UTC';
    EXCEPTION WHEN data_exception THEN
        skew := NULL;
    END;
    is_ok := abs(extract(epoch FROM skew)) < 60;
    result := coalesce('differs by ' || round(abs(extract(epoch FROM skew)))
                      || ' s', 'the answer names no time');
    hint := CASE WHEN NOT is_ok THEN
        'Set this machine''s clock: ranges that end with the present would '
        'end elsewhere.' END;
    RETURN NEXT;

    step := 'key';
    is_ok := verified.outcome = 'ok' AND verified.status = 200
             AND verified.answer::jsonb ->> 'valid' = 'true';
    result := CASE WHEN is_ok THEN 'valid' ELSE verified.message END;
    hint := CASE WHEN NOT is_ok THEN verified.hint END;
    RETURN NEXT;

    step := 'region';
    SELECT r.base_url INTO wrong
      FROM pendo.region r
     WHERE r.name = verified.key_suffix
       AND server.base_url IN (SELECT base_url FROM pendo.region)
       AND r.base_url <> server.base_url;
    result := coalesce((SELECT r.description FROM pendo.region r
                        WHERE r.base_url = server.base_url),
                      'not an address of Pendo''s own');
    IF wrong IS NOT NULL AND NOT verified.status = 200 THEN
        is_ok := false;
        hint := format('The key ends in .%s: its address is %s.',
                       verified.key_suffix, wrong);
        RETURN NEXT;
    ELSIF verified.status = 200 THEN
        is_ok := true;
        hint := NULL;
        RETURN NEXT;
    ELSE
        is_ok := NULL;
        hint := 'A key of another region looks like a wrong key: ask which '
                'region the subscription is in.';
        RETURN NEXT;
        RETURN;
    END IF;
    IF verified.status <> 200 THEN
        RETURN;
    END IF;

    step := 'right to write';
    reply := pendo._probe(connection, 'GET', '/api/v1/token/verify', NULL, true);
    is_ok := reply.status = 200;
    result := CASE WHEN NOT is_ok THEN reply.message
                  WHEN reply.answer::jsonb ->> 'writeAccess' = 'true'
                  THEN 'yes' ELSE 'no: read only' END;
    hint := CASE WHEN NOT is_ok THEN reply.hint
                 WHEN result <> 'yes' THEN
                 'Enough for live tables.  Writing back needs a key with '
                 '"Allow Write Access".' END;
    RETURN NEXT;

    step := 'apps';
    reply := pendo._probe(connection, 'POST', '/api/v1/aggregation',
        '{"response":{"mimeType":"application/json"},"request":'
        '{"pipeline":[{"source":{"apps":null}}]}}', false);
    is_ok := reply.status = 200;
    IF is_ok THEN
        SELECT format('%s: %s', count(*),
                      string_agg(coalesce(a ->> 'displayName', a ->> 'name',
                                          a ->> 'id'), ', '
                                 ORDER BY a ->> 'name')),
               (SELECT string_agg(wanted, ', ')
                  FROM regexp_split_to_table(server.apps, '[, ]+') wanted
                 WHERE server.apps ~ '^[-0-9, ]+$'
                   AND NOT wanted = ANY (array_agg(a ->> 'id')))
          INTO result, wrong
          FROM jsonb_path_query(reply.answer::jsonb, '$.results[*]') a;
        is_ok := wrong IS NULL;
        hint := 'The option apps names what is not there: ' || wrong || '.';
    ELSE
        result := reply.message;
        hint := reply.hint;
    END IF;
    RETURN NEXT;

    step := 'time zone';
    zone := server.time_zone;
    reply := pendo._probe(connection, 'POST', '/api/v1/aggregation', format(
        '{"response":{"mimeType":"application/json"},"request":{"pipeline":['
        '{"source":{"events":{"appId":"expandAppIds(\"*\")"},"timeSeries":'
        '{"period":"dayRange","first":"now()","count":-30}}},'
        '{"group":{"group":["day"],"fields":{"n":{"count":null}}}},'
        '{"limit":40}]}}'), false);
    is_ok := reply.status = 200;
    IF NOT is_ok THEN
        result := reply.message;
        hint := reply.hint;
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT count(*) FILTER (WHERE d.local <> d.local::date),
           CASE WHEN count(*) = 0 THEN 'no events in the last 30 days'
                ELSE format('%s of %s days begin at midnight in %s',
                            count(*) FILTER (WHERE d.local = d.local::date),
                            count(*), zone) END
      INTO wrong, result
      FROM (SELECT to_timestamp((r ->> 'day')::numeric::double precision / 1000)
                   AT TIME ZONE zone AS local
              FROM jsonb_path_query(reply.answer::jsonb, '$.results[*]') r) d;
    is_ok := CASE WHEN result LIKE 'no events%' THEN NULL ELSE wrong = '0' END;
    hint := CASE WHEN NOT is_ok THEN (
        SELECT 'Zones that fit: ' || string_agg(z.name, ', ' ORDER BY z.name)
          FROM (SELECT name FROM pg_timezone_names
                 WHERE name LIKE '%/%' AND name !~ '^(Etc|posix|right)/'
                   AND (SELECT bool_and(
                            (to_timestamp((r ->> 'day')::numeric::double precision
                                          / 1000) AT TIME ZONE name)::time
                            = '00:00')
                          FROM jsonb_path_query(reply.answer::jsonb,
                                                '$.results[*]') r)
                 ORDER BY name LIMIT 12) z) END;
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION pendo.check(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo.check(name) IS
    'check a connection step by step: address, proxy, TLS, key, zone, …';
