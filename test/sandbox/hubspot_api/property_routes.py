"""Routes of properties and their groups."""

from .batch import check_input, envelope, inputs_of, ordered, with_errors
from .errors import Refused, invalid, not_found
from .properties import CHANGEABLE, MEMBERS, show


def _note(call, kind, name, outcome):
    """Properties are no records, but whoever reads the effects wants to know."""
    call.app.effects.add({'at': call.now, 'request': call.number, 'key': call.key,
                          'operation': call.operation, 'object': kind, 'input': call.input,
                          'trace': None, 'id': None, 'property': name, 'outcome': outcome,
                          'changed': [], 'properties': {}})


def list_properties(call):
    kind = call.kind()
    return 200, {'results': [show(found) for found in
                             call.app.registry.all(kind, call.flag('archived'))]}


def read_property(call):
    return 200, show(call.app.registry.one(call.kind(), call.args['name'],
                                           call.flag('archived')))


def create_property(call):
    kind, wish = call.kind(), call.body(*MEMBERS)
    made = call.app.registry.create(kind, wish, call.now, call.switches)
    _note(call, kind, made.name, 'created')
    return 201, show(made)


def update_property(call):
    kind, wish = call.kind(), call.body(*CHANGEABLE, 'hasUniqueValue')
    found = call.app.registry.change(kind, call.args['name'], wish)
    _note(call, kind, found.name, 'updated')
    return 200, show(found)


def archive_property(call):
    kind = call.kind()
    call.app.registry.archive(kind, call.args['name'], call.now)
    _note(call, kind, call.args['name'], 'archived')
    return 204, None


def _answer(call, status, rows, failed):
    body = envelope(call, ordered(call, rows))
    if not failed:
        return status, body
    few = call.switches['error_members'] == 'few'
    return 207, with_errors(body, [refusal.entry(few) for refusal in failed])


def batch_create(call):
    kind, inputs = call.kind(), inputs_of(call, call.body('inputs'))
    for wish in inputs:
        check_input(call, wish, MEMBERS)
    rows, failed = [], []
    for number, wish in enumerate(inputs):
        call.input = number
        try:
            made = call.app.registry.create(kind, wish, call.now, call.switches)
            _note(call, kind, made.name, 'created')
            rows.append(show(made))
        except Refused as refusal:
            refusal.members['context'] = {'name': [str(wish.get('name'))]}
            failed.append(refusal)
    return _answer(call, 201, rows, failed)


def _names(call, *members):
    body = call.body('inputs', *members)
    names = [check_input(call, wish, ('name',)).get('name') for wish in inputs_of(call, body)]
    if not all(isinstance(name, str) for name in names):
        raise invalid('an input has a name')
    return body, names


def batch_read(call):
    kind = call.kind()
    body, names = _names(call, 'archived', 'dataSensitivity')
    rows, failed = [], []
    for name in names:
        try:
            rows.append(show(call.app.registry.one(kind, name, body.get('archived', False))))
        except Refused as refusal:
            refusal.members['context'] = {'name': [name]}
            failed.append(refusal)
    return _answer(call, 200, rows, failed)


def batch_archive(call):
    kind = call.kind()
    for name in _names(call)[1]:
        call.app.registry.archive(kind, name, call.now)
        _note(call, kind, name, 'archived')
    return 204, None


def list_groups(call):
    return 200, {'results': list(call.app.registry.groups[call.kind()].values())}


def read_group(call):
    found = call.app.registry.groups[call.kind()].get(call.args['name'])
    if found is None:
        raise not_found()
    return 200, found


def create_group(call):
    wish = call.body('name', 'label', 'displayOrder')
    return 201, call.app.registry.create_group(call.kind(), wish)
