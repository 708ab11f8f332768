"""Every value of every switch changes what it says it changes."""

import json
import unittest

from support import WHOLE, StandIn, source
from pendo_api.switches import TABLE

CONST = {'source': {'const': [{'k': 'b', 'v': 1}, {'k': 'A', 'v': None}, {'k': 'b', 'v': 2},
                              {'k': '-c', 'v': 1}]}}
EMPTY = [CONST, {'filter': 'false'}]
VALUES = {'select': {'v': 'v'}}
KEYS = {'select': {'k': 'k'}}
HOURS = source('pageEvents', None, period='hourRange', first='now()', count=-2)


def column(name, *values):
    return [{name: value} for value in values]


# switches, pipeline, rows
ROWS = (
    ({'null_sort': 'first'}, [CONST, {'sort': ['-v']}, VALUES], column('v', None, 2, 1, 1)),
    ({'null_sort': 'last'}, [CONST, {'sort': ['-v']}, VALUES], column('v', 2, 1, 1, None)),
    ({'null_sort': 'last'}, [CONST, {'sort': ['v']}, VALUES], column('v', 1, 1, 2, None)),
    ({'null_sort': 'low'}, [CONST, {'sort': ['-v']}, VALUES], column('v', 2, 1, 1, None)),
    ({'null_sort': 'low'}, [CONST, {'sort': ['v']}, VALUES], column('v', None, 1, 1, 2)),
    ({'null_sort': 'high'}, [CONST, {'sort': ['v']}, VALUES], column('v', 1, 1, 2, None)),
    ({'collation': 'byte'}, [CONST, {'sort': ['k']}, KEYS], column('k', '-c', 'A', 'b', 'b')),
    ({'collation': 'casefold'}, [CONST, {'filter': 'k < "B"'}, KEYS], column('k', 'A', '-c')),
    ({'collation': 'locale-like'}, [CONST, {'sort': ['k']}, KEYS],
     column('k', 'A', 'b', 'b', '-c')),
    ({'collation': 'locale-like'}, [CONST, {'reduce': {'m': {'max': 'k'}}}], column('m', '-c')),
    ({'count_null': 'excluded'}, [CONST, {'reduce': {'n': {'count': 'v'}}}], column('n', 2)),
    ({'count_null': 'included'}, [CONST, {'reduce': {'n': {'count': 'v'}}}], column('n', 3)),
    ({'reduce_empty': 'one_row'}, [*EMPTY, {'reduce': {'n': {'count': None}}}], column('n', 0)),
    ({'reduce_empty': 'no_row'}, [*EMPTY, {'reduce': {'n': {'count': None}}}], []),
    ({'sum_empty': 'zero'}, [*EMPTY, {'reduce': {'s': {'sum': 'v'}}}], column('s', 0)),
    ({'sum_empty': 'null'}, [*EMPTY, {'reduce': {'s': {'sum': 'v'}}}], column('s', None)),
    ({'not_null': 'null'}, [CONST, {'filter': '!(v > 0)'}, KEYS], []),
    ({'not_null': 'false'}, [CONST, {'select': {'x': '!(v > 9)'}}],
     column('x', True, False, True, True)),
    ({'not_null': 'true'}, [CONST, {'filter': '!(v > 0)'}, KEYS], column('k', 'A')),
    ({'compare_types': 'null'}, [CONST, {'select': {'x': 'k < 3'}}, {'limit': 1}],
     column('x', None)),
    ({'compare_types': 'false'}, [CONST, {'select': {'x': 'k < 3'}}, {'limit': 1}],
     column('x', False)),
    ({'type_test_null': 'false'}, [CONST, {'select': {'x': 'isNumber(z)'}}, {'limit': 1}],
     column('x', False)),
    ({'type_test_null': 'null'}, [CONST, {'select': {'x': 'isNumber(z)'}}, {'limit': 1}],
     column('x', None)),
    ({'len_unit': 'characters'}, [CONST, {'select': {'x': 'len("ü")'}}, {'limit': 1}],
     column('x', 1)),
    ({'len_unit': 'bytes'}, [CONST, {'select': {'x': 'len("ü")'}}, {'limit': 1}],
     column('x', 2)),
    ({'null_results': 'list'}, EMPTY, []), ({'null_results': 'null'}, EMPTY, None),
)

# switches, pipeline, status
STATUS = (
    ({'hour_range_ids': 'optional'}, [HOURS], 200),
    ({'hour_range_ids': 'required'}, [HOURS], 400),
    ({'ever_time_series': 'optional'}, [source('pollsSeenEver')], 200),
    ({'ever_time_series': 'required'}, [source('pollsSeenEver')], 400),
    ({'field_quoting': 'arithmetic'}, [CONST, {'filter': 'my-field'}], 200),
    ({'field_quoting': 'error'}, [CONST, {'filter': 'my-field'}], 400),
    ({'aggregation_budget': 'rows:1'}, [CONST], 408),
    ({'aggregation_budget': 'seconds:60'}, [CONST], 200),
)

# Their tests are elsewhere: module -> names that must stand there.
ELSEWHERE = {
    'test_http.py': ('gzip', 'chunked', 'rate_limit', 'retry_after', 'aggregation_timeout',
                     'ingest_lag'),
    'test_pipeline.py': ('csv_naming', 'csv_quoting', 'iterative_shape'),
    'test_rows.py': ('late_events', 'dirty_metadata', 'nul_strings', 'hour_alignment',
                     'row_order', 'metadata_case'),
}


class SwitchTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.standin = StandIn()
        cls.addClassCleanup(cls.standin.stop)

    def tearDown(self):
        self.standin.control('DELETE', 'switches')

    def test_rows(self):
        for switches, pipeline, rows in ROWS:
            with self.subTest(**switches):
                self.standin.control('DELETE', 'switches')
                self.standin.switches(**switches)
                self.assertEqual(self.standin.rows(*pipeline), rows)

    def test_status(self):
        for switches, pipeline, status in STATUS:
            with self.subTest(**switches):
                self.standin.control('DELETE', 'switches')
                self.standin.switches(**switches)
                self.assertEqual(self.standin.aggregate(*pipeline)[0], status)

    def test_sort_stable(self):
        rows = [{'n': n, 'k': 1} for n in range(50)]
        pipeline = [{'source': {'const': rows}}, {'sort': ['k']}]
        self.assertEqual(self.standin.rows(*pipeline), rows)
        self.standin.switches(sort_stable='no')
        self.assertNotEqual(self.standin.rows(*pipeline), rows)

    def test_negative_count(self):
        pipeline = [source('events', None, period='dayRange', first='now()', count=-2),
                    {'group': {'group': ['day']}}, {'sort': ['day']}]
        outside = [row['day'] for row in self.standin.rows(*pipeline)]
        self.standin.switches(negative_count='inclusive')
        inside = [row['day'] for row in self.standin.rows(*pipeline)]
        self.assertEqual((len(outside), len(inside)), (2, 2))
        self.assertEqual(outside[1], inside[0])

    def test_start_time(self):
        pipeline = [source('events', None, period='dayRange', first='now()', count=-2)]
        self.assertNotIn('startTime', json.loads(self.standin.aggregate(*pipeline)[2]))
        self.standin.switches(start_time='present')
        self.assertEqual(json.loads(self.standin.aggregate(*pipeline)[2])['startTime'],
                         1710734400000)

    def test_list_type(self):
        for value, shown in (('list', 'list'), ('empty', ''), ('string', 'string')):
            self.standin.switches(list_type=value)
            schema = json.loads(self.standin.request('GET', '/api/v1/metadata/schema/visitor')[2])
            self.assertEqual(schema['custom']['labels']['Type'], shown)

    def test_poll_answer(self):
        for value, names in (('both', {'response', 'pollResponse'}), ('response', {'response'}),
                             ('pollResponse', {'pollResponse'})):
            self.standin.switches(poll_answer=value)
            row = self.standin.rows(source('pollsSeenEver'), {'limit': 1})[0]
            self.assertEqual(set(row) & {'response', 'pollResponse'}, names)

    def test_absent(self):
        pipelines = ([source('features')], [source('visitors')],
                     [source('guideEvents', None, **WHOLE)])
        for pipeline in pipelines:
            self.standin.switches(absent='absent')
            bare = self.standin.rows(*pipeline)
            self.standin.switches(absent='null')
            full = self.standin.rows(*pipeline)
            self.assertNotEqual(bare, full)
            self.assertEqual([_without_nulls(row) for row in bare],
                             [_without_nulls(row) for row in full])

    def test_unknown_members(self):
        self.standin.switches(unknown_members='some')
        for path in ('/api/v1/segment', '/api/v1/feature'):
            row = json.loads(self.standin.request('GET', path)[2])[0]
            self.assertIn('zzNew', row)
            self.assertIn('zzNew', row['createdByUser'])
        answer = json.loads(self.standin.aggregate(source('visitors'), {'limit': 9})[2])
        self.assertIn('aaNew', answer)
        self.assertTrue(all('mNew' in row['metadata'] for row in answer['results']))

    def test_metadata_case(self):
        for value, name in (('lower', 'bigid'), ('asis', 'bigId')):
            self.standin.switches(metadata_case=value)
            schema = json.loads(self.standin.request('GET', '/api/v1/metadata/schema/visitor')[2])
            self.assertIn(name, schema['custom'])
            self.assertTrue(self.standin.rows(
                source('visitors'), {'filter': f'!isNil(metadata.custom.{name})'}))

    def test_dirty_metadata(self):
        query = [source('visitors'), {'filter': 'isString(metadata.agent.logincount)'}]
        self.standin.switches(dirty_metadata='some')
        self.assertTrue(self.standin.rows(*query))
        self.standin.switches(dirty_metadata='none')
        self.assertFalse(self.standin.rows(*query))

    def test_every_switch_has_a_test(self):
        import os
        here = os.path.dirname(os.path.abspath(__file__))
        named = {name for switches, _, _ in ROWS + STATUS for name in switches}
        named |= {name[5:] for name in dir(self) if name.startswith('test_')}
        for module, names in ELSEWHERE.items():
            with open(os.path.join(here, module)) as file:
                text = file.read()
            for name in names:
                self.assertIn(f'{name}=', text, module)
            named |= set(names)
        self.assertEqual({switch.name for switch in TABLE} - named, set())


def _without_nulls(value):
    if isinstance(value, dict):
        kept = {name: _without_nulls(inner) for name, inner in value.items()
                if inner is not None}
        return {name: inner for name, inner in kept.items() if inner != {}}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


if __name__ == '__main__':
    unittest.main()
