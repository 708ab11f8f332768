"""REST routes that read: lists, single objects, metadata, history."""

from standin.answer import json_list, json_value, text

from .data import details
from .expression.values import read_path
from .pipeline import Context, compile_pipeline
from .useragent import parse_user_agent

LISTS = {'page': 'page', 'feature': 'feature', 'tracktype': 'track_type', 'guide': 'guide'}
SHARED = {'segment': 'segment', 'report': 'report'}
DAY = 86_400_000
HISTORY_DAYS = 180
NOT_FOUND = 'no such entity found'


def _not_found():
    return text(404, NOT_FOUND)


def _apps(env, query):
    """Applications of ?expand=* or ?appId=N, else the default one."""
    if query.get('expand') == '*':
        return {app['id'] for app in env.store.objects.apps}
    if 'appId' in query:
        try:
            return {int(part) for part in query['appId'].split(',')}
        except ValueError:
            return None
    return {env.default_app}


def listing(kind):
    def route(env, query):
        rows = env.views.objects(kind, env.switches)
        if 'id' in query:
            wanted = query['id'].split(',')
            return json_list([row for row in rows if row['id'] in wanted])
        apps = _apps(env, query)
        if apps is None:
            return text(400, 'appId must be a number')
        return json_list(env.in_some_order([row for row in rows if row['appId'] in apps]))
    return route


def shared(kind):
    def route(env, query):
        return json_list(env.in_some_order(env.views.objects(kind, env.switches)))
    return route


def one_segment(env, query, identifier):
    for row in env.views.objects('segment', env.switches):
        if row['id'] == identifier:
            return json_value(row)
    return _not_found()


def _person(env, kind, identifier):
    for person, row in env.views.people(kind, env.switches):
        if person.id == identifier and row.get(kind + 'Id') == identifier:
            return person, row
    return None, None


def visitor(env, query, identifier):
    person, row = _person(env, 'visitor', identifier)
    if person is None:
        return _not_found()
    return json_value({'id': person.id, 'accountIds': list(person.accounts),
                       'metadata': row['metadata']})


def account(env, query, identifier):
    person, row = _person(env, 'account', identifier)
    if person is None:
        return _not_found()
    return json_value({'id': person.id, 'metadata': row['metadata']})


def metadata_value(env, query, kind, group, identifier, field):
    person, row = _person(env, kind, identifier) if kind in ('visitor', 'account') else (None, None)
    values = row['metadata'].get(group, {}) if person else {}
    return json_value(values[field]) if field in values else _not_found()


def schema(env, query, kind):
    if kind not in ('visitor', 'account'):
        return _not_found()
    return json_value(env.views.schema(kind, env.switches))


# --- visitor history ----------------------------------------------------------

def visitor_history(env, query, identifier):
    person, _ = _person(env, 'visitor', identifier)
    if person is None:
        return _not_found()
    try:
        start = int(query['starttime'])
    except (KeyError, ValueError):
        return text(400, 'starttime must be milliseconds')
    end = min(start + DAY, env.now + 1)
    if start < env.now - HISTORY_DAYS * DAY or start >= end:
        return json_list([])
    return json_list(_history(env, identifier, start, end))


def _history(env, identifier, start, end):
    store, found = env.store, []
    for ordinal in store.ordinals(start, end - 1):
        day = store.day(ordinal)
        for events, shape in ((day.raw, _raw_items), (day.guide, _guide_items)):
            for event in store.visible(events, env.now, env.lag, env.late):
                if event.visitor == identifier and start <= event.time < end:
                    found.extend(shape(event))
    return sorted(found, key=lambda item: item['ts'])


def _common(event):
    agent = parse_user_agent(event.agent)
    return {'ts': event.time, 'appId': event.app,
            'parsedUserAgent': {name: agent[name] for name in ('name', 'version', 'os')}}


def _raw_items(event):
    names = {'load': ('Page', 'pageId', 'page'), 'click': ('Feature', 'featureId', 'feature'),
             'track': ('Track', 'trackTypeId', 'tracktype')}
    if event.kind not in names:
        return
    kind, name, route = names[event.kind]
    for tag in event.tags:
        item = {**_common(event), 'type': kind, name: tag, 'uri': f'/api/v1/{route}?id={tag}'}
        if kind == 'Page':
            item.update(lastTs=event.time + 1000, duration=1)
        yield item
    if not event.tags:
        yield {**_common(event), 'type': 'untagged', 'untaggedUrl': details.url(event)}


def _guide_items(event):
    if event.type == 'guideSeen':
        yield {**_common(event), 'type': 'Guide', 'guideId': event.guide,
               'guideStepId': event.step, 'uri': f'/api/v1/guide?id={event.guide}'}


def guide_history(env, query, identifier):
    """Versions, newest first."""
    for row in env.views.objects('guide', env.switches):
        if row['id'] == identifier:
            older = {**row, 'lastUpdatedAt': row['createdAt'], 'state': 'draft',
                     'stableVersionId': f'{identifier}-{row["createdAt"]}'}
            return json_list([row, older])
    return _not_found()


# --- report results --------------------------------------------------------------

COLUMNS = {'visitorList': (('visitorId', 'visitorId'),
                           ('visitor_auto_lastvisit', 'metadata.auto.lastvisit'),
                           ('visitor_agent_email', 'metadata.agent.email')),
           'accountList': (('accountId', 'accountId'),
                           ('account_agent_name', 'metadata.agent.name'))}
NOT_EXPORTABLE = ('Path', 'Funnel', 'Retention')


def report_results(env, query, identifier, name):
    report = next((r for r in env.store.objects.reports if r['id'] == identifier), None)
    if report is None or name != 'results.json':
        return _not_found()
    if report['type'] in NOT_EXPORTABLE:
        return text(400, 'reports of this type cannot be exported')
    columns = [(column, read_path(path.split('.')))
               for column, path in COLUMNS[report['definition']['kind']]]
    rows = compile_pipeline(Context(env), report['aggregation']['pipeline'])()
    return json_list([{column: read(row) for column, read in columns} for row in rows])


# Pattern: a word matches itself, None anything. First match wins.
ROUTES = (
    *(((name,), listing(kind)) for name, kind in LISTS.items()),
    *(((name,), shared(kind)) for name, kind in SHARED.items()),
    (('segment', None), one_segment),
    (('visitor', None), visitor),
    (('visitor', None, 'history'), visitor_history),
    (('account', None), account),
    (('guide', None, 'history'), guide_history),
    (('report', None, None), report_results),
    (('metadata', 'schema', None), schema),
)
VALUE_ROUTE = ('metadata', None, None, 'value', None, None)


def find(segments):
    """(route, arguments) for path segments below /api/v1, or None."""
    for pattern, route in (*ROUTES, (VALUE_ROUTE, metadata_value)):
        if len(pattern) == len(segments) and all(
                want in (None, got) for want, got in zip(pattern, segments)):
            return route, [got for want, got in zip(pattern, segments) if want is None]
    return None


