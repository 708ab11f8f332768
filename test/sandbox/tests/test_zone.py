"""Buckets across changes of the clocks."""

import unittest

from support import ROOT  # noqa: F401
from pendo_api.zone import HOUR, Zone

DAY = 24 * HOUR


class Zones(unittest.TestCase):
    def test_short_and_long_days(self):
        zone = Zone('America/New_York')
        for noon, hours in ((1710086400000, 23), (1730653200000, 25), (1718467200000, 24)):
            start = zone.start('day', noon)
            self.assertEqual(zone.add('day', start, 1) - start, hours * HOUR)

    def test_repeated_hour_is_two_buckets(self):
        zone = Zone('America/New_York')
        first = 1730611800000           # 01:30 before the clocks go back
        self.assertEqual(zone.start('hour', first + HOUR) - zone.start('hour', first), HOUR)

    def test_half_hours(self):
        zone = Zone('Asia/Kolkata')
        self.assertEqual(zone.start('hour', 1718454896000) % HOUR, HOUR // 2)

    def test_change_by_half_an_hour(self):
        zone = Zone('Australia/Lord_Howe')      # 2024-04-07, back from 02:00 to 01:30
        change = 1712415600000
        self.assertEqual([(zone.start('hour', change + quarter * HOUR // 4) - change) * 2 // HOUR
                          for quarter in range(-5, 4)], [-4, -2, -2, -2, -2, 0, 0, 1, 1])

    def test_midnight_that_does_not_exist(self):
        zone = Zone('America/Sao_Paulo')        # 2018-11-04 begins at 01:00
        start = zone.start('day', 1541350800000)
        self.assertEqual(zone.local(start).hour, 1)
        self.assertEqual(zone.add('day', zone.start('day', start - 1), 1), start)

    def test_weeks_months_quarters(self):
        zone = Zone('America/New_York')
        now = 1718454896000             # Saturday 2024-06-15
        self.assertEqual(zone.local(zone.start('week', now)).strftime('%a %d'), 'Sun 09')
        self.assertEqual(zone.local(zone.start('quarter', now)).strftime('%m-%d %H'), '04-01 00')
        self.assertEqual(zone.add('month', zone.start('month', now), 1) - zone.start('month', now),
                         30 * DAY)


if __name__ == '__main__':
    unittest.main()
