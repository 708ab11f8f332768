"""Control routes of this stand-in: records, effects, windows, edits by hand, reset."""

import resource

from standin.answer import json_value, text
from standin.control import ndjson
from standin.windows import most_in_window

from .errors import Refused
from .instants import iso
from .schema import OBJECTS, find_object
from .views import shown_properties
from .writes import Writer


def record_row(store, record):
    """A record with all that it holds."""
    links = {}
    for (kind, other), types in sorted(store.links.get((record.kind, record.id), {}).items()):
        links.setdefault(kind, {})[other] = sorted(types)
    return {'id': record.id, 'object': record.kind, 'created_at': iso(record.created_at),
            'updated_at': iso(record.updated_at),
            'archived_at': None if record.archived_at is None else iso(record.archived_at),
            'merged_into': record.merged_into,
            'created_sequence': record.created_sequence,
            'updated_sequence': record.updated_sequence,
            'properties': {name: value for name, value in record.properties.items()
                           if value is not None},
            'associations': links}


class HandCall:
    """A person in the service's own user interface, as the writer sees it."""

    number, key, operation, input, trace = 0, None, 'hand', None, None
    source = 'CRM_UI'

    def __init__(self, app):
        self.app, self.now, self.switches = app, app.clock.now(), app.switches.snapshot()

    def stays(self, record):
        return True

    def check(self, value, members):
        return value


def routes(app, log):
    def records(request, rest):
        if len(rest) != 1 or find_object(rest[0]) is None:
            return text(404, 'there are: ' + ', '.join(OBJECTS))
        with app.lock:
            kept = list(app.store.records[find_object(rest[0]).name].values())
            wanted = request.query.get('id')
            return ndjson([record_row(app.store, record) for record in kept
                           if wanted in (None, record.id)])

    def effects(request, rest):
        return ndjson(app.effects.since(int(request.query.get('since', 0))))

    def window(request, rest):
        return json_value(_window(log.entries(), request.query))

    def hand(request, rest):
        try:
            return json_value(_by_hand(app, request.json()))
        except Refused as refusal:
            return json_value(refusal.body(), 400)

    def reset(request, rest):
        app.reset()
        app.faults.clear()
        log.clear()
        return json_value({'records': _counts(app)})

    def tokens(request, rest):
        if request.method in ('PUT', 'POST'):
            for name, state in request.json().items():
                app.tokens.set_state(name, state)
        return json_value(app.tokens.states())

    def limits(request, rest):
        with app.lock:
            if request.method == 'DELETE':
                app.limits.clear()
            return json_value(app.limits.describe(app.clock.now()))

    def stats(request, rest):
        return json_value({
            **log.stats(), 'now': app.clock.now(), 'portal_id': app.portal_id,
            'time_zone': app.limits.zone_name, 'records': _counts(app),
            'effects': app.effects.last_number(), 'writing': app.writing(),
            'peak_memory_mb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024})

    return {'records': records, 'effects': effects, 'window': window, 'hand': hand,
            'reset': reset, 'tokens': tokens, 'limits': limits, 'stats': stats}


def _counts(app):
    return {kind: sum(record.archived_at is None for record in records.values())
            for kind, records in app.store.records.items()}


def _window(entries, query):
    """The fullest sliding window of the log, of the requests that a query names."""
    by = query.get('by', 'clock')
    member = {'clock': 'clock', 'real': 'at'}[by]
    for name in ('key', 'source', 'operation'):
        if name in query:
            entries = [entry for entry in entries if entry.get(name) == query[name]]
    if 'not_operation' in query:
        entries = [entry for entry in entries
                   if entry.get('operation') != query['not_operation']]
    if query.get('refused', 'yes') == 'no':
        entries = [entry for entry in entries if entry['status'] != 429]
    length = int(query.get('ms', 10_000))
    most, start = most_in_window([entry[member] for entry in entries], length)
    return {'ms': length, 'by': by, 'most': most, 'start': start, 'requests': len(entries)}


def _by_hand(app, wish):
    """{"object", "id"?, "properties"?, "archive"?}: create, change or archive a record."""
    call = HandCall(app)
    writer, kind = Writer(call), find_object(wish['object']).name
    with app.lock, app.store.transaction():
        record = app.store.find(kind, wish['id']) if 'id' in wish else None
        if 'id' in wish and record is None:
            raise KeyError(f'{kind} has no {wish["id"]}')
        if wish.get('archive'):
            writer.archive(record)
        elif record is None:
            record = writer.create(kind, wish['properties'])
        else:
            writer.update(kind, record, wish['properties'])
    return {'id': record.id, 'properties': shown_properties(call, record,
                                                            wish.get('properties', ()))}
