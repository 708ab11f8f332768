"""Sources against the truth tables, which are put together by other code."""

import json
import unittest

from support import ALL_APPS, WHOLE, StandIn, source

HOURS = {'period': 'hourRange', 'first': 0, 'last': 'now()'}
ALL = dict(ALL_APPS)

# table of truth, query, pipeline that must give the same rows
SAME = (
    ('visitor', '', [source('visitors')]), ('account', '', [source('accounts')]),
    ('event', '', [source('events', ALL, **WHOLE)]),
    ('event', '?period=hour', [source('events', ALL, **HOURS)]),
    ('page_event', '', [source('pageEvents', ALL, **WHOLE)]),
    ('page_event', '?period=hour', [source('pageEvents', ALL, **HOURS)]),
    ('feature_event', '', [source('featureEvents', ALL, **WHOLE)]),
    ('feature_event', '?period=hour', [source('featureEvents', ALL, **HOURS)]),
    ('track_event', '', [source('trackEvents', ALL, **WHOLE)]),
    ('track_event', '?period=hour', [source('trackEvents', ALL, **HOURS)]),
    ('guide_event', '', [source('guideEvents', ALL, **WHOLE)]),
    ('poll_event', '', [source('pollEvents', ALL, **WHOLE)]),
    ('nps_response', '', [source('pollEvents', ALL, **WHOLE),
                          {'filter': 'pollType == "NPSRating"'}]),
    ('page', '', [source('pages', ALL)]), ('feature', '', [source('features', ALL)]),
    ('track_type', '', [source('trackTypes', ALL)]), ('app', '', [source('apps')]),
    ('product_area', '', [source('groups', {'items': True})]),
    ('guide', '', [source('guides', ALL)]), ('feedback', '', [source('vocItems', ALL)]),
    ('vote', '', [source('votes')]),
)
LEAST = {'event': 1000, 'page_event': 1000, 'feature_event': 1000, 'track_event': 500,
         'guide_event': 500, 'poll_event': 300, 'nps_response': 100, 'page': 20,
         'feature': 20, 'track_type': 20, 'guide': 20, 'guide_step': 20, 'poll': 20,
         'product_area': 10, 'segment': 20, 'report': 20, 'feedback': 20, 'vote': 20}


def bag(rows):
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


class Rows(unittest.TestCase):
    zone = 'America/New_York'

    @classmethod
    def setUpClass(cls):
        cls.standin = StandIn('--time-zone', cls.zone)
        cls.addClassCleanup(cls.standin.stop)

    def compare(self, **switches):
        self.standin.switches(**switches)
        for table, query, pipeline in SAME:
            with self.subTest(table + query, **switches):
                wanted = self.standin.truth(table, query)
                self.assertTrue(wanted)
                self.assertEqual(bag(self.standin.rows(*pipeline)), bag(wanted))
        self.standin.control('DELETE', 'switches')

    def test_same_rows(self):
        self.compare()

    def test_same_rows_under_switches(self):
        self.compare(ingest_lag='minutes:90', late_events='some', row_order='shuffled',
                     metadata_case='asis', dirty_metadata='none', nul_strings='some',
                     hour_alignment='utc')

    def test_enough_rows(self):
        for table, least in LEAST.items():
            self.assertGreaterEqual(len(self.standin.truth(table)), least, table)

    def test_excluded_visitors_are_hidden(self):
        def ids(params):
            return {row.get('visitorId') for row in self.standin.rows(source('visitors', params))}
        shown, every, only = (ids(p) for p in (None, {'blacklist': 'ignore'},
                                               {'blacklist': 'only'}))
        self.assertTrue(only)
        self.assertEqual(shown | only, every)
        self.assertFalse(shown & only)


class RowsInHalfHourZone(Rows):
    zone = 'Asia/Kolkata'


if __name__ == '__main__':
    unittest.main()
