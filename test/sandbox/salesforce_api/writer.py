"""One record at a time: create, update, upsert, delete, with every check."""

from dataclasses import dataclass, field

from .coerce import problems, settle
from .derive import derived
from .errors import Failure, RecordRefused
from .objects import object_of_id
from .values import show


@dataclass
class Result:
    """What became of one record."""

    id: str = None
    failures: list = field(default_factory=list)
    created: bool = None        # only where an upsert asks

    @property
    def success(self):
        return not self.failures


def _refuse(code, message, *fields):
    raise RecordRefused(Failure(code, message, list(fields)))


class Writer:
    """Works for one request: `call` tells user, time, settings and rights."""

    def __init__(self, call):
        self._call = call
        self._store = call.app.store
        self._switches = call.switches

    # -- the four operations -----------------------------------------------------

    def create(self, thing, wish, position=0, key_field=None):
        self._writable(thing)
        if wish.id is not None:
            _refuse('INVALID_FIELD_FOR_INSERT_UPDATE',
                    'cannot specify Id in an insert call', 'Id')
        values = dict(wish.values)
        if key_field is not None:
            values[key_field.name] = wish.key
        self._faults(thing, position, values, None, wish)
        values = self._checked(thing, values, wish, None)
        record = self._insert(thing, values)
        self._note('created', record, position, values)
        return record

    def update(self, thing, record, wish, position=0):
        self._writable(thing)
        self._faults(thing, position, {**record, **wish.values}, record, wish)
        self._alive(record)
        values = self._checked(thing, wish.values, wish, record)
        changes = {name: value for name, value in values.items() if record[name] != value}
        if changes or self._switches['unchanged_update'] == 'bumps':
            self._change(record, changes)
        self._note('updated' if changes else 'unchanged', record, position, values)

    def matches(self, thing, found, key):
        """What an upsert finds; under the switch upsert_race, nothing that is too new."""
        records = self._store.find(thing, found, settle(found, key))
        _, _, seconds = self._switches['upsert_race'].partition(':')
        limit = self._call.now - float(seconds) * 1000 if seconds else None
        return [record for record in records if not seconds or record['CreatedDate'] <= limit]

    def upsert(self, thing, found, wish, position=0):
        """Returns (record, whether it was created)."""
        if wish.key is None:
            _refuse('MISSING_ARGUMENT', f'{found.name} not specified')
        matches = self.matches(thing, found, wish.key)
        if len(matches) > 1:
            _refuse('DUPLICATE_EXTERNAL_ID',
                    f'{found.name}: more than one record found for external id field: '
                    f'[{", ".join(self._shown_id(record) for record in matches)}]', found.name)
        if wish.id is not None:
            _refuse('INVALID_FIELD_FOR_INSERT_UPDATE',
                    'cannot specify Id in an upsert by another field', 'Id')
        if matches:
            self.update(thing, matches[0], wish, position)
            return matches[0], False
        return self.create(thing, wish, position, found), True

    def delete(self, thing, record, position=0):
        self._writable(thing)
        self._faults(thing, position, record, record, None)
        self._alive(record)
        self._remove(record)
        self._note('deleted', record, position, {})

    # -- checks --------------------------------------------------------------------

    @staticmethod
    def _writable(thing):
        if not thing.writable:
            _refuse('INSUFFICIENT_ACCESS_OR_READONLY',
                    'insufficient access rights on object id')

    def _alive(self, record):
        if record['IsDeleted']:
            _refuse('ENTITY_IS_DELETED', 'entity is deleted')

    def _faults(self, thing, position, values, record, wish):
        failure = self._call.record_fault(thing, position, values, record)
        if failure is not None:
            raise RecordRefused(failure)
        if wish is not None and wish.failures:
            raise RecordRefused(*wish.failures)

    def _checked(self, thing, values, wish, record):
        """Stored forms of the values, parents found; RecordRefused with what is wrong."""
        failures = list(self._not_writable(thing, values, wish, record))
        if not failures:
            values, failures = self._with_parents(values, wish)
        if not failures:
            failures = list(self._failures(thing, values, record))
        if not failures:
            values = {name: settle(thing.fields[name], value)
                      for name, value in values.items()}
            failures = list(self._conflicts(thing, values, record))
        if failures:
            kept = failures if self._switches['errors_per_row'] == 'all' else failures[:1]
            raise RecordRefused(*kept)
        return values

    def _not_writable(self, thing, values, wish, record):
        names = [name for name in [*values, *wish.parents]
                 if not self._call.permissions.may_write(thing, thing.fields[name],
                                                         record is None)]
        if names:
            yield Failure(
                'INVALID_FIELD_FOR_INSERT_UPDATE',
                f'Unable to create/update fields: {", ".join(names)}. Please check the '
                'security settings of this field and verify that it is read/write for '
                'your profile or permission set.', names)

    def _with_parents(self, values, wish):
        values, failures = dict(values), []
        for name, (parent, found, key) in wish.parents.items():
            if name in values:
                failures.append(Failure('INVALID_FIELD',
                                        f'{name} and its external ID are both given', [name]))
                continue
            matches = self._store.find(parent, found, key)
            if len(matches) == 1:
                values[name] = matches[0]['Id']
            elif matches:
                failures.append(Failure('DUPLICATE_EXTERNAL_ID',
                                        f'{found.name}: more than one record found for '
                                        f'external id field: {key}', [name]))
            else:
                failures.append(Failure('INVALID_FIELD', f'Foreign key external ID: {key} '
                                        f'not found for field {found.name} in entity '
                                        f'{parent.name}'))
        return values, failures

    def _failures(self, thing, values, record):
        missing = [f.name for f in thing.table
                   if self._is_missing(f, values, record)]
        if missing:
            yield Failure('REQUIRED_FIELD_MISSING',
                          f'Required fields are missing: [{", ".join(missing)}]', missing)
        for name, value in values.items():
            found = thing.fields[name]
            if found.type == 'boolean' and value is None:
                yield Failure('INVALID_TYPE_ON_FIELD_IN_RECORD',
                              f'{found.label}: value not of required type: ', [name])
            yield from problems(found, value, self._switches)

    @staticmethod
    def _is_missing(found, values, record):
        if 'required' not in found.flags or not found.createable:
            return False
        if record is None and found.defaulted:
            return False        # a null on create takes the default
        return values.get(found.name, None if record is None else '') is None

    def _conflicts(self, thing, values, record):
        for name, value in values.items():
            found = thing.fields[name]
            if found.type == 'reference' and value is not None:
                yield from self._reference(found, value, record)
            if found.unique and value is not None:
                yield from self._taken(thing, found, value, record)
        if record is None:
            yield from self._call.duplicate_rule(thing, values)

    def _reference(self, found, value, record):
        target = object_of_id(value)
        if target is not None and target.name not in found.refers:
            yield Failure('MALFORMED_ID', f'{found.label}: id value of incorrect type: {value}',
                          [found.name])
            return
        other = target and self._store.get(target, value)
        if other is None or other.get('IsDeleted'):
            yield Failure('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id',
                          [found.name])
        elif target.name == 'User' and not other['IsActive'] \
                and (record is None or record[found.name] != value):
            yield Failure('INACTIVE_OWNER_OR_USER', 'operation performed with inactive user '
                          f'[{self._shown_id(other)}]', [found.name])

    def _taken(self, thing, found, value, record):
        for other in self._store.find(thing, found, value):
            if other is not record:
                yield Failure('DUPLICATE_VALUE', f'duplicate value found: {found.name} '
                              'duplicates value on record with id: '
                              f'{self._shown_id(other)}', [found.name])

    def _shown_id(self, record):
        return record['Id'][:15] if self._switches['message_ids'] == '15' else record['Id']

    # -- effects ---------------------------------------------------------------------

    def _stamps(self):
        call = self._call
        return {'LastModifiedDate': call.stamp, 'LastModifiedById': call.user_id,
                'SystemModstamp': call.stamp}

    def _insert(self, thing, values):
        full = dict(thing.blank)
        full.update(CreatedDate=self._call.stamp, CreatedById=self._call.user_id,
                    **self._stamps())
        if 'OwnerId' in full:
            full['OwnerId'] = self._call.user_id
        full.update({name: value for name, value in values.items() if value is not None})
        full['Id'] = self._store.ids.new(thing.prefix)
        return self._store.insert(thing, {**full, **derived(thing, full, self._store)})

    def _change(self, record, changes):
        full = {**record, **changes}
        self._store.change(record, {**changes, **derived(record.thing, full, self._store),
                                    **self._stamps()})

    def _remove(self, record):
        thing, stamps = record.thing, self._stamps()
        for _, child, name in thing.children:
            for other in list(self._store.records[child].values()):
                if other[name] == record['Id'] and not other['IsDeleted']:
                    self._orphan(thing, child, other, name, stamps)
        self._store.remove(record, stamps, self._call.now)

    def _orphan(self, thing, child, other, name, stamps):
        cascades = (self._switches['account_delete'] == 'cascades'
                    and (thing.name, child) == ('Account', 'Contact'))
        if cascades:
            self._store.remove(other, stamps, self._call.now)
        else:
            self._store.change(other, {name: None, 'SystemModstamp': self._call.stamp})
        self._note('deleted' if cascades else 'updated', other, None,
                   {} if cascades else {name: None})

    def merge(self, winner, loser):
        for _, child, name in loser.thing.children:
            for other in list(self._store.records[child].values()):
                if other[name] == loser['Id'] and not other['IsDeleted']:
                    self._store.change(other, {name: winner['Id'], **self._stamps()})
                    self._note('updated', other, None, {name: winner['Id']})
        self._store.remove(loser, {**self._stamps(), 'MasterRecordId': winner['Id']},
                           self._call.now)
        self._note('merged', loser, None, {})
        self._change(winner, {})

    def undelete(self, record):
        self._store.restore(record, {**self._stamps(), 'MasterRecordId': None}
                            if 'MasterRecordId' in record else self._stamps())
        self._note('undeleted', record, None, {})

    def _note(self, action, record, position, sent):
        """One line of the log of effects."""
        fields = record.thing.fields
        shown = {name: show(fields[name], value, self._switches)
                 for name, value in record.items()}
        self._store.effect(
            at=self._call.now, request=self._call.number, position=position, action=action,
            object=record.thing.name, id=record['Id'],
            external_ids={name: record[name] for name, found in fields.items()
                          if found.external and record[name] is not None},
            sent={name: show(fields[name], value, self._switches)
                  for name, value in sent.items()},
            fields=shown, user=self._call.user_id)
