"""All data of one stand-in: objects, people, and days of events on demand."""

import random
import threading
from collections import OrderedDict

from . import fields
from .activity import Activity, RawEvent
from .objects import Objects
from .people import People

SIZES = {'small': 300, 'medium': 5000, 'large': 200_000}
MAX_CACHED_EVENTS = 600_000
MAX_DAILY_EVENTS = 40_000
LATE_AFTER = 5 * 3_600_000      # events arrive 4 to 6 hours late (switch late_events)


class Store:
    def __init__(self, seed, visitors, days, zone, now, events_per_day=None):
        self.zone = zone
        self.seed = seed
        today = zone.ordinal(now)
        self.first_day = today - days
        rnd = random.Random(f'{seed}')
        self.objects = Objects(rnd, now)
        self.people = People(rnd, now, zone, self.first_day, visitors, self.objects.apps)
        per_day = events_per_day or min(MAX_DAILY_EVENTS, max(200, int(visitors * 1.6)))
        self._activity = Activity(seed, zone, self.people, self.objects, per_day)
        self._days = OrderedDict()
        self._cached = 0
        self._late = {}             # ordinal -> events added by hand
        self._late_number = 0
        self._lock = threading.RLock()
        self.version = 0

    @staticmethod
    def schema(kind):
        return fields.schema(kind)

    # -- events --------------------------------------------------------------

    def day(self, ordinal):
        """The events of a local date, whether or not they are visible yet."""
        with self._lock:
            day = self._days.get(ordinal)
            if day is None:
                day = self._make_day(ordinal)
            else:
                self._days.move_to_end(ordinal)
            return day

    def _make_day(self, ordinal):
        day = self._activity.day(ordinal)
        late = self._late.get(ordinal)
        if late:
            day.raw = sorted(day.raw + late, key=lambda e: (e.time, e.number))
        self._days[ordinal] = day
        self._cached += len(day.raw)
        while self._cached > MAX_CACHED_EVENTS and len(self._days) > 2:
            _, old = self._days.popitem(last=False)
            self._cached -= len(old.raw)
        return day

    def visible(self, events, now, lag=0, late=False):
        """What the service has taken in by `now`."""
        if not events:
            return events
        if not late and events[-1].time <= now - lag:
            return events
        if not late:
            return [e for e in events if e.time <= now - lag]
        return [e for e in events
                if e.time <= now - lag - (LATE_AFTER if e.late else 0)]

    def ordinals(self, first, last):
        """Local dates that meet [first, last], from the start of history on."""
        zone = self.zone
        return range(max(zone.ordinal(first), self.first_day), zone.ordinal(last) + 1)

    def add_late(self, now, hours_ago, count):
        """Events that turn up now in an hour that has long passed."""
        start = now - int(hours_ago * 3_600_000)
        start -= start % 3_600_000
        with self._lock:
            rnd = random.Random(f'{self.seed}/late/{self._late_number}')
            active = [v for v in self.people.visitors if v.first is not None]
            for _ in range(count):
                self._late_number += 1
                time = min(start + int(rnd.random() * 3_600_000), now)
                ordinal = self.zone.ordinal(time)
                self._late.setdefault(ordinal, []).append(
                    self._late_event(rnd, time, active))
                old = self._days.pop(ordinal, None)
                self._cached -= len(old.raw) if old else 0
            self.version += 1

    def _late_event(self, rnd, time, active):
        visitor = rnd.choice(active)
        ip, server, agent, place = visitor.devices[0]
        app = visitor.apps[0]
        kind = rnd.choice(('load', 'click', 'track'))
        pool = {'load': self.objects.pages, 'click': self.objects.features,
                'track': self.objects.track_types}[kind]
        tag = rnd.choice([item['id'] for item in pool if item['appId'] == app])
        return RawEvent(time, kind, visitor.id,
                        visitor.accounts[0] if visitor.accounts else '', app, ip, server,
                        'Late/1.0', (tag,), None, '/late/',
                        10 ** 12 + self._late_number, place, (0, 0, 0, 0), False)
