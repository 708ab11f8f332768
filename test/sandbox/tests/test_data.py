"""The generator: seeded, awkward, and as large as promised."""

import time
import unittest

from support import ROOT  # noqa: F401
from pendo_api.data.store import Store
from pendo_api.zone import Zone

NOW = 1_710_948_896_000


def make(seed='1', count=300):
    return Store(seed, count, 60, Zone('America/New_York'), NOW)


class Generator(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.store = make()

    def events(self, store, attribute):
        return [event for ordinal in store.ordinals(0, NOW)
                for event in getattr(store.day(ordinal), attribute)]

    def test_same_seed_same_data(self):
        again, other = make(), make('2')
        rows = [v.row for v in self.store.people.visitors]
        self.assertEqual(rows, [v.row for v in again.people.visitors])
        self.assertNotEqual(rows, [v.row for v in other.people.visitors])
        self.assertEqual(self.events(self.store, 'raw'), self.events(again, 'raw'))

    def test_days_do_not_depend_on_the_order_of_asking(self):
        again = make()
        last = again.zone.ordinal(NOW) - 1
        self.assertEqual(again.day(last).raw, self.store.day(last).raw)

    def test_events_lie_in_their_day_and_in_order(self):
        for ordinal in self.store.ordinals(0, NOW):
            day = self.store.day(ordinal)
            for events in (day.raw, day.guide, day.email):
                times = [event.time for event in events]
                self.assertEqual(times, sorted(times))
                self.assertTrue(all(day.start <= t < day.end for t in times))

    def test_ids_are_unique(self):
        for people in (self.store.people.visitors, self.store.people.accounts):
            ids = [person.id for person in people]
            self.assertEqual(len(ids), len(set(ids)))

    def test_awkward_people(self):
        visitors = self.store.people.visitors
        ids = {v.id for v in visitors}
        for mark in '"\\/@ö😀\n':
            self.assertTrue(any(mark in i for i in ids), mark)
        self.assertTrue({'CaseTwin', 'casetwin'} <= ids)
        self.assertTrue(any(len(i) >= 400 for i in ids))
        self.assertTrue(any(i.startswith('_PENDO_T_') for i in ids))
        self.assertTrue(any(len(v.accounts) > 1 for v in visitors))
        self.assertTrue(any(v.accounts == () and v.first for v in visitors))
        self.assertTrue(any('visitorId' not in v.row for v in visitors))
        self.assertTrue(any(v.excluded for v in visitors))
        self.assertTrue(any(v.dirty for v in visitors))
        self.assertTrue(any(v.row['metadata'].get('custom', {}).get('bigid', 0) == 2 ** 53 + 1
                            for v in visitors))

    def test_schema_names(self):
        custom = self.store.schema('visitor')['custom']
        long = [name for name in custom if len(name.encode()) > 63]
        cut = {name.encode()[:63] for name in long}
        self.assertLess(len(cut), len(long), 'no names that collide when cut')
        kinds = {field['Type'] for group in self.store.schema('visitor').values()
                 for field in group.values()}
        self.assertEqual(kinds, {'string', 'time', 'date', 'boolean', 'integer', 'float',
                                 'list', ''})

    def test_late_events(self):
        store = make()
        before = len(self.events(store, 'raw'))
        store.add_late(NOW, 5, 20)
        self.assertEqual(len(self.events(store, 'raw')), before + 20)

    def test_small_is_quick(self):
        start = time.process_time()
        self.events(make(), 'raw')
        self.assertLess(time.process_time() - start, 2)


if __name__ == '__main__':
    unittest.main()
