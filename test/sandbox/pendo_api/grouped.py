"""Grouped event rows: events, pageEvents, featureEvents, trackEvents.

One row per visitor x account x app x period x ip x server x user agent (and
tag), built from raw events a local day at a time. Rows of days that are over
are kept for the next request.
"""

import threading
from collections import OrderedDict

from .data import details

KINDS = {'pageEvents': ('load', 'pageId'), 'featureEvents': ('click', 'featureId'),
         'trackEvents': ('track', 'trackTypeId')}
COARSER = {'hour': ('week', 'month', 'quarter'), 'day': ('week', 'month', 'quarter'),
           'week': (), 'month': ()}
MAX_CACHED_ROWS = 500_000


class _Group:
    __slots__ = ('first', 'last', 'count', 'minutes', 'signs')

    def __init__(self, event):
        self.first = self.last = event
        self.count = 1
        self.minutes = {event.time // 60_000}
        self.signs = event.signs

    def add(self, event):
        self.count += 1
        self.minutes.add(event.time // 60_000)
        self.last = event
        if event.signs is not self.signs:
            self.signs = tuple(map(sum, zip(self.signs, event.signs)))


def _tags(source, event):
    if source == 'events':
        return (None,)
    return event.tags if event.kind == KINDS[source][0] else ()


def _collect(source, events, bucket):
    groups = {}
    for event in events:
        for tag in _tags(source, event):
            key = (bucket(event.time), tag, *event[2:8])
            group = groups.get(key)
            if group is None:
                groups[key] = _Group(event)
            else:
                group.add(event)
    return groups


def _row(source, unit, key, group, default_app):
    bucket, tag, visitor, account, app, ip, server, agent = key
    row = {'accountId': account, 'appId': app, 'firstTime': group.first.time,
           'lastTime': group.last.time, 'numEvents': group.count,
           'numMinutes': len(group.minutes), 'remoteIp': ip, 'server': server,
           'tabId': details.tab_id(visitor, ip), 'userAgent': agent,
           'visitorId': visitor, unit: bucket}
    if source == 'events':
        row['pageId'] = 'allevents' if app == default_app else f'allevents-{app}'
        row.update(_events_only(group.last))
    else:
        row[KINDS[source][1]] = tag
    if source != 'trackEvents':
        (row['rageClickCount'], row['errorClickCount'], row['uTurnCount'],
         row['deadClickCount']) = group.signs
    properties = group.last.properties
    if properties is not None and source != 'events':
        row['parameters' if source == 'pageEvents' else 'properties'] = properties
    return row


def _events_only(event):
    found = details.recording(event)
    if found:
        found['lastKeyFrameTimestamp'] = event.time
    place = details.place(event)
    for name in ('country', 'region'):
        if name in place:
            found[name] = place[name]
    return found


class GroupedRows:
    """Builds and remembers the rows of days."""

    def __init__(self, store):
        self._store = store
        self._cache = OrderedDict()
        self._cached = 0
        self._lock = threading.Lock()

    def rows(self, env, source, series):
        """All applications and visitors; the caller filters."""
        if series.start >= series.end:
            return
        last = min(series.end - 1, env.now)
        ordinals = self._store.ordinals(series.start, last)
        if series.unit in ('week', 'month') or self._hours_cross_days(env, series):
            yield from self._build(env, source, series.unit,
                                   self._events(env, ordinals, series), series.start)
            return
        for ordinal in ordinals:
            yield from self._day(env, source, series, ordinal)

    @staticmethod
    def _hours_cross_days(env, series):
        """Hours aligned to UTC may lie across a local midnight."""
        return (series.unit == 'hour' and env.switches['hour_alignment'] == 'utc'
                and env.zone.start('day', env.now) % 3_600_000 != 0)

    def _events(self, env, ordinals, series):
        for ordinal in ordinals:
            day = self._store.day(ordinal)
            for event in self._store.visible(day.raw, env.now, env.lag, env.late):
                if series.start <= event.time < series.end:
                    yield event

    def _day(self, env, source, series, ordinal):
        start = self._store.zone.day_start(ordinal)
        end = self._store.zone.day_start(ordinal + 1)
        whole = series.start <= start and end <= series.end
        settled = end + env.lag + (8 * 3_600_000 if env.late else 0) <= env.now
        if not whole or not settled:
            return self._build(env, source, series.unit,
                               self._events(env, (ordinal,), series), start)
        key = (source, series.unit, ordinal, env.switches['hour_alignment'],
               env.switches['absent'], env.switches['unknown_members'],
               self._store.version)
        with self._lock:
            rows = self._cache.get(key)
            if rows is not None:
                self._cache.move_to_end(key)
                return rows
        rows = self._build(env, source, series.unit,
                           self._events(env, (ordinal,), series), start)
        self._remember(key, rows)
        return rows

    def _remember(self, key, rows):
        with self._lock:
            if key in self._cache:
                return
            self._cache[key] = rows
            self._cached += len(rows)
            while self._cached > MAX_CACHED_ROWS and len(self._cache) > 1:
                _, old = self._cache.popitem(last=False)
                self._cached -= len(old)

    def _build(self, env, source, unit, events, start):
        coarse = {}
        groups = _collect(source, events, self._bucket(env, unit, start))
        rows = []
        for key, group in groups.items():
            row = _row(source, unit, key, group, env.default_app)
            if key[0] not in coarse:
                coarse[key[0]] = {name: env.start_of(name, key[0])
                                  for name in COARSER[unit]}
            row.update(coarse[key[0]])
            rows.append(env.views.shape(row, 'event', env.switches))
        return rows

    @staticmethod
    def _bucket(env, unit, start):
        if unit == 'day':
            return lambda time: start
        return lambda time: env.start_of(unit, time)
