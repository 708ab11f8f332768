"""sObject Collections: /composite/sobjects."""

from collections import Counter

from .answers import answer
from .errors import Failure, RecordRefused, Refused, bad_json
from .ids import to18
from .objects import find_object, object_of_id
from .single import key_field_of, shown_fields, shown_record
from .wish import Reader
from .writer import Result, Writer

MAX_RECORDS = 200
MAX_RETRIEVED = 2000
MAX_CHUNKS = 10         # of records of one type in a row

ROLLED_BACK = Failure('ALL_OR_NONE_OPERATION_ROLLED_BACK',
                      'Record rolled back because not all records were valid and the request '
                      'was using AllOrNone header')


# --- reading the request ------------------------------------------------------------

def _limit(count, most=MAX_RECORDS):
    if count > most:
        raise Refused('LIMIT_EXCEEDED', 'record limit reached. cannot submit more than '
                      f'{most} records in this call')


def _records(call):
    """(allOrNone, the records) of the body."""
    body = call.json()
    records, all_or_none = body.get('records'), body.get('allOrNone', False)
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise bad_json('records must be a list of objects at [line:1, column:1]')
    if not isinstance(all_or_none, bool):
        raise bad_json('allOrNone must be a boolean at [line:1, column:1]')
    unknown = set(body) - {'records', 'allOrNone'}
    if unknown:
        raise bad_json(f'Unrecognized field "{sorted(unknown)[0]}" at [line:1, column:1]')
    _limit(len(records))
    call.rows = len(records)
    return all_or_none, records


def _object(name):
    thing = find_object(name)
    if thing is None:
        raise Refused('INVALID_TYPE', f"sObject type '{name}' is not supported.")
    return thing


def _type_of(record):
    attributes = record.get('attributes')
    return _object(attributes.get('type') if isinstance(attributes, dict) else None)


def _chunks(things):
    """Mixed types come in few chunks of one type each."""
    chunks = sum(1 for place, thing in enumerate(things)
                 if place == 0 or things[place - 1] is not thing)
    if chunks > MAX_CHUNKS:
        raise Refused('LIMIT_EXCEEDED', f'Cannot have more than {MAX_CHUNKS} chunks of '
                      'different types in one call')


# --- running ----------------------------------------------------------------------

def _run(call, jobs, all_or_none, is_upsert=False):
    """Run the jobs, each a function of its position that returns (id, created)."""
    with call.app.store.transaction() as roll_back:
        results = [_result(job, position, is_upsert) for position, job in enumerate(jobs)]
        if all_or_none and not all(result.success for result in results):
            roll_back()
            for result in results:
                if result.success:
                    result.failures, result.created = [ROLLED_BACK], False
    return answer([_shown(result, is_upsert) for result in results])


def _result(job, position, is_upsert):
    try:
        record_id, created = job(position)
        return Result(record_id, [], created)
    except RecordRefused as refusal:
        return Result(None, refusal.failures, False)


def _shown(result, is_upsert):
    shown = {'id': result.id} if result.success else {}
    shown['success'] = result.success
    shown['errors'] = [failure.inner() for failure in result.failures]
    if is_upsert:
        shown['created'] = bool(result.created)
    return shown


def create(call):
    all_or_none, records = _records(call)
    things = [_type_of(record) for record in records]
    _chunks(things)
    reader, writer = Reader(call.permissions, call.switches), Writer(call)
    wishes = [reader.read(thing, record) for thing, record in zip(things, records)]

    def job(thing, wish):
        return lambda position: (writer.create(thing, wish, position)['Id'], True)
    return _run(call, [job(*pair) for pair in zip(things, wishes)], all_or_none)


def _refuse(code, message):
    raise RecordRefused(Failure(code, message))


def _existing(call, thing, text):
    """The record with that id, whether or not it is deleted."""
    if text is None:
        _refuse('MISSING_ARGUMENT', 'Id not specified in an update call')
    record_id = to18(text)
    if record_id is None or thing is None or record_id[:3] != thing.prefix:
        _refuse('MALFORMED_ID', f'Record ID: id value of incorrect type: {text}')
    record = call.app.store.get(thing, record_id)
    if record is None or call.app.store.gone_for_good(record, call.now):
        _refuse('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id')
    return record


def update(call):
    all_or_none, records = _records(call)
    things = [_type_of(record) for record in records]
    _chunks(things)
    reader, writer = Reader(call.permissions, call.switches), Writer(call)
    wishes = [reader.read(thing, record) for thing, record in zip(things, records)]

    def job(thing, wish):
        def run(position):
            record = _existing(call, thing, wish.id)
            writer.update(thing, record, wish, position)
            return record['Id'], False
        return run
    return _run(call, [job(*pair) for pair in zip(things, wishes)], all_or_none)


def upsert(call, name, field_name):
    thing = _object(name)
    by_id = field_name.lower() == 'id'
    found = None if by_id else key_field_of(call, thing, field_name, writing=True)
    all_or_none, records = _records(call)
    for record in records:
        if _type_of(record) is not thing:
            raise Refused('INVALID_TYPE', 'all records of an upsert must be of type '
                          + thing.name)
    reader, writer = Reader(call.permissions, call.switches), Writer(call)
    wishes = [reader.read(thing, record, found) for record in records]
    if by_id:
        jobs = [_upsert_by_id(call, writer, thing, wish) for wish in wishes]
        return _run(call, jobs, all_or_none, True)
    doubles = _doubles(call, found, wishes)

    def job(place, wish):
        def run(position):
            if place in doubles:
                raise RecordRefused(Failure('DUPLICATE_VALUE', 'Duplicate external id '
                                            f'specified: {wish.key}', [found.name]))
            record, created = writer.upsert(thing, found, wish, position)
            return record['Id'], created
        return run
    return _run(call, [job(*pair) for pair in enumerate(wishes)], all_or_none, True)


def _upsert_by_id(call, writer, thing, wish):
    def run(position):
        if wish.id is None:
            return writer.create(thing, wish, position)['Id'], True
        record = _existing(call, thing, wish.id)
        writer.update(thing, record, wish, position)
        return record['Id'], False
    return run


def _doubles(call, found, wishes):
    """Places of records that name an external id which another one names, too."""
    forms = [None if wish.key is None else wish.key_form(found) for wish in wishes]
    counts, seen, places = Counter(forms), set(), set()
    for place, form in enumerate(forms):
        later = call.switches['duplicate_keys'] == 'later'
        if form is not None and counts[form] > 1 and (not later or form in seen):
            places.add(place)
        seen.add(form)
    return places


def delete(call):
    ids = [one.strip() for one in call.query.get('ids', '').split(',') if one.strip()]
    if not ids:
        raise Refused('REQUIRED_FIELD_MISSING', 'The ids parameter is required.')
    flag = call.query.get('allOrNone', 'false').lower()
    if flag not in ('true', 'false'):
        raise Refused('INVALID_FIELD', 'allOrNone must be true or false')
    _limit(len(ids))
    call.rows = len(ids)
    writer = Writer(call)

    def job(text):
        def run(position):
            record_id = to18(text)
            thing = record_id and object_of_id(record_id)
            record = _existing(call, thing, text)
            writer.delete(thing, record, position)
            return record['Id'], False
        return run
    return _run(call, [job(text) for text in ids], flag == 'true')


def retrieve(call, name):
    thing = _object(name)
    body = call.json()
    ids, names = body.get('ids'), body.get('fields')
    for values in (ids, names):
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            raise bad_json('ids and fields must be lists of strings at [line:1, column:1]')
    _limit(len(ids), MAX_RETRIEVED)
    fields = shown_fields(call, thing, names)
    rows = []
    for text in ids:
        record_id = to18(text)
        record = record_id and call.app.store.get(thing, record_id)
        live = record is not None and not record.get('IsDeleted')
        rows.append(shown_record(call, record, fields) if record_id and live else None)
    call.rows = len(rows)
    return answer(rows)
