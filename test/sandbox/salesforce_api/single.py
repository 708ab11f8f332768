"""Calls for one record: /sobjects/{Object}/..."""

from email.utils import parsedate_to_datetime

from standin.answer import empty

from .answers import answer, no_content
from .coerce import coerce, settle
from .errors import RecordRefused, Refused, no_such_column, not_found
from .ids import to18
from .objects import find_object
from .values import show
from .wish import Reader
from .writer import Writer

UPSERT_ANSWERS_200 = 46         # older versions say 204 to an update


def object_of(call, name):
    thing = find_object(name)
    if thing is not None:
        return thing
    if call.switches['unknown_object'] == 'INVALID_TYPE':
        raise Refused('INVALID_TYPE', f"sObject type '{name}' is not supported.", 404)
    raise not_found()


def record_of(call, thing, text):
    """The live record with the id in the path."""
    record_id = to18(text)
    if record_id is None or record_id[:3] != thing.prefix:
        raise Refused('MALFORMED_ID', f'Record ID: id value of incorrect type: {text}',
                      fields=['Id'])
    record = call.app.store.get(thing, record_id)
    if record is None or call.app.store.gone_for_good(record, call.now):
        raise not_found()
    if record.get('IsDeleted'):
        raise Refused('ENTITY_IS_DELETED', 'entity is deleted')
    return record


def key_field_of(call, thing, name, writing=False):
    found = call.permissions.visible(thing, name)
    usable = found is not None and (
        found.external or found.id_lookup and found.type != 'id'
        and (not writing or call.switches['id_lookup_upsert'] == 'accepted'))
    if not usable:
        raise not_found('Provided external ID field does not exist or is not accessible: '
                        + name)
    return found


def _path_key(call, found, text):
    """The external id of a path, read as the field's type."""
    if call.switches['dotted_keys'] == 'not_found' and set(text) & set('.@'):
        raise not_found()
    if found.type == 'double':
        try:
            text = float(text)
        except ValueError:
            raise not_found() from None
    value = coerce(found, text, call.switches)
    if value is None:
        raise not_found()
    return value


def _several(call, thing, records):
    return answer([f'{call.base}/sobjects/{thing.name}/{record["Id"]}' for record in records],
                  300)


def _read(call, thing, key_field=None):
    """The wish of the body, which may not repeat what the path says."""
    data = call.json()
    wish = Reader(call.permissions, call.switches).read(thing, data)
    taboo = ['Id'] if wish.id is not None else []
    if key_field is not None and key_field.name in wish.values:
        taboo.append(key_field.name)
        del wish.values[key_field.name]
    if taboo and call.switches['key_in_body'] == 'refused':
        raise Refused('INVALID_FIELD', f'The {taboo[0]} field should not be specified in the '
                      'sobject data.', fields=[taboo[0]])
    wish.id = None
    return wish


def _refusing(function, *args):
    """Run it; a record's refusal becomes the call's."""
    try:
        return function(*args)
    except RecordRefused as refusal:
        raise Refused.of(refusal.failures) from None


def _saved(call, thing, record, created, shows_created):
    body = {'id': record['Id'], 'success': True, 'errors': []}
    if shows_created:
        body['created'] = created
    headers = {}
    if created:
        headers['Location'] = f'{call.base}/sobjects/{thing.name}/{record["Id"]}'
    return answer(body, 201 if created else 200, headers)


def create(call, name):
    thing = object_of(call, name)
    wish = Reader(call.permissions, call.switches).read(thing, call.json())
    record = _refusing(Writer(call).create, thing, wish)
    call.rows = 1
    return _saved(call, thing, record, True, False)


# --- conditional requests -------------------------------------------------------

def moment_of(call, header):
    text = call.headers.get(header)
    if text is None:
        return None
    try:
        return parsedate_to_datetime(text).timestamp() * 1000
    except ValueError:
        return None


def _unchanged_since(call, record):
    """Whether a read may answer 304."""
    since = moment_of(call, 'if-modified-since')
    return since is not None and record['SystemModstamp'] - record['SystemModstamp'] % 1000 \
        <= since


def _precondition(call, record):
    since = moment_of(call, 'if-unmodified-since')
    if since is not None and record['SystemModstamp'] - since >= 1000:
        raise Refused('PRECONDITION_FAILED', 'the record was changed since', 412)


# --- by id ------------------------------------------------------------------------

def shown_fields(call, thing, names=None):
    """Fields that a read shows: those named, else all."""
    if names is None:
        return call.permissions.fields(thing)
    fields = []
    for name in names:
        found = call.permissions.visible(thing, name)
        if found is None:
            raise Refused.of([no_such_column(name, thing.name)])
        fields.append(found)
    return fields


def shown_record(call, record, fields):
    row = {'attributes': call.attributes(record.thing, record['Id'])}
    for found in fields:
        row[found.name] = show(found, record[found.name], call.switches)
    if call.switches['unknown_members'] == 'some':
        row['zzNew'] = {'a': [1, None]}
    return row


def _show(call, thing, record):
    if _unchanged_since(call, record):
        return empty(304)
    names = call.query.get('fields')
    fields = shown_fields(call, thing, names and [name.strip() for name in names.split(',')])
    call.rows = 1
    return answer(shown_record(call, record, fields))


def read(call, name, record_id):
    thing = object_of(call, name)
    return _show(call, thing, record_of(call, thing, record_id))


def update(call, name, record_id):
    thing = object_of(call, name)
    wish = _read(call, thing)
    record = record_of(call, thing, record_id)
    _precondition(call, record)
    _refusing(Writer(call).update, thing, record, wish)
    call.rows = 1
    return no_content()


def delete(call, name, record_id):
    thing = object_of(call, name)
    record = record_of(call, thing, record_id)
    _precondition(call, record)
    _refusing(Writer(call).delete, thing, record)
    call.rows = 1
    return no_content()


# --- by external id ---------------------------------------------------------------

def _one(call, thing, field_name, text):
    """(the record, None) or (None, the 300 answer)."""
    found = key_field_of(call, thing, field_name)
    key = settle(found, _path_key(call, found, text))
    records = call.app.store.find(thing, found, key)
    if not records:
        raise not_found()
    if len(records) > 1:
        return None, _several(call, thing, records)
    return records[0], None


def read_by_key(call, name, field_name, text):
    thing = object_of(call, name)
    if field_name.lower() == 'id':
        return _show(call, thing, record_of(call, thing, text))
    record, several = _one(call, thing, field_name, text)
    return several or _show(call, thing, record)


def delete_by_key(call, name, field_name, text):
    thing = object_of(call, name)
    record, several = _one(call, thing, field_name, text)
    if several:
        return several
    _refusing(Writer(call).delete, thing, record)
    call.rows = 1
    return no_content()


def upsert(call, name, field_name, text):
    thing = object_of(call, name)
    if field_name.lower() == 'id':
        return _upsert_by_id(call, thing, text)
    found = key_field_of(call, thing, field_name, writing=True)
    key = _path_key(call, found, text)
    wish = _read(call, thing, found)
    wish.key = key
    records = Writer(call).matches(thing, found, key)
    if len(records) > 1:
        return _several(call, thing, records)
    if not records and call.query.get('updateOnly') == 'true':
        raise not_found()
    if records:
        _precondition(call, records[0])
    record, created = _refusing(Writer(call).upsert, thing, found, wish)
    call.rows = 1
    if not created and call.version < UPSERT_ANSWERS_200:
        return no_content()
    return _saved(call, thing, record, created, True)


def _upsert_by_id(call, thing, text):
    wish = _read(call, thing)
    record = record_of(call, thing, text)
    _refusing(Writer(call).update, thing, record, wish)
    call.rows = 1
    return _saved(call, thing, record, False, True)
