"""Stages, aggregators and refusals over literal rows."""

import json
import unittest

from support import WHOLE, StandIn, source

ROWS = [{'id': 1, 'k': 'a', 'v': 2, 'o': {'x': 1}}, {'id': 2, 'k': 'b', 'v': None},
        {'id': 3, 'k': 'a', 'v': 5, 'l': ['p', 'q']}, {'id': 4, 'k': 'c', 'v': '7', 'l': []}]
CONST = {'source': {'const': ROWS}}
KEEP = {'select': {'id': 'id'}}


def ids(*numbers):
    return [{'id': number} for number in numbers]


# stages after the literal rows, answer
ANSWERS = (
    ([{'filter': 'v > 1'}, KEEP], ids(1, 3)),
    ([{'filter': 'v'}, KEEP], []),
    ([{'select': {'o.x': 'id', 'o.y': 'k', 'with blank': 'v'}}, {'limit': 1}],
     [{'o': {'x': 1, 'y': 'a'}, 'with blank': 2}]),
    ([{'select': {'missing': 'nothing'}}, {'limit': 1}], [{'missing': None}]),
    ([{'eval': {'o.z': 'id * 2'}}, {'limit': 1}],
     [{'id': 1, 'k': 'a', 'o': {'x': 1, 'z': 2}, 'v': 2}]),
    ([{'set': {'c': 'now()'}}, {'select': {'c': 'c'}}, {'limit': 1}], [{'c': 'now()'}]),
    ([{'sort': ['k', '-id']}, KEEP], ids(3, 1, 2, 4)),
    ([{'sort': ['v']}, KEEP], ids(2, 1, 3, 4)),
    ([{'limit': 2}, {'filter': 'k == "a"'}, KEEP], ids(1)),
    ([{'count': None}], [{'count': 4}]),
    ([{'reduce': {'n': {'count': None}, 's': {'sum': 'v'}}}], [{'n': 4, 's': 14}]),
    ([{'reduce': [{'n': {'count': 'v'}}, {'m': {'max': 'id'}}]}], [{'m': 4, 'n': 3}]),
    ([{'filter': 'false'}, {'reduce': {'n': {'count': None}, 's': {'sum': 'v'},
                                       'm': {'min': 'v'}}}], [{'m': None, 'n': 0, 's': 0}]),
    ([{'group': {'group': ['k']}}], [{'k': 'a'}, {'k': 'b'}, {'k': 'c'}]),
    ([{'group': {'group': ['o.x'], 'fields': {'n': {'count': None}}}}],
     [{'n': 1, 'o': {'x': 1}}, {'n': 3, 'o': {'x': None}}]),
    ([{'group': {'group': [], 'fields': [{'a': {'avg': 'id'}}, {'d': {'median': 'id'}}]}}],
     [{'a': 2.5, 'd': 2.5}]),
    ([{'group': {'group': ['k'], 'fields': {'n': {'count': None}},
                 'forceKeys': {'k': 'list("z", "a")'}}}],
     [{'k': 'z', 'n': 0}, {'k': 'a', 'n': 2}, {'k': 'b', 'n': 1}, {'k': 'c', 'n': 1}]),
    ([{'reduce': {'i': {'countIf': {'count': None, 'if': 'v > 1'}}, 'f': {'first': 'v'},
                  'l': {'list': 'k'}, 'p': {'count': ['k', 'id']}}}],
     [{'f': 2, 'i': 2, 'l': ['a', 'b', 'a', 'c'], 'p': 4}]),
    ([{'reduce': {'s': {'stddev': 'id'}, 'v': {'var': 'id'}, 'a': {'mean': 'id'},
                  'p': {'percentiles': {'field': 'id', 'half': 50, 'most': 100}}}}],
     [{'a': 2.5, 'p': {'half': 2, 'most': 4}, 's': 1.25 ** 0.5, 'v': 1.25}]),
    ([{'eval': {'n': 'if(isNil(l), list(1), list(id, 2))'}},
      {'reduce': {'a': {'listAverage': 'n'}, 'c': {'concat': 'l'}}}],
     [{'a': [2.25, 2], 'c': ['p', 'q']}]),
    ([{'unwind': {'field': 'l', 'index': 'i'}}, {'select': {'i': 'i', 'l': 'l'}}],
     [{'i': 0, 'l': 'p'}, {'i': 1, 'l': 'q'}]),
    ([{'unwind': {'field': 'l', 'prefix': True, 'keepEmpty': True}},
      {'select': {'id': 'id', 'l': 'l'}}],
     [{'id': 1, 'l': None}, {'id': 2, 'l': None}, {'id': 3, 'l': ['p']},
      {'id': 3, 'l': ['p', 'q']}, {'id': 4, 'l': None}]),
    ([{'eval': {'t': '"[1,{}]"'}}, {'unmarshal': {'u': 't'}}, {'select': {'u': 'u'}},
      {'limit': 1}], [{'u': [1, {}]}]),
    ([{'switch': {'size': {'v': [{'value': 's', '<': 3}, {'value': 'l', '>=': 3, '<=': 9}]}}},
      {'select': {'size': 'size'}}], [{'size': 's'}, {'size': 'l'}]),
    ([{'fork': [[{'filter': 'id == 1'}], [{'filter': 'id > 3'}, {'cat': None}]]}, KEEP],
     ids(1, 4)),
    ([{'fork': [[{'set': {'leak': 1}}, {'filter': 'false'}], [{'cat': None}]]},
      {'select': {'leak': 'leak'}}, {'limit': 1}], [{'leak': 1}]),
    ([{'join': {'fields': ['k'], 'width': 2}}, KEEP], ids(3, 2, 4)),
    ([{'join': {'fields': []}}, KEEP], ids(4)),
    ([{'merge': {'fields': ['k'], 'mappings': {'name': 'n', 'yes': 'true'},
                 'pipeline': [{'source': {'const': [{'k': 'a', 'n': 'A'}]}}]}},
      {'select': {'id': 'id', 'name': 'name', 'yes': 'yes'}}, {'limit': 2}],
     [{'id': 1, 'name': 'A', 'yes': True}, {'id': 2, 'name': None, 'yes': None}]),
    ([{'useragent': {'ua': 'agent'}}, {'select': {'ua': 'ua'}}, {'limit': 1}], [{'ua': None}]),
)

SERIES = {'period': 'dayRange', 'first': 'now()', 'count': -1}
REFUSED = (
    [], None, [{}], [{'filter': 'true'}], [CONST, {'filter': 'x ='}], [CONST, {'nope': 1}],
    [CONST, {'filter': 'true', 'limit': 1}], [CONST, CONST], [source('nope')],
    [source('events')], [source('pageEvents', {'pageId': 'x', 'appId': 1}, **SERIES)],
    [source('events', {'nope': 1}, **SERIES)], [source('events', {'appId': 'x'}, **SERIES)],
    [source('events', None, period='yearRange', first=0, count=1)],
    [source('events', None, period='dayRange', first='bad(', count=1)],
    [source('events', None, period='dayRange', count=1)],
    [source('events', None, period='dayRange', first=0)],
    [source('events', None, period='dayRange', first=0, count=0)],
    [source('events', None, period='daily', first='now()', count=-2)],
    [source('events', None, **SERIES), {'eval': {'day': '1'}}],
    [source('visitors', {'identified': 'yes'})], [CONST, {'limit': -1}],
    [CONST, {'limit': 'x'}], [CONST, {'sort': 'k'}], [CONST, {'count': 'x'}],
    [CONST, {'group': {'fields': {}}}], [CONST, {'reduce': {'x': {'nope': 'v'}}}],
    [CONST, {'reduce': {'x': {'sum': None}}}], [CONST, {'fork': [[]]}],
    [CONST, {'select': {'a': '1', 'a.b': '2'}}], [CONST, {'switch': {'x': {'v': [{'<': 1}]}}}],
    [CONST, {'segment': {'id': 'nope'}}], [CONST, {'unwind': 'l'}], [CONST, {'retention': {}}],
    [CONST, {'merge': {'fields': ['k'], 'pipeline': [CONST]}}], [source('timespan')],
    [{'pes': {'appId': 1, 'firstDay': 'now()', 'dayCount': -30}}],
    [{'source': {'visitors': None, 'accounts': None}}],
)


class Pipelines(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.standin = StandIn()
        cls.addClassCleanup(cls.standin.stop)

    def test_answers(self):
        for stages, answer in ANSWERS:
            with self.subTest(str(stages)):
                self.assertEqual(self.standin.rows(CONST, *stages), answer)

    def test_refused_with_plain_text(self):
        for pipeline in REFUSED:
            with self.subTest(str(pipeline)):
                status, headers, body = self.standin.request(
                    'POST', '/api/v1/aggregation', {'request': {'pipeline': pipeline}})
                self.assertEqual((status, headers['Content-Type']),
                                 (400, 'text/plain; charset=utf-8'))
                self.assertTrue(body)

    def test_known_texts(self):
        _, _, body = self.standin.aggregate(CONST, {'filter': '('})
        self.assertIn(b'Cannot parse filter expression', body)
        _, _, body = self.standin.aggregate(source('events'))
        self.assertEqual(body, b'no period specified for time series source')

    def test_malformed_bodies(self):
        for body in ('', '{', '[]', '{"request":{}}', '{"request":[]}', b'\xff', '[' * 100_000,
                     '{"request":{"pipeline":[{"source":{"visitors":null}}]},'
                     '"response":{"mimeType":"text/xml"}}', '{"request":NaN}'):
            status, _, _ = self.standin.request('POST', '/api/v1/aggregation', body)
            self.assertEqual(status, 400, body[:60])

    def test_ignored_members(self):
        body = {'response': {'location': 'request', 'mimeType': 'application/json'},
                'channelId': 1, 'request': {'name': 'n', 'requestId': 'r', 'sort': ['x'],
                                            'pipeline': [source('visitors', {'timeSeries': 1}),
                                                         {'count': None}]}}
        status, _, _ = self.standin.request('POST', '/api/v1/aggregation', body)
        self.assertEqual(status, 200)

    def test_stored_rows_are_never_changed(self):
        before = self.standin.rows(source('visitors'))
        self.standin.rows(source('visitors'), {'eval': {'metadata.auto.id': '1', 'x': '2'}},
                          {'set': {'metadata.agent': None}}, {'unwind': {
                              'field': 'metadata.auto.accountids'}})
        self.standin.rows(source('visitors'), {'fork': [[{'set': {'metadata.z': 1}}]]})
        self.assertEqual(self.standin.rows(source('visitors')), before)

    def test_segment_and_item_seen(self):
        segments = self.standin.truth('segment')
        mine = next(s for s in segments if 'visitorId' in s['pipeline'][-1]['select'])
        inside = self.standin.rows(source('visitors'), {'segment': {'id': mine['id']}})
        inline = self.standin.rows(source('visitors'), {'segment': {'pipeline': mine['pipeline']}})
        self.assertEqual(inside, inline)
        self.assertTrue(0 < len(inside) < len(self.standin.rows(source('visitors'))))
        events = self.standin.rows(source('pageEvents', None, **WHOLE))
        page = events[0]['pageId']
        wanted = {}
        for row in events:
            if row['pageId'] == page:
                wanted[row['visitorId']] = wanted.get(row['visitorId'], 0) + row['numEvents']
        used = self.standin.rows(source('visitors'), {'itemSeen': {'u': {'pageId': page}}},
                                 {'filter': 'u.count > 0'},
                                 {'select': {'v': 'visitorId', 'n': 'u.count'}})
        self.assertEqual({row['v']: row['n'] for row in used}, wanted)

    def test_csv(self):
        body = {'response': {'mimeType': 'text/csv'}, 'request': {'pipeline': [CONST]}}
        status, headers, answer = self.standin.request('POST', '/api/v1/aggregation', body)
        self.assertEqual((status, headers['Content-Type']), (200, 'text/csv; charset=utf-8'))
        lines = answer.decode().splitlines()
        self.assertEqual(lines[:2], ['id,k,l,o.x,v', '1,a,,1,2'])
        self.assertEqual(lines[3], '3,a,"[""p"",""q""]",,5')
        self.standin.switches(csv_naming='underscore', csv_quoting='all')
        _, _, answer = self.standin.request('POST', '/api/v1/aggregation', body)
        self.assertEqual(answer.decode().splitlines()[0], '"id","k","l","o_x","v"')
        self.standin.switches(csv_naming='json')
        _, _, answer = self.standin.request('POST', '/api/v1/aggregation', body)
        self.assertIn('"{""x"":1}"', answer.decode())
        self.standin.control('DELETE', 'switches')

    def test_iterative_shapes(self):
        pipeline = [source('events', None, period='daily', first='now()', count=-2),
                    {'count': None}]
        found = {}
        for shape in ('documents', 'nested', 'concatenated'):
            self.standin.switches(iterative_shape=shape)
            found[shape] = json.loads(self.standin.aggregate(*pipeline)[2])
        self.standin.control('DELETE', 'switches')
        counts = [part['results'] for part in found['documents']]
        self.assertEqual(len(counts), 2)
        self.assertEqual(found['nested'], {'results': found['documents']})
        self.assertEqual(found['concatenated'], {'results': counts[0] + counts[1]})

    def test_details(self):
        pipeline = [source('events', None, **SERIES), {'limit': 1}]
        answer = json.loads(self.standin.aggregate(*pipeline, query='?details=true')[2])
        self.assertIn('-323232', answer['details']['validThrough'])
        self.assertNotIn('details', json.loads(self.standin.aggregate(*pipeline)[2]))


if __name__ == '__main__':
    unittest.main()
