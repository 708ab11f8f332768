"""Routes of associations: one pair, batches, labels."""

from .batch import check_input, envelope, inputs_of, ordered, with_errors
from .errors import Malformed, Refused, bad_json, invalid, not_found
from .links import (BETWEEN, CATEGORY, LABEL, checked_types, default_type, shown_type)
from .schema import OBJECTS
from .writes import associate, bump, could_not_get, text_id

MOST_READ = 1000
LIST_LIMIT = 500


def _pair(call, from_name='from', to_name='to'):
    kind, to_kind = call.kind(from_name), call.kind(to_name)
    default_type(kind, to_kind)         # refuses pairs that do not exist
    return kind, to_kind


def _records(call, kind, from_id, to_kind, to_id):
    found = []
    for each_kind, each_id in ((kind, from_id), (to_kind, to_id)):
        record = call.app.store.find(each_kind, each_id)
        if record is None:
            raise could_not_get(each_kind, [each_id])
        found.append(record)
    return found


def _shown_id(call, record_id):
    return int(record_id) if call.switches['association_ids'] == 'integer' else record_id


def _associate(call, record, other, types):
    changed = associate(call, record, other, types)
    call.app.store.effect(
        call, record, 'associated' if changed else 'unchanged', (),
        [other] if changed else [], to={'object': other.kind, 'id': other.id},
        types=sorted(call.app.store.types_between((record.kind, record.id),
                                                  (other.kind, other.id))))


def _dissociate(call, record, other, types=None):
    changed = call.app.store.unlink((record.kind, record.id), (other.kind, other.id), types)
    bump(call, changed, record, other)
    call.app.store.effect(
        call, record, 'dissociated' if changed else 'unchanged', (),
        [other] if changed else [], to={'object': other.kind, 'id': other.id},
        types=sorted(call.app.store.types_between((record.kind, record.id),
                                                  (other.kind, other.id))))


# -- one pair ----------------------------------------------------------------------

def associate_default(call):
    kind, to_kind = _pair(call)
    type_id = default_type(kind, to_kind)
    record, other = _records(call, kind, call.args['id'], to_kind, call.args['to_id'])
    with call.app.store.transaction():
        _associate(call, record, other, [type_id])
    return 200, envelope(call, [_default_row(record, other, type_id)])


def _default_row(record, other, type_id):
    return {'from': {'id': record.id}, 'to': {'id': other.id},
            'associationSpec': {'associationCategory': CATEGORY[type_id],
                                'associationTypeId': type_id}}


def associate_labelled(call):
    kind, to_kind = _pair(call)
    types = checked_types(kind, to_kind, call.body(bare_list=True))
    record, other = _records(call, kind, call.args['id'], to_kind, call.args['to_id'])
    with call.app.store.transaction():
        _associate(call, record, other, types)
    return 201, _labels_row(call, record, other, types)


def _labels_row(call, record, other, types):
    return {'fromObjectTypeId': OBJECTS[record.kind].type_id,
            'fromObjectId': _shown_id(call, record.id),
            'toObjectTypeId': OBJECTS[other.kind].type_id,
            'toObjectId': _shown_id(call, other.id),
            'labels': [LABEL[type_id] for type_id in types if LABEL[type_id]]}


def dissociate(call):
    kind, to_kind = _pair(call)
    record = call.app.store.find(kind, call.args['id'])
    other = call.app.store.find(to_kind, call.args['to_id'])
    if record is not None and other is not None:
        with call.app.store.transaction():
            _dissociate(call, record, other)
    return 204, None


def _linked(call, record, to_kind):
    """(id, types) of the records of a kind that are associated, by id."""
    links = call.app.store.links.get((record.kind, record.id), {})
    return sorted(((other, types) for (kind, other), types in links.items()
                   if kind == to_kind), key=lambda pair: int(pair[0]))


def _to_rows(call, linked):
    return [{'toObjectId': _shown_id(call, other),
             'associationTypes': [shown_type(type_id) for type_id in sorted(types)]}
            for other, types in linked]


def _page(linked, limit, after):
    """(rows, cursor of the next page or None)."""
    if after is not None:
        linked = [pair for pair in linked if int(pair[0]) > after]
    return linked[:limit], linked[limit - 1][0] if len(linked) > limit else None


def list_associations(call):
    kind, to_kind = _pair(call)
    record = call.app.store.find(kind, call.args['id'])
    if record is None:
        raise not_found()
    limit = call.limit(LIST_LIMIT, LIST_LIMIT)
    after = call.whole_number('after', None, 0, 10 ** 15)
    rows, more = _page(_linked(call, record, to_kind), limit, after)
    body = {'results': _to_rows(call, rows)}
    if more is not None:
        body['paging'] = {'next': {'after': more}}
    return 200, body


def labels(call):
    kind, to_kind = _pair(call)
    return 200, {'results': [shown_type(type_id) for type_id in BETWEEN[kind, to_kind]]}


# -- batches -----------------------------------------------------------------------

def _inputs(call, *members):
    inputs = inputs_of(call, call.body('inputs'), int(call.switches['association_batch']))
    for wish in inputs:
        check_input(call, wish, members)
    return inputs


def _end(call, wish, name):
    return text_id(call.check(wish.get(name), ('id',)).get('id'))


def _each(call, inputs, one, alone=True):
    """(rows, errors): every input by itself, but all or nothing under dated paths."""
    rows, failed = [], []
    with call.app.store.transaction():
        for number, wish in enumerate(inputs):
            call.input = number
            try:
                with call.app.store.transaction():
                    rows.append(one(wish))
            except Refused as refusal:
                if call.dated or not alone or isinstance(refusal, Malformed):
                    raise
                failed.append(refusal.entry(call.switches['error_members'] == 'few'))
    return rows, failed


def _answer(call, status, rows, failed):
    body = envelope(call, ordered(call, rows))
    return (207, with_errors(body, failed)) if failed else (status, body)


def batch_default(call):
    kind, to_kind = _pair(call)
    type_id = default_type(kind, to_kind)

    def one(wish):
        record, other = _records(call, kind, _end(call, wish, 'from'),
                                 to_kind, _end(call, wish, 'to'))
        _associate(call, record, other, [type_id])
        return _default_row(record, other, type_id)
    rows, failed = _each(call, _inputs(call, 'from', 'to'), one)
    body = envelope(call, ordered(call, rows))
    return 200, with_errors(body, failed) if failed else body


def batch_create(call):
    kind, to_kind = _pair(call)

    def one(wish):
        types = checked_types(kind, to_kind, wish.get('types'))
        record, other = _records(call, kind, _end(call, wish, 'from'),
                                 to_kind, _end(call, wish, 'to'))
        _associate(call, record, other, types)
        return _labels_row(call, record, other, types)
    rows, failed = _each(call, _inputs(call, 'from', 'to', 'types'), one)
    return _answer(call, 200 if _as_dated(call) else 201, rows, failed)


def _as_dated(call):
    return call.dated and call.switches['dated_association_status'] == 'documented'


def batch_read(call):
    kind, to_kind = _pair(call)
    inputs = inputs_of(call, call.body('inputs'), MOST_READ)
    setting, few = call.switches['no_associations'], call.switches['error_members'] == 'few'
    rows, failed = [], []
    for wish in inputs:
        check_input(call, wish, ('id', 'after'))
        record = call.app.store.find(kind, text_id(wish.get('id')))
        linked = _linked(call, record, to_kind) if record else []
        if linked or record and setting == 'empty':
            rows.append(_read_row(call, record, linked, wish.get('after')))
        elif record is None or setting == 'error':
            failed.append(_none_found(call, kind, to_kind, text_id(wish['id'])).entry(few))
    return _answer(call, 200, rows, failed)


def _none_found(call, kind, to_kind, record_id):
    one, other = OBJECTS[kind].singular, OBJECTS[to_kind].singular
    return not_found(f'No {other} is associated with {one} {record_id}.',
                     context={'fromObjectId': [record_id], 'fromObjectType': [one],
                              'toObjectType': [other]})


def _read_row(call, record, linked, after):
    if after is not None and not str(after).isdigit():
        raise invalid('after is not a cursor that this service gave')
    shown, more = _page(linked, LIST_LIMIT, None if after is None else int(after))
    row = {'from': {'id': record.id}, 'to': _to_rows(call, shown)}
    if more is not None:
        row['paging'] = {'next': {'after': more}}
    return row


def batch_archive(call):
    kind, to_kind = _pair(call)

    def one(wish):
        record = call.app.store.find(kind, _end(call, wish, 'from'))
        ends = wish.get('to')
        if not isinstance(ends, list):
            raise bad_json('to is a list')
        for end in ends:
            other = call.app.store.find(to_kind, text_id(call.check(end, ('id',)).get('id')))
            if record is not None and other is not None:
                _dissociate(call, record, other)
    _each(call, _inputs(call, 'from', 'to'), one, alone=False)
    return (200, envelope(call, [])) if _as_dated(call) else (204, None)


def batch_labels_archive(call):
    kind, to_kind = _pair(call)

    def one(wish):
        types = checked_types(kind, to_kind, wish.get('types'))
        record, other = _records(call, kind, _end(call, wish, 'from'),
                                 to_kind, _end(call, wish, 'to'))
        _dissociate(call, record, other, types)
    _each(call, _inputs(call, 'from', 'to', 'types'), one, alone=False)
    return 204, None
