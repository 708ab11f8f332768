-- Steps of a delivery that no well-behaved remote system calls for: answers of any shape.
CREATE TEMP TABLE answer (answer jsonb);
INSERT INTO answer VALUES (NULL), ('null'), ('7'), ('"text"'), ('{}'), ('[]'), ('[null]'), ('[7,"x"]'), ('[[],{}]'),
       ('[{"success":true},{"success":true,"id":7,"created":"yes"}]'), ('[{"success":"true"},{"errors":7}]'),
       ('[{"success":false,"errors":[{"statusCode":7,"message":null,"fields":{"a":1}}]},{"success":false,"errors":[null]}]'),
       ('{"results":7,"errors":7}'), ('{"results":{"id":1},"errors":{"message":[]}}'), ('{"results":[null,7,"x",[],{}],"errors":[null,7,"x",[],{}]}'),
       ('{"results":[{"id":{"a":1},"properties":7,"objectWriteTraceId":17,"new":"no"}]}'),
       ('{"results":[{"id":"9","properties":{"k":null},"objectWriteTraceId":"17"},{"id":"10","properties":{"k":7},"objectWriteTraceId":"17"}]}'),
       ('{"errors":[{"context":7},{"context":{"objectWriteTraceId":"17","ids":{"a":1}},"message":{"a":1},"category":7}]}'),
       ('{"status":"CANCELED","results":[],"errors":[{"context":{"id":"A"},"category":"X","message":"no"}]}'),
       ('{"done":false,"nextRecordsUrl":"http://elsewhere.example/","records":[{"Id":7,"K":7}]}'), ('{"done":false,"records":7}'),
       ('{"done":true,"records":[null,7,{"Id":{"a":1},"K":{"a":1},"F":[]},{"K":"A"},{"Id":"1","K":"A","F":"x"}]}');
CREATE FUNCTION pg_temp.work(connector text, operation text, key_field text)
RETURNS jsonb LANGUAGE sql AS $$
SELECT jsonb_build_object('connector', connector, 'object', CASE connector WHEN 'hubspot' THEN 'tasks' ELSE 'Task' END, 'operation', operation,
       'key_field', key_field, 'version', CASE connector WHEN 'hubspot' THEN '2026-09' ELSE 'v68.0' END,
       'items', '[{"item":17,"key":"A","fields":{"F":"x"},"look":true},{"item":18,"key":"B","fields":{},"links":[],"look":true}]'::jsonb)
$$;
-- No answer is an error, and nothing that was written is left without a result.
SELECT c.connector, o.operation, k.key_field, s.asked, count(*) AS answers,
       count(*) FILTER (WHERE jsonb_array_length((t.step).results) = 2) AS all_results,
       count(*) FILTER (WHERE (t.step).results @> '[{"outcome":"delivered"}]') AS delivered,
       count(*) FILTER (WHERE (t.step).results @> '[{"outcome":"unchanged"}]') AS unchanged,
       count(*) FILTER (WHERE (t.step).method IS NOT NULL) AS go_on,
       count(*) FILTER (WHERE (t.step).path ~ 'elsewhere') AS elsewhere
  FROM (VALUES ('hubspot'), ('salesforce')) c (connector)
 CROSS JOIN (VALUES ('create'), ('update'), ('upsert')) o (operation)
 CROSS JOIN (VALUES ('K'), (NULL)) k (key_field)
 CROSS JOIN (VALUES ('look'), ('write')) s (asked)
 CROSS JOIN answer a
 CROSS JOIN LATERAL (SELECT CASE c.connector
       WHEN 'hubspot' THEN pendo._hubspot_step(pg_temp.work(c.connector, o.operation, k.key_field), jsonb_build_object('asked', s.asked, 'sent', '[17,18]'::jsonb), a.answer)
       ELSE pendo._salesforce_step(pg_temp.work(c.connector, o.operation, k.key_field), jsonb_build_object('asked', s.asked, 'sent', '[17,18]'::jsonb), a.answer) END OFFSET 0) t (step)
 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4;
-- What they ask for first.
SELECT c.connector, o.operation, k.key_field, (t.step).method, (t.step).path, (t.step).body
  FROM (VALUES ('hubspot'), ('salesforce')) c (connector)
 CROSS JOIN (VALUES ('create'), ('update'), ('upsert')) o (operation)
 CROSS JOIN (VALUES ('K'), (NULL)) k (key_field)
 CROSS JOIN (VALUES (false), (true)) l (look)
 CROSS JOIN LATERAL (SELECT jsonb_set(pg_temp.work(c.connector, o.operation, k.key_field), '{items,0,look}', to_jsonb(l.look))) w (work)
 CROSS JOIN LATERAL (SELECT CASE c.connector WHEN 'hubspot' THEN pendo._hubspot_step(w.work, '{}', NULL)
                                             ELSE pendo._salesforce_step(w.work, '{}', NULL) END OFFSET 0) t (step)
 ORDER BY 1, 2, 3, l.look;
-- As it nearly always is, and not quite so.
SELECT pendo._hubspot_plain('[17,18]', a.answer, o.operation)
  FROM (VALUES ('{"results":[{"id":"2","objectWriteTraceId":"18","new":true},{"id":"1","objectWriteTraceId":"17"}]}'::jsonb),
               ('{"results":[{"id":"2","objectWriteTraceId":"18"},{"id":"1","objectWriteTraceId":"17","new":7},{"id":"3","objectWriteTraceId":"19"},7,{}]}'),
               ('{"results":[{"id":"2","objectWriteTraceId":"18"}]}'),
               ('{"results":[{"id":"2","objectWriteTraceId":"18"},{"id":"1","objectWriteTraceId":"17"}],"errors":[]}'),
               ('{"results":[{"id":"2","objectWriteTraceId":"18"},{"id":"2","objectWriteTraceId":"18"},{"id":"1","objectWriteTraceId":"17"}]}'),
               ('{"results":[{"id":2,"objectWriteTraceId":"18"},{"id":"1","objectWriteTraceId":"17"}]}'),
               ('{"results":[{"objectWriteTraceId":"18"},{"id":"1","objectWriteTraceId":"17"}]}'),
               ('{"results":[{"id":"2","objectWriteTraceId":"18x"},{"id":"2","objectWriteTraceId":"99999999999999999999"},{"id":"1","objectWriteTraceId":"+17"}]}')) a (answer)
 CROSS JOIN (VALUES ('create'), ('upsert')) o (operation);
-- HubSpot takes texts alone; keys that are one to it go one at a time, and in order.
SELECT i.sent, i.inputs, ('[' || i.inputs || ']')::jsonb -> 0 -> 'properties' ->> 't' = e'"\\/\b\f\n\r\t\x01é' AS is_kept
  FROM (VALUES ('create', NULL), ('create', 'K'), ('update', NULL), ('update', 'K'), ('upsert', 'K')) v (operation, key_field)
 CROSS JOIN LATERAL pendo._hubspot_inputs(
       '[{"item":20,"key":" a","fields":{"t":"\"\\/\b\f\n\r\t\u0001é","n":-1.50,"b":true,"z":null,"K":"other"}},
         {"item":19,"key":"B","fields":{}},
         {"item":18,"key":"A ","fields":{"list":["x",7,null,{"a":[1,"y"]}],"none":[],"object":{"a":1}},"associations":[{"to":{"id":"1"}}]},
         {"item":17,"key":"not wanted","fields":{}}]', '{18,19,20}', v.operation, v.key_field) i;
SELECT pendo._hubspot_new(pg_temp.work('hubspot', 'create', k.key_field) || jsonb_build_object('items', jsonb_build_array(
           jsonb_build_object('item', 17, 'key', 'A', 'fields', '{"hs_task_body": "text"}'::jsonb, 'links', l.links))))
  FROM (VALUES (NULL), ('K')) k (key_field)
 CROSS JOIN (VALUES (NULL::jsonb), ('[{"object": "companies", "id": "5"}, {"object": "contacts", "id": "6"}]')) l (links);
