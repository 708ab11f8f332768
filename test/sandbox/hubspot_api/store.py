"""Records, their unique keys and their associations; writes can be undone.

Every change goes through put(), which remembers how to take it back until the
outermost transaction ends; only then effects are logged and search hears of it.
"""

from contextlib import contextmanager

from .instants import iso
from .links import INVERSE
from .schema import OBJECTS

FIRST_IDS = {'companies': 9_980, 'contacts': 99_890, 'tasks': 700_000_000_001}
_ABSENT = object()


class Record:
    def __init__(self, kind, record_id, now):
        self.kind = kind
        self.id = record_id
        self.properties = {}
        self.history = {}           # property -> (value, when, by whom), the newest first
        self.created_at = self.updated_at = now
        self.archived_at = None
        self.merged_into = None
        self.created_sequence = self.updated_sequence = 0


class Store:
    def __init__(self, effects, index):
        self.records = {kind: {} for kind in OBJECTS}
        self.links = {}             # (kind, id) -> {(kind, id): frozenset of type ids}
        self.effects = effects
        self.index = index
        self._keys = {}             # (kind, property) -> {lower-case value: ids}
        self._next = dict(FIRST_IDS)
        self._undo = None
        self._pending = None

    # -- transactions ----------------------------------------------------------

    @contextmanager
    def transaction(self):
        """All or nothing; may be nested."""
        outer = self._undo, self._pending
        self._undo, self._pending = [], []
        try:
            yield
        except BaseException:
            for take_back in reversed(self._undo):
                take_back()
            self._undo, self._pending = outer
            raise
        undo, pending = self._undo, self._pending
        self._undo, self._pending = outer
        if outer[0] is None:
            self._commit(pending)
        else:
            outer[0].extend(undo)
            outer[1].extend(pending)

    def _commit(self, pending):
        for effect, record, others in pending:
            number = (self.effects.skip() if effect['operation'] == 'seed'
                      else self.effects.add(effect))
            if effect['outcome'] != 'unchanged':
                for changed in (record, *others):
                    changed.updated_sequence = number
                    changed.created_sequence = changed.created_sequence or number
                    self.index.note(effect['at'], changed, self.linked(changed))

    def put(self, mapping, key, value):
        """mapping[key] = value, to be taken back with the transaction."""
        old = mapping.get(key, _ABSENT)

        def take_back():
            if old is _ABSENT:
                mapping.pop(key, None)
            else:
                mapping[key] = old
        self._undo.append(take_back)
        if value is _ABSENT:
            mapping.pop(key, None)
        else:
            mapping[key] = value

    def effect(self, call, record, outcome, changed=(), others=(), **more):
        """Note what became of an input; logged when the transaction ends."""
        self._pending.append((
            {'at': call.now, 'request': call.number, 'key': call.key,
             'operation': call.operation, 'object': record.kind, 'input': call.input,
             'trace': call.trace, 'id': record.id, 'outcome': outcome,
             'changed': sorted(changed),
             'properties': {name: value for name, value in record.properties.items()
                            if value is not None}, **more}, record, others))

    # -- finding ---------------------------------------------------------------

    def find(self, kind, record_id, archived=False):
        """A record by id, through merges; None when it is not there."""
        record = self.records[kind].get(str(record_id))
        while record is not None and record.merged_into:
            record = self.records[kind].get(record.merged_into)
        if record is None or (record.archived_at is not None) != archived:
            return None
        return record

    def find_by_key(self, kind, prop, value, ignore_case=False):
        """A live record by a unique property; e-mails know no case."""
        value = value.strip() if prop == 'email' else value
        for record_id in self._keys.get((kind, prop), {}).get(value.lower(), ()):
            record = self.records[kind][record_id]
            if prop == 'email' or ignore_case or record.properties.get(prop) == value:
                return record
        return None

    # -- writing ---------------------------------------------------------------

    def new_record(self, kind, now, source):
        record_id = str(self._next[kind])
        self._next[kind] += 1 + int(record_id) % 3      # ids have gaps
        record = Record(kind, record_id, now)
        self.put(self.records[kind], record_id, record)
        row = OBJECTS[kind]
        self.set_values(record, {'hs_object_id': record_id, row.created: iso(now),
                                 row.modified: iso(now), 'hs_object_source': source},
                        now, source)
        return record

    def set_values(self, record, values, now, source):
        for name, value in values.items():
            old = record.properties.get(name)
            self._rekey(record, name, old, value)
            self.put(record.properties, name, value)
            self.put(record.history, name,
                     ((value, now, source), *record.history.get(name, ())))

    def touch(self, record, now, source):
        """Move the date of modification."""
        self.set_values(record, {OBJECTS[record.kind].modified: iso(now)}, now, source)
        self.put(record.__dict__, 'updated_at', now)

    def archive(self, record, now, merged_into=None):
        for name in list(record.properties):
            self._rekey(record, name, record.properties[name], None)
        for other in list(self.links.get((record.kind, record.id), {})):
            self.unlink((record.kind, record.id), other)
        self.put(record.__dict__, 'archived_at', now)
        self.put(record.__dict__, 'merged_into', merged_into)

    UNIQUE = None           # callable (kind, property) -> bool, set by the application

    def _rekey(self, record, name, old, new):
        if name == 'hs_additional_emails':
            name, olds, news = 'email', (old or '').split(';'), (new or '').split(';')
        elif self.UNIQUE(record.kind, name):
            olds, news = [old], [new]
        else:
            return
        keys = self._keys.setdefault((record.kind, name), {})
        for value in filter(None, olds):
            left = tuple(i for i in keys.get(value.lower(), ()) if i != record.id)
            self.put(keys, value.lower(), left or _ABSENT)
        for value in filter(None, news):
            self.put(keys, value.lower(), (*keys.get(value.lower(), ()), record.id))

    # -- associations ----------------------------------------------------------

    def types_between(self, a, b):
        return self.links.get(a, {}).get(b, frozenset())

    def link(self, a, b, type_id):
        """Add one type in both directions; whether it was new."""
        types = self.types_between(a, b)
        if type_id in types:
            return False
        self.put(self.links.setdefault(a, {}), b, types | {type_id})
        self.put(self.links.setdefault(b, {}), a,
                 self.types_between(b, a) | {INVERSE[type_id]})
        return True

    def unlink(self, a, b, type_ids=None):
        """Remove these types, or all; whether there was anything to remove."""
        types = self.types_between(a, b)
        gone = types if type_ids is None else types & frozenset(type_ids)
        if not gone:
            return False
        back = self.types_between(b, a) - {INVERSE[type_id] for type_id in gone}
        self.put(self.links[a], b, types - gone or _ABSENT)
        self.put(self.links[b], a, back or _ABSENT)
        return True

    def linked(self, record):
        """{kind: ids} of what is associated with a record."""
        found = {}
        for kind, other in self.links.get((record.kind, record.id), {}):
            found.setdefault(kind, set()).add(other)
        return found
