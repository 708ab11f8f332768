"""The generator's truth as tables, for tests to compare with.

Shares no code with the executor (sources, grouped, seen, views, stages, zone):
rows are put together here a second time, from the stored data alone. Tables
bear the SQL names; members are Pendo's. All applications; the exclude list is
applied unless ?blacklist=ignore.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from .data import details


class Moment:
    """Data as of now, under the switches that change what is visible."""

    def __init__(self, store, switches, now, query):
        self.store = store
        self.switches = switches
        self.now = now
        self.query = query
        self.zone = ZoneInfo(store.zone.name)
        lag = switches['ingest_lag']
        self.lag = 0 if lag == 'none' else int(float(lag.split(':')[1]) * 60_000)
        self.hidden = set()
        if query.get('blacklist') != 'ignore':
            self.hidden = {v.id for v in store.people.visitors if v.excluded}

    def events(self, attribute):
        """Visible raw events of all days, oldest day first."""
        first = self.store.first_day
        last = datetime.fromtimestamp(self.now / 1000, self.zone).toordinal()
        for ordinal in range(first, last + 1):
            events = getattr(self.store.day(ordinal), attribute)
            for event in self.store.visible(events, self.now, self.lag,
                                            self.switches['late_events'] == 'some'):
                if event.visitor not in self.hidden:
                    yield event

    def local(self, ms):
        return datetime.fromtimestamp(ms / 1000, self.zone)


def _ms(moment):
    return int(round(moment.timestamp() * 1000))


# --- people ------------------------------------------------------------------

def _metadata(moment, person, number):
    groups = {name: dict(values) for name, values in person.row['metadata'].items()}
    if moment.switches['dirty_metadata'] == 'none':
        for group, key, clean in person.dirty:
            if group in groups:
                groups[group][key] = clean
    if moment.switches['nul_strings'] == 'some' and number % 40 == 1 and 'agent' in groups:
        groups['agent']['note'] = 'a\0b'
    if moment.switches['metadata_case'] == 'asis':
        schema = moment.store.schema(person.kind)
        for group, values in groups.items():
            names = {name.lower(): name for name in schema.get(group, {})}
            groups[group] = {names.get(key, key): value for key, value in values.items()}
    return groups


def _people(kind):
    def rows(moment):
        for number, person in enumerate(getattr(moment.store.people, kind + 's')):
            if person.excluded and moment.hidden:
                continue
            row = dict(person.row)
            row['metadata'] = _metadata(moment, person, number)
            yield row
    return rows


# --- objects -----------------------------------------------------------------

def _objects(name):
    return lambda moment: iter(getattr(moment.store.objects, name))


def _product_areas(moment):
    for group in moment.store.objects.groups:
        if group['type'] == 'group':
            yield group


def _steps(moment):
    for guide in moment.store.objects.guides:
        for step in guide['steps']:
            yield {**step, 'guideId': guide['id']}


def _polls(moment):
    for guide in moment.store.objects.guides:
        for poll in guide['polls']:
            yield {**poll, 'guideId': guide['id']}


# --- grouped events -------------------------------------------------------------

def _day_bucket(moment, time):
    local = moment.local(time)
    return _ms(datetime(local.year, local.month, local.day, tzinfo=moment.zone))


def _hour_bucket(moment, time):
    if moment.switches['hour_alignment'] == 'utc':
        return time - time % 3_600_000
    local = moment.local(time)
    into_hour = (local.minute * 60 + local.second) * 1000 + time % 1000
    bucket = time - into_hour
    while moment.local(bucket).utcoffset() != local.utcoffset():
        bucket += 900_000       # an hour in which the clock changed is two
    return bucket


def _coarser(moment, bucket):
    local = moment.local(bucket)
    midnight = datetime(local.year, local.month, local.day)
    sunday = datetime.fromordinal(midnight.toordinal() - midnight.isoweekday() % 7)
    starts = {'week': sunday, 'month': midnight.replace(day=1),
              'quarter': midnight.replace(day=1, month=1 + 3 * ((local.month - 1) // 3))}
    return {name: _ms(start.replace(tzinfo=moment.zone)) for name, start in starts.items()}


def _grouped(kind, member):
    """One row per bucket x visitor x account x app x ip x server x agent (x tag)."""
    def rows(moment):
        hourly = moment.query.get('period') == 'hour'
        bucket = _hour_bucket if hourly else _day_bucket
        groups, buckets = {}, {}
        for event in moment.events('raw'):
            if kind is not None and event.kind != kind:
                continue
            quarter = event.time // 900_000
            if quarter not in buckets:
                buckets[quarter] = bucket(moment, event.time)
            for tag in (event.tags if kind else [None]):
                groups.setdefault((
                    buckets[quarter], event.visitor, event.account, event.app, event.ip,
                    event.server, event.agent, tag), []).append(event)
        for key, events in groups.items():
            yield _grouped_row(moment, 'hour' if hourly else 'day', kind, member, key, events)
    return rows


def _grouped_row(moment, period, kind, member, key, events):
    bucket, visitor, account, app, ip, server, agent, tag = key
    last = events[-1]
    row = {'visitorId': visitor, 'accountId': account, 'appId': app, 'remoteIp': ip,
           'server': server, 'userAgent': agent, period: bucket, 'numEvents': len(events),
           'numMinutes': len({event.time // 60_000 for event in events}),
           'firstTime': min(event.time for event in events),
           'lastTime': max(event.time for event in events),
           'tabId': details.tab_id(visitor, ip), **_coarser(moment, bucket)}
    if kind is None:
        web = moment.store.objects.apps[0]['id']
        row['pageId'] = 'allevents' + ('' if app == web else f'-{app}')
        place = details.place(last)
        row.update({name: place[name] for name in ('country', 'region') if name in place})
        recording = details.recording(last)
        row.update(recording)
        if recording:
            row['lastKeyFrameTimestamp'] = last.time
    else:
        row[member] = tag
        if last.properties is not None:
            row['parameters' if kind == 'load' else 'properties'] = last.properties
    if kind != 'track':
        for place, name in enumerate(('rageClickCount', 'errorClickCount', 'uTurnCount',
                                      'deadClickCount')):
            row[name] = sum(event.signs[place] for event in events)
    return row


# --- guide and poll events ---------------------------------------------------------

def _guide_event(event):
    return {'visitorId': event.visitor, 'accountId': event.account,
            'accountIds': list(event.accounts), 'appId': event.app,
            'browserTime': event.time, 'guideTimestamp': event.time, 'type': event.type,
            'guideId': event.guide, 'guideStepId': event.step,
            'serverName': event.server, 'remoteIp': event.ip, 'userAgent': event.agent,
            'url': details.url(event), 'eventId': details.event_id(event.number),
            'tabId': details.tab_id(event.visitor, event.ip),
            'elementPath': details.element_path(event),
            **details.place(event), **details.guide_details(event)}


def _guide_events(moment):
    return (_guide_event(event) for event in moment.events('guide') if event.poll is None)


def _poll_events(moment):
    for event in moment.events('guide'):
        if event.poll is not None:
            row = _guide_event(event)
            row.update(pollId=event.poll, pollType=event.poll_type,
                       pollResponse=event.response)
            if details.is_excluded_answer(event):
                row['excluded'] = True
            yield row


def _nps_responses(moment):
    return (row for row in _poll_events(moment) if row['pollType'] == 'NPSRating')


TABLES = {
    'visitor': _people('visitor'), 'account': _people('account'),
    'event': _grouped(None, 'pageId'), 'page_event': _grouped('load', 'pageId'),
    'feature_event': _grouped('click', 'featureId'),
    'track_event': _grouped('track', 'trackTypeId'),
    'guide_event': _guide_events, 'poll_event': _poll_events,
    'nps_response': _nps_responses, 'page': _objects('pages'),
    'feature': _objects('features'), 'track_type': _objects('track_types'),
    'app': _objects('apps'), 'product_area': _product_areas, 'guide': _objects('guides'),
    'guide_step': _steps, 'poll': _polls, 'segment': _objects('segments'),
    'report': _objects('reports'), 'feedback': _objects('voc_items'),
    'vote': _objects('votes'),
}
