"""WHERE as functions of a record, with the type of each literal checked."""

import operator
import re

from ..errors import Refused
from ..ids import to18
from ..schema import NUMBERS, STRINGS
from ..store import key_form
from .lexer import malformed
from .parser import Condition

_ORDERINGS = {'<': operator.lt, '<=': operator.le, '>': operator.gt, '>=': operator.ge}
# type -> the literal it is compared with, and how an error names it
_LITERALS = {**dict.fromkeys(STRINGS, ('string', 'string')),
             **dict.fromkeys(NUMBERS, ('number', 'double')),
             'boolean': ('boolean', 'boolean'), 'date': ('date', 'date'),
             'datetime': ('datetime', 'dateTime'), 'reference': ('string', 'reference'),
             'id': ('string', 'id')}


def _like_pattern(text):
    parts, place = [], 0
    while place < len(text):
        char = text[place]
        if char == '\\' and place + 1 < len(text):
            place += 1
            parts.append(re.escape(text[place]))
        else:
            parts.append({'%': '.*', '_': '.'}.get(char) or re.escape(char))
        place += 1
    return re.compile(''.join(parts), re.DOTALL | re.IGNORECASE)


class Conditions:
    def __init__(self, query, thing, resolver, store):
        self._text = query.text
        self._thing = thing
        self._resolver = resolver
        self._store = store

    def function(self, tree):
        """record -> whether it meets the tree."""
        if isinstance(tree, Condition):
            return self._condition(tree)
        joint, parts = tree
        tests = [self.function(part) for part in parts]
        if joint == 'not':
            return lambda record: not tests[0](record)
        if joint == 'and':
            return lambda record: all(test(record) for test in tests)
        return lambda record: any(test(record) for test in tests)

    def _condition(self, condition):
        column = self._resolver.column(self._thing, condition.path)
        found = column.field
        if not found.filterable:
            raise malformed(self._text, condition.path.at, f"field '{found.name}' can not be "
                            'filtered in a query call', 'INVALID_FIELD')
        values = [self._literal(found, value, condition) for value in condition.values]
        test = self._test(found, condition, values)
        store = self._store
        if not column.steps:
            name = found.name
            return lambda record: test(record[name])
        return lambda record: test(column.value(store, record))

    def _test(self, found, condition, values):
        """value of the field -> whether it passes; null counts as a value of its own."""
        kind = condition.operator
        if kind == 'LIKE':
            if found.type not in STRINGS or condition.values[0].kind != 'string':
                raise self._operator_error(found, condition)
            pattern = _like_pattern(condition.values[0].value)
            return lambda value: value is not None and bool(pattern.fullmatch(value))
        if kind in ('INCLUDES', 'EXCLUDES'):
            return self._multi(found, condition, values)
        if found.type == 'multipicklist' and kind not in ('=', '!='):
            raise self._operator_error(found, condition)

        def form(value):
            return key_form(found, value) if found.type in STRINGS else value
        wanted = [form(value) for value in values]
        if kind in ('=', 'IN'):
            return lambda value: form(value) in wanted
        if kind in ('!=', 'NOT IN'):
            return lambda value: form(value) not in wanted
        if found.type == 'boolean' or wanted[0] is None:
            raise self._operator_error(found, condition)
        order, right = _ORDERINGS[kind], wanted[0]
        return lambda value: value is not None and order(form(value), right)

    def _multi(self, found, condition, values):
        if found.type != 'multipicklist' or None in values:
            raise self._operator_error(found, condition)
        wanted = [set(value.casefold().split(';')) for value in values]

        def includes(value):
            there = set((value or '').casefold().split(';'))
            return any(some <= there for some in wanted)
        if condition.operator == 'INCLUDES':
            return includes
        return lambda value: not includes(value)

    def _operator_error(self, found, condition):
        return malformed(self._text, condition.path.at,
                         f"invalid operator on {found.type} field", 'INVALID_FIELD')

    def _literal(self, found, value, condition):
        if value.kind == 'null':
            return None
        wanted, name = _LITERALS[found.type]
        if value.kind != wanted:
            quotes = (' and should not be enclosed in quotes' if value.kind == 'string' else
                      ' and should be enclosed in quotes' if wanted == 'string' else '')
            raise malformed(self._text, value.at, 'value of filter criterion for field '
                            f"'{found.name}' must be of type {name}{quotes}", 'INVALID_FIELD')
        if found.type in ('id', 'reference') and condition.operator != 'LIKE':
            return self._id(found, value)
        return value.value

    @staticmethod
    def _id(found, value):
        shown = to18(value.value)
        if shown is None and value.value != '':
            raise Refused('INVALID_QUERY_FILTER_OPERATOR', f'invalid ID field: {value.value}')
        return shown


def lookup(tree, thing, store, resolver, live_only):
    """Ids that alone can meet the conditions, None where no index helps.

    The index of external ids knows live records only.
    """
    parts = tree[1] if isinstance(tree, tuple) and tree[0] == 'and' else [tree]
    for part in parts:
        if not isinstance(part, Condition) or part.operator not in ('=', 'IN'):
            continue
        column = resolver.column(thing, part.path)
        values = [value.value for value in part.values]
        if column.steps or None in values:
            continue
        if column.field.type == 'id':
            return [to18(value) for value in values]
        if live_only and store.indexed(thing, column.field):
            return [record['Id'] for value in values
                    for record in store.find(thing, column.field, value)]
    return None
