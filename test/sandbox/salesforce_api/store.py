"""All records, indexed by external id; a log of what happened to them.

Callers hold `lock`. A transaction remembers how records looked before, so that
it can be undone, and gives its effects to the log only when it has held.
"""

import threading
from contextlib import contextmanager

from .ids import Ids, to18
from .objects import OBJECTS

RECYCLE_DAYS = 15
DAY = 86_400_000


class Record(dict):
    """Every field of one record by name, None where there is nothing."""

    def __init__(self, thing, values):
        super().__init__(thing.blank)
        self.update(values)
        self.thing = thing
        self.deleted_at = None


def key_form(found, value):
    """What a value is in the index: most text ignores case."""
    if isinstance(value, str) and not (found.unique and found.case_sensitive):
        return value.casefold()
    return value


class Store:
    def __init__(self, pod):
        self.lock = threading.RLock()
        self.ids = Ids(pod)
        self.records = {name: {} for name in OBJECTS}
        self.effects = []
        self._sequence = 0
        self._index = {thing.name: {found.name: {} for found in thing.table
                                    if found.id_lookup and found.type != 'id'}
                       for thing in OBJECTS.values()}
        self._undo = None
        self._pending = None

    # -- finding ---------------------------------------------------------------

    def get(self, thing, record_id):
        return self.records[thing.name].get(to18(record_id))

    def find(self, thing, found, value):
        """Live records by the value of an indexed field, in order of age."""
        if value is None:
            return []
        known = self._index[thing.name][found.name].get(key_form(found, value), {})
        return [self.records[thing.name][record_id] for record_id in known]

    def indexed(self, thing, found):
        return found.name in self._index[thing.name]

    def gone_for_good(self, record, now):
        """Whether a deleted record has left the recycle bin."""
        return record.deleted_at is not None and now - record.deleted_at > RECYCLE_DAYS * DAY

    # -- changing --------------------------------------------------------------

    def insert(self, thing, values):
        record = Record(thing, values)
        self._remember(record, None)
        self.records[thing.name][record['Id']] = record
        self._enter(record)
        return record

    def change(self, record, values):
        self._remember(record, (dict(record), record.deleted_at))
        self._leave(record)
        record.update(values)
        self._enter(record)

    def remove(self, record, values, now):
        self._remember(record, (dict(record), record.deleted_at))
        self._leave(record)
        record.update(values, IsDeleted=True)
        record.deleted_at = now

    def restore(self, record, values):
        self._remember(record, (dict(record), record.deleted_at))
        record.deleted_at = None
        record.update(values, IsDeleted=False)
        self._enter(record)

    def _places(self, record):
        for name, index in self._index[record.thing.name].items():
            if record[name] is not None:
                yield index, key_form(record.thing.fields[name], record[name])

    def _enter(self, record):
        for index, key in self._places(record):
            index.setdefault(key, {})[record['Id']] = True

    def _leave(self, record):
        for index, key in self._places(record):
            if record['Id'] in index.get(key, ()):
                del index[key][record['Id']]
                if not index[key]:
                    del index[key]

    # -- transactions ------------------------------------------------------------

    @contextmanager
    def transaction(self):
        """Yields a function that undoes everything done inside; they may nest."""
        outer = self._undo, self._pending
        self._undo, self._pending = [], []
        try:
            yield self._roll_back
        except BaseException:
            self._roll_back()
            raise
        finally:
            undo, pending = self._undo, self._pending
            self._undo, self._pending = outer
            if self._undo is None:
                self._publish(pending)
            else:
                self._undo += undo
                self._pending += pending

    def _remember(self, record, before):
        if self._undo is not None:
            self._undo.append((record, before))

    def _roll_back(self):
        for record, before in reversed(self._undo):
            if record.deleted_at is None:
                self._leave(record)
            if before is None:
                del self.records[record.thing.name][record['Id']]
                continue
            record.update(before[0])
            record.deleted_at = before[1]
            if record.deleted_at is None:
                self._enter(record)
        self._undo, self._pending = [], []

    def effect(self, **facts):
        if self._pending is None:
            self._publish([facts])
        else:
            self._pending.append(facts)

    def _publish(self, effects):
        for facts in effects:
            self._sequence += 1
            self.effects.append({'sequence': self._sequence, **facts})
