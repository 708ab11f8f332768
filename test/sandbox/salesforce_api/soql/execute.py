"""A parsed query over the store: matching ids in order, and rows as JSON has them."""

from ..errors import Refused
from ..objects import find_object
from ..schema import STRINGS
from ..values import show
from .conditions import Conditions, lookup
from .fields import Resolver
from .lexer import malformed
from .parser import Path, parse

MAX_OFFSET = 2000
MAX_FIELDS_ALL = 200


class Plan:
    """Made for one request; `ids` runs it, `row` shows one record."""

    def __init__(self, text, call, deleted):
        self._query = query = parse(text)
        self._store = call.app.store
        self._call = call
        self._deleted = deleted
        self.thing = find_object(query.source)
        if self.thing is None:
            raise malformed(text, query.source_at,
                            f"sObject type '{query.source}' is not supported.", 'INVALID_TYPE')
        self.count = query.count
        self._resolver = Resolver(query, call.permissions)
        self._columns = self._selected()
        self._test = None
        if query.where is not None:
            self._test = Conditions(query, self.thing, self._resolver,
                                    self._store).function(query.where)
        self._order = [(self._sortable(path), descending, nulls)
                       for path, descending, nulls in query.order]
        if query.offset > MAX_OFFSET:
            raise Refused('NUMBER_OUTSIDE_VALID_RANGE',
                          f'Maximum SOQL offset allowed is {MAX_OFFSET}')

    def _selected(self):
        query, columns, seen = self._query, [], set()
        if query.group:
            if query.group != 'STANDARD' and (query.limit or 1e9) > MAX_FIELDS_ALL:
                raise Refused('MALFORMED_QUERY', 'The SOQL FIELDS function must have a LIMIT '
                              f'of at most {MAX_FIELDS_ALL}')
            return [self._resolver.column(self.thing, Path([found.name], 0))
                    for found in self._call.permissions.fields(self.thing)
                    if query.group == 'ALL' or found.custom == (query.group == 'CUSTOM')]
        for path in query.select:
            column = self._resolver.column(self.thing, path)
            name = tuple(step.name for step in column.steps) + (column.field.name,)
            if name in seen:
                raise malformed(query.text, path.at,
                                f'duplicate field selected: {".".join(path.names)}')
            seen.add(name)
            columns.append(column)
        return columns

    def _sortable(self, path):
        column = self._resolver.column(self.thing, path)
        if not column.field.filterable:
            raise malformed(self._query.text, path.at, f"field '{column.field.name}' can not "
                            'be sorted in a query call')
        return column

    # -- running -----------------------------------------------------------------

    def ids(self):
        rows = [record for record in self._candidates() if self._shown(record)
                and (self._test is None or self._test(record))]
        for column, descending, nulls in reversed(self._order):
            rows = self._sorted(rows, column, descending, nulls)
        end = None if self._query.limit is None else self._query.offset + self._query.limit
        return [record['Id'] for record in rows[self._query.offset:end]]

    def _candidates(self):
        records = self._store.records[self.thing.name]
        if self._query.where is not None:
            ids = lookup(self._query.where, self.thing, self._store, self._resolver,
                         not self._deleted)
            if ids is not None:
                return [records[one] for one in dict.fromkeys(ids) if one in records]
        return records.values()

    def _shown(self, record):
        if self._deleted:
            return not self._store.gone_for_good(record, self._call.now)
        return not record.get('IsDeleted') and not record.get('IsArchived')

    def _sorted(self, rows, column, descending, nulls):
        if nulls is None:
            nulls = not descending or self._call.switches['desc_nulls'] == 'first'
        store, with_value, without = self._store, [], []
        for record in rows:
            value = column.value(store, record)
            (without if value is None else with_value).append((value, record))
        text = column.field.type in STRINGS
        with_value.sort(key=lambda pair: pair[0].casefold() if text else pair[0],
                        reverse=descending)
        parts = without + with_value if nulls else with_value + without
        return [record for _, record in parts]

    # -- rows --------------------------------------------------------------------

    def row(self, record_id):
        record = self._store.records[self.thing.name][record_id]
        row = {'attributes': self._attributes(record)}
        for column in self._columns:
            self._put(row, record, column)
        return row

    def _attributes(self, record):
        return self._call.attributes(record.thing, record['Id'])

    def _put(self, row, record, column):
        for step in column.steps:
            target = record and record[step.name]
            parent = None if target is None else self._parent(step, target)
            if parent is None:
                row[step.relationship] = None
                return
            record = parent
            if row.get(step.relationship) is None:
                row[step.relationship] = {'attributes': self._attributes(record)}
            row = row[step.relationship]
        found = column.field
        row[found.name] = show(found, record[found.name], self._call.switches)

    def _parent(self, step, target):
        for name in step.refers:
            if target in self._store.records[name]:
                return self._store.records[name][target]
        return None
