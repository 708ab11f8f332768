"""Reads of many records: query, queryAll and their pages, updated, deleted, limits."""

import math
from dataclasses import dataclass

from .answers import answer
from .errors import Refused
from .ids import to18
from .single import object_of
from .soql.execute import Plan
from .values import parse_datetime, show_datetime

MAX_URI = 16_384
MAX_PAGE = 2000
MIN_PAGE = 200
HOUR = 3_600_000
DAY = 24 * HOUR
MAX_WINDOW_DAYS = 30
MAX_DELETED_DAYS = 15


@dataclass
class Locator:
    """What a nextRecordsUrl goes on with: the ids are those of the query's time."""

    plan: object
    ids: list
    made_at: int
    page: int


def _page_size(call):
    size = int(call.number_of('page_size'))
    for option in call.headers.get('sforce-query-options', '').split(','):
        name, _, number = option.strip().partition('=')
        if name.lower() == 'batchsize' and number.isdigit():
            size = min(size, max(MIN_PAGE, min(MAX_PAGE, int(number))))
    return max(size, 1)


def _start(call, deleted):
    if len(call.request.target) > MAX_URI:
        raise Refused('URI_TOO_LONG', 'the URI is too long', 414)
    text = call.query.get('q')
    if not text:
        raise Refused('MALFORMED_QUERY', 'SOQL statements cannot be empty or null')
    plan = Plan(text, call, deleted)
    ids = plan.ids()
    if plan.count:
        return answer({'totalSize': len(ids), 'done': True, 'records': []})
    return _page(call, Locator(plan, ids, call.now, _page_size(call)), None, 0)


def query(call):
    return _start(call, False)


def query_all(call):
    return _start(call, True)


def _page(call, locator, name, first):
    ids = locator.ids[first:first + locator.page]
    last = first + locator.page
    body = {'totalSize': len(locator.ids), 'done': last >= len(locator.ids)}
    if not body['done']:
        name = name or call.app.keep_locator(locator)
        body['nextRecordsUrl'] = f'{call.base}/query/{name}-{last}'
    body['records'] = [locator.plan.row(one) for one in ids]
    if call.switches['unknown_members'] == 'some':
        body['zzNew'] = {'a': [1, None]}
    call.rows = len(ids)
    return answer(body)


def more(call, text):
    name, _, first = text.partition('-')
    locator = call.app.locators.get(to18(name))
    life = call.number_of('locator_life') * HOUR
    if locator is None or not first.isdigit() or int(first) >= len(locator.ids) \
            or call.now - locator.made_at > life:
        raise Refused('INVALID_QUERY_LOCATOR', 'invalid query locator')
    return _page(call, locator, to18(name), int(first))


# --- what changed in a window ------------------------------------------------------

def _window(call):
    """(start, end) in whole minutes."""
    times = [parse_datetime(call.query.get(name, '')) for name in ('start', 'end')]
    if None in times:
        raise Refused('INVALID_REPLICATION_DATE', 'start and end must be datetimes')
    start, end = (time - time % 60_000 for time in times)
    if start >= end:
        raise Refused('INVALID_REPLICATION_DATE', 'start must lie at least a minute before end')
    if end - start > MAX_WINDOW_DAYS * DAY or call.now - start > MAX_WINDOW_DAYS * DAY:
        raise Refused('INVALID_REPLICATION_DATE',
                      f'the window may reach back {MAX_WINDOW_DAYS} days')
    return start, end


def updated(call, name):
    thing = object_of(call, name)
    start, end = _window(call)
    ids = [record['Id'] for record in call.app.store.records[thing.name].values()
           if start <= record['SystemModstamp'] < end and not record.get('IsDeleted')]
    if len(ids) > call.number_of('updated_limit'):
        raise Refused('EXCEEDED_ID_LIMIT', 'too many ids for getUpdated window')
    return answer({'ids': ids, 'latestDateCovered': show_datetime(min(end, call.now))})


def deleted(call, name):
    thing = object_of(call, name)
    start, end = _window(call)
    earliest = call.now - MAX_DELETED_DAYS * DAY
    if start < earliest - 60_000:
        raise Refused('INVALID_REPLICATION_DATE',
                      f'deleted records are known for {MAX_DELETED_DAYS} days')
    rows = [{'id': record['Id'], 'deletedDate': show_datetime(record.deleted_at)}
            for record in call.app.store.records[thing.name].values()
            if record.deleted_at is not None and start <= record.deleted_at < end]
    return answer({'deletedRecords': rows, 'earliestDateAvailable': show_datetime(earliest),
                   'latestDateCovered': show_datetime(min(end, call.now))})


def limits(call):
    most = int(call.number_of('daily_limit'))
    left = max(0, most - call.app.usage.used(call.now))

    def unused(number):
        return {'Max': number, 'Remaining': number}
    rows = {'DailyApiRequests': {'Max': most, 'Remaining': math.floor(left)}}
    for name, number in (('DailyBulkApiBatches', 15000), ('DailyBulkV2QueryJobs', 10000),
                         ('DataStorageMB', 1024), ('FileStorageMB', 1024),
                         ('DailyStreamingApiEvents', 10000),
                         ('HourlyPublishedPlatformEvents', 50000)):
        rows[name] = unused(number)
    if call.switches['limit_info'] == 'per_app':
        rows['DailyApiRequests']['pendo'] = {'Max': most, 'Remaining': left}
    return answer(rows)
