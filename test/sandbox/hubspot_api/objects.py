"""Routes of records: lists, single ones, batches."""

from urllib.parse import urlencode

from .batch import (Batch, check_input, envelope, fails_alone, inputs_of, ordered,
                    refuse_duplicates, with_errors)
from .errors import Refused, bad_json, invalid, not_found
from .schema import find_object
from .views import hashed, shown_record
from .writes import Writer, could_not_get, text_id

BY_TRACE = ('properties', 'objectWriteTraceId')


# -- reading -------------------------------------------------------------------

def _asked(call):
    """What the query wants to see of records."""
    links = call.names('associations')
    for name in links or ():
        if find_object(name) is None:
            raise invalid(f'Unable to infer object type from: {name}')
    return {'asked': call.names('properties'),
            'history': call.names('propertiesWithHistory'),
            'links': {find_object(name).name for name in links or ()}}


def list_records(call):
    kind, view = call.kind(), _asked(call)
    limit = call.limit(10, 50 if view['history'] else 100)
    archived = call.flag('archived')
    order = hashed if call.switches['list_order'] == 'hashed' else int
    rows = sorted((record for record in call.app.store.records[kind].values()
                   if (record.archived_at is not None) == archived
                   and not record.merged_into), key=lambda record: order(record.id))
    after = call.request.query.get('after')
    if after is not None:
        if not after.isascii() or not after.isdigit():
            raise invalid('after is not a cursor that this service gave')
        rows = [record for record in rows if order(record.id) > order(after)]
    return 200, page(call, [shown_record(call, record, **view) for record in rows[:limit]],
                     rows[limit - 1].id if len(rows) > limit else None)


def page(call, results, after):
    body = {'results': results}
    if after is not None:
        pairs = [pair for pair in call.request.pairs if pair[0] != 'after']
        link = (f'{call.app.url}{call.request.raw_path}?'
                + urlencode([*pairs, ('after', after)], safe=','))
        body['paging'] = {'next': {'after': str(after), 'link': link}}
    return body


def _one(call, archived=False):
    """The record that the path names."""
    kind, key_name = call.kind(), call.request.query.get('idProperty')
    if archived and key_name is None:
        record = call.app.store.find(kind, call.args['id'], archived=True)
    else:
        record = Writer(call).find(kind, call.args['id'], key_name)
    if record is None:
        raise not_found()
    return record


def read_record(call):
    view = _asked(call)
    return 200, shown_record(call, _one(call, call.flag('archived')), **view)


def batch_read(call):
    kind = call.kind()
    body = call.body('inputs', 'properties', 'propertiesWithHistory', 'idProperty')
    history = strings(body, 'propertiesWithHistory') or None
    inputs = inputs_of(call, body, 50 if history else 100)
    writer, archived = Writer(call), call.flag('archived')
    key_name = body.get('idProperty')
    found, missing = {}, []
    for wish in inputs:
        asked_id = text_id(check_input(call, wish, ('id',)).get('id'))
        if archived and key_name is None:
            record = call.app.store.find(kind, asked_id, archived=True)
        else:
            record = writer.find(kind, asked_id, key_name)
        if record is None:
            missing.append(asked_id)
        else:
            found[record.id] = record
    asked = strings(body, 'properties')
    answer = envelope(call, ordered(call, [
        shown_record(call, record, asked, history=history) for record in found.values()]))
    if not missing:
        return 200, answer
    entry = could_not_get(kind, dict.fromkeys(missing)).entry(
        call.switches['error_members'] == 'few')
    return 207, with_errors(answer, [entry])


def strings(body, name):
    """A list of strings, None when absent."""
    value = body.get(name)
    if value is not None and not (isinstance(value, list)
                                  and all(isinstance(item, str) for item in value)):
        raise bad_json(f'{name} is a list of strings')
    return value


# -- writing one record ----------------------------------------------------------

def _single(call, wish, write):
    """Carry out one write; (record, rest) as `write` returns it."""
    rule = call.fault_for('fail_inputs', 0, wish)
    if rule:
        raise Refused(int(rule.args.get('status', 400)),
                      rule.args.get('category', 'VALIDATION_ERROR'),
                      rule.args.get('message', 'This input was chosen to fail'))
    call.input = 0
    with call.app.store.transaction():
        return write(Writer(call))


def create_record(call):
    kind, body = call.kind(), call.body('properties', 'associations')
    record = _single(call, body, lambda writer: writer.create(
        kind, _properties(body), body.get('associations')))
    return 201, shown_record(call, record, more=_properties(body))


def update_record(call):
    kind, body = call.kind(), call.body('properties')
    record = _one(call)
    _single(call, {'id': call.args['id']},
            lambda writer: writer.update(kind, record, _properties(body)))
    return 200, shown_record(call, record, more=_properties(body))


def archive_record(call):
    record = call.app.store.find(call.kind(), call.args['id'])
    if record is None:
        if call.switches['delete_missing'] == '404':
            raise not_found()
        return 204, None
    _single(call, {'id': call.args['id']}, lambda writer: writer.archive(record))
    return 204, None


def _properties(wish):
    properties = wish.get('properties')
    if not isinstance(properties, dict):
        raise bad_json('properties are an object')
    return properties


# -- batches -----------------------------------------------------------------------

def _inputs(call, *members):
    inputs = inputs_of(call, call.body('inputs'))
    for wish in inputs:
        check_input(call, wish, members)
    return inputs


def _row(call, wish, record, **more):
    row = shown_record(call, record, more=_properties(wish))
    if wish.get('objectWriteTraceId') is not None:
        row['objectWriteTraceId'] = wish['objectWriteTraceId']
    return {**row, **more}


def batch_create(call):
    kind = call.kind()
    inputs = _inputs(call, *BY_TRACE, 'associations')
    writer = Writer(call)

    def one(number, wish):
        record = writer.create(kind, _properties(wish), wish.get('associations'))
        return _row(call, wish, record)
    return Batch(call, inputs, fails_alone(call, inputs, False)).run(one).answer(201)


def batch_update(call):
    kind = call.kind()
    inputs = _inputs(call, *BY_TRACE, 'id', 'idProperty')
    writer = Writer(call)
    refuse_duplicates(_compared(wish) for wish in inputs)

    def one(number, wish):
        record = writer.find(kind, text_id(wish['id']), wish.get('idProperty'))
        if record is None:
            raise could_not_get(kind, [text_id(wish['id'])])
        writer.update(kind, record, _properties(wish))
        return _row(call, wish, record)
    return Batch(call, inputs, fails_alone(call, inputs, True)).run(one).answer(200)


def batch_upsert(call):
    kind = call.kind()
    inputs = _inputs(call, *BY_TRACE, 'id', 'idProperty')
    writer = Writer(call)
    refuse_duplicates(_compared(wish) for wish in inputs)
    by_email = any(wish.get('idProperty') == 'email' for wish in inputs)

    def one(number, wish):
        record, new = writer.upsert(kind, wish.get('idProperty'), text_id(wish['id']),
                                    _properties(wish))
        return _row(call, wish, record, new=new)
    return Batch(call, inputs, fails_alone(call, inputs, True, by_email)).run(one).answer(200)


def _compared(wish):
    """An input's id as it is shown and as it is compared."""
    shown = text_id(wish.get('id'))
    if wish.get('idProperty') == 'email':
        return shown, ('email', shown.strip().lower())
    return shown, (wish.get('idProperty'), shown)


def batch_archive(call):
    kind = call.kind()
    inputs = _inputs(call, 'id')
    with call.app.store.transaction():
        for number, wish in enumerate(inputs):
            call.input = number
            record = call.app.store.find(kind, text_id(wish.get('id')))
            if record is not None:
                Writer(call).archive(record)
    return 204, None


def merge(call):
    """The loser's values fill the winner's gaps; its id leads to the winner."""
    kind = call.kind()
    body = call.body('primaryObjectId', 'objectIdToMerge')
    store = call.app.store
    winner = store.find(kind, text_id(body.get('primaryObjectId')))
    loser = store.find(kind, text_id(body.get('objectIdToMerge')))
    if winner is None or loser is None:
        raise not_found()
    if winner is loser:
        raise invalid('An object cannot be merged with itself')
    with store.transaction():
        merge_records(store, call, winner, loser)
    return 200, shown_record(call, winner)


def merge_records(store, call, winner, loser):
    now = call.now
    fills = {name: value for name, value in loser.properties.items()
             if winner.properties.get(name) is None and value is not None}
    links = [(other, types) for other, types
             in store.links.get((loser.kind, loser.id), {}).items()
             if other != (winner.kind, winner.id)]
    email = loser.properties.get('email')
    store.archive(loser, now, merged_into=winner.id)
    if email and winner.properties.get('email') is not None:
        more = [winner.properties.get('hs_additional_emails'),
                loser.properties.get('hs_additional_emails'), email]
        fills['hs_additional_emails'] = ';'.join(filter(None, more))
    store.set_values(winner, fills, now, call.source)
    for other, types in links:
        for type_id in types:
            store.link((winner.kind, winner.id), other, type_id)
    store.touch(winner, now, call.source)
    store.effect(call, winner, 'updated', fills, [loser], merged=loser.id)
