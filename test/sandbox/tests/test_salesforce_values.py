"""Ids, dates, e-mail addresses: no server needed."""

import unittest

import support      # noqa: F401  (finds the packages)
from salesforce_api import ids, values
from salesforce_api.store import Store
from salesforce_api.objects import OBJECTS

VECTORS = (('001D000000INjVe', 'IAL'), ('00190000001pPvH', 'AAU'), ('001R00000064wdt', 'IAA'),
           ('003RO0000035WQg', 'YAM'), ('a0J75100002w97g', 'EAA'))


class Ids(unittest.TestCase):
    def test_checksums(self):
        for id15, suffix in VECTORS:
            self.assertEqual(ids.checksum(id15), suffix)
            self.assertEqual(ids.to18(id15), id15 + suffix)
            self.assertEqual(ids.to18(id15 + suffix), id15 + suffix)

    def test_the_checksum_restores_the_case(self):
        for id15, suffix in VECTORS:
            for wrong in ((id15 + suffix).lower(), (id15 + suffix).upper()):
                self.assertEqual(ids.to18(wrong), id15 + suffix)

    def test_what_is_no_id(self):
        for text in ('', '001', '001D000000INjV', '001D000000INjVe!AL', '001D000000INjVeI',
                     '001D000000INjVe678', '001D000000INjVe555', None, 5, '001D000000INjVé'):
            self.assertIsNone(ids.to18(text), text)

    def test_new_ids_ascend_and_have_twins_in_other_case(self):
        maker = ids.Ids('9s')
        made = [maker.new('001') for _ in range(200)]
        self.assertEqual([one[:15] for one in made], sorted(one[:15] for one in made))
        self.assertEqual(len(set(made)), 200)
        self.assertLess(len({one[:15].lower() for one in made}), 200)


class Values(unittest.TestCase):
    def test_datetimes(self):
        for text, ms in (('1970-01-01T00:00:00Z', 0), ('1970-01-01T01:00:00+01:00', 0),
                         ('1970-01-01T00:00:00.5+0000', 500), ('1969-12-31T23:59:59Z', -1000),
                         ('1970-01-01T00:00:00.123456Z', 123)):
            self.assertEqual(values.parse_datetime(text), ms, text)
        for text in ('1970-01-01', '1970-01-01T00:00:00', '1970-02-30T00:00:00Z', 5, '',
                     '1970-01-01 00:00:00Z', '0001-01-01T00:00:00Z', '1970-01-01T25:00:00Z'):
            self.assertIsNone(values.parse_datetime(text), text)
        for ms, text in ((0, '1970-01-01T00:00:00.000+0000'),
                         (-1, '1969-12-31T23:59:59.999+0000')):
            self.assertEqual(values.show_datetime(ms), text)

    def test_dates(self):
        self.assertEqual(values.parse_date('2024-02-29'), '2024-02-29')
        for text in ('2023-02-29', '2024-2-9', '24-02-09', '1500-01-01', '2024-02-29T00', 5):
            self.assertIsNone(values.parse_date(text), text)

    def test_email(self):
        for text in ('a@b.example', 'a+b@c.d.example', "o'neil@x.example"):
            self.assertTrue(values.is_email(text), text)
        for text in ('a', 'a@b', '@b.example', 'a b@c.example', 'a@@b.example', 'a..b@c.example'):
            self.assertFalse(values.is_email(text), text)


class Transactions(unittest.TestCase):
    def setUp(self):
        self.store = Store('9s')
        self.thing = OBJECTS['Account']
        self.key = self.thing.field('Pendo_Key__c')
        self.old = self.store.insert(self.thing, {'Id': self.store.ids.new('001'),
                                                  'Name': 'old', 'Pendo_Key__c': 'k'})

    def names(self, key):
        return [one['Name'] for one in self.store.find(self.thing, self.key, key)]

    def test_everything_is_undone(self):
        with self.store.transaction() as roll_back:
            self.store.change(self.old, {'Name': 'new', 'Pendo_Key__c': 'l'})
            self.store.insert(self.thing, {'Id': self.store.ids.new('001'), 'Name': 'more',
                                           'Pendo_Key__c': 'k'})
            self.store.remove(self.old, {}, 5)
            self.store.effect(action='updated')
            self.assertEqual((self.names('k'), self.names('l')), (['more'], []))
            roll_back()
        self.assertEqual((self.names('k'), self.names('l')), (['old'], []))
        self.assertEqual((len(self.store.records['Account']), self.old.deleted_at), (1, None))
        self.assertEqual(self.store.effects, [])

    def test_inner_transactions_are_undone_with_the_outer_one(self):
        with self.store.transaction() as roll_back:
            with self.store.transaction():
                self.store.change(self.old, {'Name': 'new'})
                self.store.effect(action='updated')
            self.assertEqual(self.store.effects, [])
            roll_back()
        self.assertEqual((self.names('k'), self.store.effects), (['old'], []))

    def test_what_holds_is_logged_in_order(self):
        with self.store.transaction():
            self.store.effect(action='a')
            self.store.effect(action='b')
        self.assertEqual([(one['sequence'], one['action']) for one in self.store.effects],
                         [(1, 'a'), (2, 'b')])


if __name__ == '__main__':
    unittest.main()
