-- JSON that came from outside becomes the jsonb that the server makes of it.
CREATE TEMP TABLE body (text text);
INSERT INTO body VALUES
    ('{}'), ('[]'), (' [ ] '), ('""'), ('7'), ('-0'), ('true'), ('null'), (e'\t{\r\n} '),
    ('{"a":1,"b":[true,false,null],"c":{"d":"x","d":"y"}}'), ('[{"id":"1","new":true},{"id":"2"}]'),
    ('[1.50,-2.5e3,1E-2,0.0,123456789012345678,1234567890123456789012345678901234567890]'),
    ('{"":"","\"\\\/\b\f\n\r\t":"\u00e9é\ud83d\ude00"}'), ('[[[[[[[[1]]]]]]]]'), ('{"zz":1,"a":2,"zz":{"a":[]},"bbb":3}');
CREATE FUNCTION pg_temp.attempt(how text, body text, OUT value jsonb, OUT is_error boolean)
LANGUAGE plpgsql AS $$
BEGIN
    value := CASE how WHEN 'ours' THEN pendo._answer_body(body) ELSE body::jsonb END;
    is_error := false;
EXCEPTION WHEN data_exception THEN
    is_error := true;
END $$;
SELECT count(*), bool_and(pendo._answer_body(text)::text = text::jsonb::text) AS are_same FROM body;
-- With each character left out, doubled, or replaced by each of some others.
WITH mutant AS (
    SELECT DISTINCT m.text
      FROM body b
     CROSS JOIN LATERAL generate_series(1, length(b.text)) n
     CROSS JOIN unnest(ARRAY['', '{', '}', '[', ']', ':', ',', '0', '9', '-', '.', 'e', '"', '\', 'u', 't', 'n', ' ', 'x']) c
     CROSS JOIN LATERAL (VALUES (overlay(b.text PLACING c FROM n FOR 1)), (overlay(b.text PLACING c FROM n FOR 0)),
                                (left(b.text, n))) m (text)
     WHERE m.text !~ '\\ud8|\\ude|e-?[0-9]{5}')     -- of those below
SELECT count(*) > 5000 AS are_many, count(*) FILTER (WHERE NOT o.is_error) > 300 AS some_are_good,
       count(*) FILTER (WHERE (o.is_error, o.value::text) IS DISTINCT FROM (s.is_error, s.value::text)) AS differ,
       min(m.text) FILTER (WHERE (o.is_error, o.value::text) IS DISTINCT FROM (s.is_error, s.value::text)) AS example
  FROM mutant m, pg_temp.attempt('ours', m.text) o, pg_temp.attempt('theirs', m.text) s;
-- What the server's own would not take, or take otherwise.
SELECT v.text, pendo._answer_body(v.text) AS value
  FROM (VALUES ('"\ud83d"'), ('"\ud83dx"'), ('"\ud83d\ud83d\ude00"'), ('["\ude00\ud83d"]'), ('{"\ud83d":1}'), ('"\\u0000"')) v (text);
SELECT pendo._answer_body('{"a":"\u0000"}');
SELECT pendo._answer_body('1e400000');
SELECT pendo._answer_body('[1E-400000]');
SELECT pendo._answer_body('[1e-99999999999999999999]');
SELECT pendo._answer_body('[' || repeat('9', 7000) || ']');
SELECT length(pendo._answer_body('[' || repeat('9', 5000) || 'e10000]')::text);
SELECT length(pendo._answer_body('[0.' || repeat('9', 5000) || 'e-10000]')::text);
SELECT pendo._answer_body(repeat('[', 2000));
SELECT pendo._answer_body(repeat('[', 1000) || repeat(']', 1000))::text = repeat('[', 1000) || repeat(']', 1000) AS is_deep;
SELECT pendo._answer_body('');
SELECT pendo._answer_body('[1]x');
