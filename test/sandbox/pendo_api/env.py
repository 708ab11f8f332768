"""What one request sees: clock, zone, switches and data of its moment."""

import random

from .data.ids import id_hash
from .errors import Refused
from .zone import utc_hour

PLATFORMS = {'web': ('web',), 'extension': ('extension',), 'ios': ('ios',),
             'android': ('android',), 'mobile': ('ios', 'android')}


class Env:
    def __init__(self, store, switches, now, views, shuffle_seed=0):
        self.store = store
        self.zone = store.zone
        self.switches = switches
        self.now = now
        self.views = views
        self.default_app = store.objects.apps[0]['id']
        self._shuffle_seed = shuffle_seed
        lag = switches['ingest_lag'].partition(':')[2]
        self.lag = int(float(lag) * 60_000) if lag else 0
        self.late = switches['late_events'] == 'some'
        self.reads = 0              # source rows read, for the budget

    hash = staticmethod(id_hash)

    def start_of(self, unit, ms):
        if unit == 'hour' and self.switches['hour_alignment'] == 'utc':
            return utc_hour(ms)
        return self.zone.start(unit, ms)

    def expand_app_ids(self, wanted):
        """Ids of the applications that a filter such as web|mobile names."""
        if type(wanted) is not str:
            raise Refused('expandAppIds wants a string')
        apps = self.store.objects.apps
        if wanted == '*':
            return [app['id'] for app in apps]
        platforms = set()
        for name in wanted.split('|'):
            if name not in PLATFORMS:
                raise Refused(f'unknown application filter "{name}"')
            platforms.update(PLATFORMS[name])
        return [app['id'] for app in apps if app['platform'] in platforms]

    def in_some_order(self, rows):
        """Rows in natural order, or shuffled under the switch."""
        if self.switches['row_order'] == 'natural':
            return rows
        rows = list(rows)
        random.Random(f'{self._shuffle_seed}').shuffle(rows)
        return rows

    def jumble(self, rows):
        """For an unstable sort: equal keys must not keep their order."""
        rows = list(rows)
        random.Random(f'{self._shuffle_seed}/unstable/{len(rows)}').shuffle(rows)
        return rows
