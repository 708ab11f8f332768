"""Aggregation sources: parameters and data to rows.

Rows may be shared with the store: stages copy before they change one.
"""

from collections import namedtuple

from . import seen
from .data import details
from .errors import Refused
from .expression.values import double

# timed: True needs a timeSeries, None may have one, False ignores it.
Source = namedtuple('Source', 'timed params rows')
BLACKLIST = ('apply', 'ignore', 'only')
COMMON = frozenset(('appId', 'blacklist'))


class Call:
    """One use of a source: its parameters, checked and resolved."""

    def __init__(self, env, compiler, name, params, series):
        self.env = env
        self.name = name
        self.params = params
        self.series = series
        self._compiler = compiler
        self._check_blacklist()

    def _check_blacklist(self):
        self.blacklist = self.params.get('blacklist', 'apply')
        if self.blacklist not in BLACKLIST:
            raise Refused('blacklist must be apply, ignore or only')

    def number(self, value, name):
        """A number or an expression that gives one."""
        if type(value) is str:
            value = self._compiler.constant(value)
        found = double(value) if type(value) is not bool else None
        if found is None:
            raise Refused(f'{name} is not a number')
        return found

    def apps(self, id_given=False):
        """Ids of the wanted applications; None where an object implies one."""
        if 'appId' not in self.params or self.params['appId'] == []:
            return None if id_given else {self.env.default_app}
        value = self.params['appId']
        if type(value) is str:
            value = self._compiler.constant(value)
        values = value if type(value) is list else [value]
        if any(type(v) not in (int, float) for v in values):
            raise Refused('appId must be a number, a list of numbers or expandAppIds("...")')
        return {int(v) for v in values}

    def ids(self, *names):
        """The ids of pageId/pageIds and the like, or None."""
        found = set()
        given = [name for name in names if self.params.get(name) is not None]
        for name in given:
            value = self.params[name]
            values = value if type(value) is list else [value]
            if any(type(v) is not str for v in values):
                raise Refused(f'{name} must be a string')
            found.update(values)
        return found if given else None

    def keeps_visitor(self):
        """A test on visitor ids by the exclude list."""
        if self.blacklist == 'ignore':
            return lambda visitor: True
        excluded = {v.id for v in self.env.store.people.visitors if v.excluded}
        if self.blacklist == 'only':
            return lambda visitor: visitor in excluded
        return lambda visitor: visitor not in excluded


# --- people -------------------------------------------------------------------

def _since(call):
    if call.params.get('since') is None:
        return None
    return call.number(call.params['since'], 'since')


def _updated_since(row, since):
    updated = row.get('metadata', {}).get('auto', {}).get('lastupdated')
    return updated is not None and updated >= since


def _people(kind, call, wanted):
    """Rows of visitors or accounts that pass the exclude list and `wanted`."""
    for person, row in call.env.views.people(kind, call.env.switches):
        if person.excluded != (call.blacklist == 'only') and call.blacklist != 'ignore':
            continue
        if wanted(person):
            yield row


def _visitors(call):
    identified = call.params.get('identified')
    if identified not in (None, True, False):
        raise Refused('identified must be true or false')
    since = _since(call)
    call.apps()
    rows = _people('visitor', call, lambda person: True)
    if identified:
        rows = (row for row in rows
                if not str(row.get('visitorId') or '_PENDO_T_').startswith('_PENDO_T_'))
    return rows if since is None else (r for r in rows if _updated_since(r, since))


def _accounts(call):
    call.apps()
    return _people('account', call, lambda person: True)


def _flagged(kind):
    return lambda call: _people(kind, call, lambda person: person.do_not_process)


# --- objects --------------------------------------------------------------------

def _tagged(kind, *id_names):
    """Objects of applications; ids imply their application."""
    def rows(call):
        ids = call.ids(*id_names)
        apps = call.apps(ids is not None)
        for row in call.env.views.objects(kind, call.env.switches):
            if (apps is None or row['appId'] in apps) and (ids is None or row['id'] in ids):
                yield row
    return rows


def _groups(call):
    call.apps()
    items = call.params.get('items', False)
    wanted = call.params.get('groupType')
    if items not in (True, False) or wanted not in (None, 'group', 'guideCategory'):
        raise Refused('groups takes items true or false, groupType group or guideCategory')
    for row in call.env.views.objects('group', call.env.switches):
        if row['type'] == (wanted or 'group'):
            yield row if items else {k: v for k, v in row.items() if k != 'items'}


def _apps(call):
    call.apps()
    return iter(call.env.views.objects('app', call.env.switches))


def _voc_items(call):
    apps, kind = call.apps(), call.params.get('type')
    if kind not in (None, 'feedback', 'idea'):
        raise Refused('type must be feedback or idea')
    for row in call.env.views.objects('voc_item', call.env.switches):
        if row['appId'] in apps and kind in (None, row['type']):
            yield row


def _votes(call):
    call.apps()
    return iter(call.env.views.objects('vote', call.env.switches))


# --- events -----------------------------------------------------------------------

def _event_class(call):
    """Applications of the wanted event classes, or None."""
    wanted = call.params.get('eventClass')
    if wanted is None:
        return None
    if type(wanted) is not list or any(type(item) is not str for item in wanted):
        raise Refused('eventClass must be a list of strings')
    return {app['id'] for app in call.env.store.objects.apps if app['platform'] in wanted}


def _grouped(key, *id_names):
    def rows(call):
        ids = call.ids(*id_names)
        if ids is not None and 'appId' in call.params:
            raise Refused(f'{id_names[0]} and appId cannot be combined')
        if (id_names and ids is None and call.series.unit == 'hour'
                and call.env.switches['hour_range_ids'] == 'required'):
            raise Refused(f'{call.name} by hour needs {id_names[0]}')
        apps, classes, keeps = call.apps(ids is not None), _event_class(call), call.keeps_visitor()
        for row in call.env.grouped_rows.rows(call.env, call.name, call.series):
            if ((apps is None or row['appId'] in apps)
                    and (classes is None or row['appId'] in classes)
                    and (ids is None or row[key] in ids) and keeps(row['visitorId'])):
                yield row
    return rows


def _in_range(call, attribute):
    """Visible events of one of the day's lists inside the range."""
    env, series = call.env, call.series
    if series.start >= series.end:
        return
    for ordinal in env.store.ordinals(series.start, min(series.end - 1, env.now)):
        events = getattr(env.store.day(ordinal), attribute)
        for event in env.store.visible(events, env.now, env.lag, env.late):
            if series.start <= event.time < series.end:
                yield event


def _guide_row(event):
    row = {'visitorId': event.visitor, 'accountId': event.account,
           'accountIds': list(event.accounts), 'appId': event.app,
           'browserTime': event.time, 'guideTimestamp': event.time, 'type': event.type,
           'guideId': event.guide, 'guideStepId': event.step, 'url': details.url(event),
           'serverName': event.server, 'remoteIp': event.ip, 'userAgent': event.agent,
           'elementPath': details.element_path(event),
           'eventId': details.event_id(event.number), 'tabId': details.tab_id(event.visitor, event.ip)}
    row.update(details.place(event))
    row.update(details.guide_details(event))
    if event.poll:
        row.update(pollId=event.poll, pollType=event.poll_type, pollResponse=event.response)
        if details.is_excluded_answer(event):
            row['excluded'] = True
    return row


def _guide_like(kind, polls):
    def rows(call):
        guides, steps = call.ids('guideId'), call.ids('guideStepId')
        answers = call.ids('pollId') if polls else None
        apps, keeps = call.apps(guides is not None), call.keeps_visitor()
        for event in _in_range(call, 'guide'):
            if (bool(event.poll) == polls and (apps is None or event.app in apps)
                    and (guides is None or event.guide in guides)
                    and (steps is None or event.step in steps)
                    and (answers is None or event.poll in answers)
                    and keeps(event.visitor)):
                yield call.env.views.shape(_guide_row(event), kind, call.env.switches)
    return rows


def _seen(find, *id_names):
    """guidesSeen and pollsSeen, filtered by ids and application."""
    def rows(call):
        wanted = {name: call.ids(name) for name in id_names}
        apps, keeps = call.apps(wanted['guideId'] is not None), call.keeps_visitor()
        for app, row in find(call.env, call.series):
            if ((apps is None or app in apps) and keeps(row['visitorId'])
                    and all(ids is None or row[name] in ids
                            for name, ids in wanted.items())):
                yield call.env.views.shape(row, 'seen', call.env.switches)
    return rows


EMAIL_TYPES = ('sent', 'delivered', 'opened', 'clicked', 'bounced', 'unsubscribed',
               'complaint', 'subscribed')


def _emails(call):
    params = call.params
    if params.get('targetType') not in (None, 'campaign', 'guide'):
        raise Refused('targetType must be campaign or guide')
    if 'targetId' in params and 'targetType' not in params:
        raise Refused('targetId needs targetType')
    if params.get('eventType') not in (None, *EMAIL_TYPES):
        raise Refused(f'unknown eventType {params["eventType"]!r}')
    keeps = call.keeps_visitor()
    for event in _in_range(call, 'email'):
        if (params.get('eventType') in (None, event.type)
                and params.get('targetType') in (None, 'campaign')
                and params.get('targetId') in (None, event.target)
                and keeps(event.visitor)):
            yield {'accountIds': list(event.accounts), 'browserTime': event.time,
                   'eventId': details.event_id(event.number), 'visitorId': event.visitor,
                   'type': f'email:pendo:{event.type}'}


def _single_row(call, event):
    row = {'visitorId': event.visitor, 'accountId': event.account, 'appId': event.app,
           'browserTime': event.time, 'type': event.kind, 'url': details.url(event),
           'elementPath': details.element_path(event),
           'eventId': details.event_id(event.number), 'tabId': details.tab_id(event.visitor, event.ip),
           call.series.unit: call.env.start_of(call.series.unit, event.time)}
    row.update(details.place(event))
    if event.properties is not None:
        row['properties'] = event.properties
    session = details.recording(event).get('recordingSessionId')
    if session:
        row['recordingSessionId'] = session
    return row


def _single(call):
    apps, classes, keeps = call.apps(), _event_class(call), call.keeps_visitor()
    reverse = call.params.get('reverseTime', False)
    if reverse not in (True, False):
        raise Refused('reverseTime must be true or false')
    events = _in_range(call, 'raw')
    for event in reversed(list(events)) if reverse else events:
        if (event.app in apps and (classes is None or event.app in classes)
                and keeps(event.visitor)):
            yield call.env.views.shape(_single_row(call, event), 'single', call.env.switches)


def _source(timed, rows, *params):
    return Source(timed, COMMON | frozenset(params), rows)


SOURCES = {
    'visitors': _source(False, _visitors, 'since', 'identified'),
    'accounts': _source(False, _accounts),
    'doNotProcessVisitors': _source(False, _flagged('visitor')),
    'doNotProcessAccounts': _source(False, _flagged('account')),
    'pages': _source(False, _tagged('page', 'pageId', 'pageIds'), 'pageId', 'pageIds'),
    'features': _source(False, _tagged('feature', 'featureId', 'featureIds'),
                        'featureId', 'featureIds'),
    'trackTypes': _source(False, _tagged('track_type', 'trackTypeId', 'trackTypeIds'),
                          'trackTypeId', 'trackTypeIds'),
    'guides': _source(False, _tagged('guide', 'guideId'), 'guideId'),
    'groups': _source(False, _groups, 'items', 'groupType'),
    'apps': _source(False, _apps),
    'vocItems': _source(False, _voc_items, 'type'),
    'votes': _source(False, _votes),
    'events': _source(True, _grouped('pageId'), 'eventClass'),
    'pageEvents': _source(True, _grouped('pageId', 'pageId', 'pageIds'),
                          'pageId', 'pageIds'),
    'featureEvents': _source(True, _grouped('featureId', 'featureId', 'featureIds'),
                             'featureId', 'featureIds'),
    'trackEvents': _source(True, _grouped('trackTypeId', 'trackTypeId', 'trackTypeIds'),
                           'trackTypeId', 'trackTypeIds'),
    'guideEvents': _source(True, _guide_like('guide_event', False), 'guideId', 'guideStepId'),
    'pollEvents': _source(True, _guide_like('poll_event', True), 'guideId', 'guideStepId',
                          'pollId'),
    'guidesSeen': _source(True, _seen(seen.guides_seen, 'guideId', 'guideStepId'),
                          'guideId', 'guideStepId'),
    'pollsSeen': _source(True, _seen(seen.polls_seen, 'guideId', 'pollId'),
                         'guideId', 'pollId'),
    'guidesSeenEver': _source(None, _seen(seen.guides_seen, 'guideId', 'guideStepId'),
                              'guideId', 'guideStepId'),
    'pollsSeenEver': _source(None, _seen(seen.polls_seen, 'guideId', 'pollId'),
                             'guideId', 'pollId'),
    'emailEvents': _source(True, _emails, 'targetType', 'targetId', 'eventType'),
    'singleEvents': _source(True, _single, 'eventClass', 'reverseTime'),
    'rawEvents': _source(True, _single, 'eventClass', 'reverseTime'),
}
GROUPED = ('events', 'pageEvents', 'featureEvents', 'trackEvents')
