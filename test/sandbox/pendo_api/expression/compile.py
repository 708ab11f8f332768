"""From tree to closure: row -> value.

Null semantics: && and || take everything but true for false; == and != treat
null as an ordinary value; any other operator with a null input gives null.
"""

import math

from ..errors import ExpressionError
from .functions import FUNCTIONS
from .parser import parse
from .values import COLLATIONS, ORDERINGS, double, equal, is_number, read_path, tidy

NOT_NULL = {'null': None, 'true': True, 'false': False}
MISMATCH = {'null': None, 'false': False}


def _divide(a, b):
    return a / b if b else None


ARITHMETIC = {'+': lambda a, b: a + b, '-': lambda a, b: a - b, '*': lambda a, b: a * b,
              '/': _divide, '%': lambda a, b: math.fmod(a, b) if b else None}


class Compiler:
    """Compiles under one request's environment (clock, zone, switches)."""

    def __init__(self, env):
        self.env = env
        self.collate = COLLATIONS[env.switches['collation']]
        self._mismatch = MISMATCH[env.switches['compare_types']]
        self._not_null = NOT_NULL[env.switches['not_null']]

    def text(self, text):
        tree = parse(text, self.env.switches['field_quoting'] == 'error')
        return self.tree(tree)

    def constant(self, text):
        """The value of an expression that looks at no row."""
        return self.text(text)({})

    def tree(self, node):
        return getattr(self, '_' + node[0])(*node[1:])

    def _literal(self, value):
        return lambda row: value

    def _list(self, items):
        made = [self.tree(item) for item in items]
        return lambda row: [item(row) for item in made]

    def _field(self, name):
        return lambda row: row.get(name)

    def _member(self, base, name):
        parts = [name]
        while base[0] == 'member':
            parts.insert(0, base[2])
            base = base[1]
        if base[0] == 'field':
            return read_path([base[1]] + parts)
        inner, read = self.tree(base), read_path(parts)

        def member(row):
            value = inner(row)
            return read(value) if type(value) is dict else None
        return member

    def _index(self, base, position):
        inner, where = self.tree(base), self.tree(position)

        def index(row):
            values, at = inner(row), double(where(row))
            if type(values) is not list or at is None or not at.is_integer():
                return None
            return values[int(at)] if -len(values) <= at < len(values) else None
        return index

    def _slice(self, base, start, end):
        inner = self.tree(base)
        bounds = [self.tree(bound) if bound else None for bound in (start, end)]

        def cut(row):
            values = inner(row)
            if type(values) not in (list, str):
                return None
            found = [None, None]
            for i, bound in enumerate(bounds):
                if bound is not None:
                    at = double(bound(row))
                    if at is None:
                        return None
                    found[i] = int(at)
            return values[found[0]:found[1]]
        return cut

    def _call(self, name, args):
        function = FUNCTIONS.get(name)
        if function is None:
            raise ExpressionError(f'unknown function {name}')
        if not function.least <= len(args) <= function.most:
            raise ExpressionError(f'wrong number of arguments for {name}')
        return function.build(self, args)

    def _not(self, operand):
        inner, of_null = self.tree(operand), self._not_null

        def negation(row):
            value = inner(row)
            if value is None:
                return of_null
            return not value if type(value) is bool else None
        return negation

    def _negate(self, operand):
        inner = self.tree(operand)

        def negative(row):
            value = double(inner(row))
            return None if value is None else tidy(-value)
        return negative

    def _and(self, items):
        made = [self.tree(item) for item in items]

        def every(row):
            for item in made:
                if item(row) is not True:
                    return False
            return True
        return every

    def _or(self, items):
        made = [self.tree(item) for item in items]

        def some(row):
            for item in made:
                if item(row) is True:
                    return True
            return False
        return some

    def _binary(self, operator, left, right):
        a, b = self.tree(left), self.tree(right)
        if operator == '==':
            return lambda row: equal(a(row), b(row))
        if operator == '!=':
            return self._unequal(a, b)
        if operator in ORDERINGS:
            return self._ordering(ORDERINGS[operator], a, b)
        return self._arithmetic(ARITHMETIC[operator], a, b)

    @staticmethod
    def _unequal(a, b):
        def unequal(row):
            x, y = a(row), b(row)
            if type(x) is list and type(y) is list:
                return None         # lists know == only
            return not equal(x, y)
        return unequal

    def _ordering(self, compare, a, b):
        collate, mismatch = self.collate, self._mismatch

        def ordering(row):
            x, y = a(row), b(row)
            if x is None or y is None:
                return None
            if type(x) is str and type(y) is str:
                return compare(collate(x), collate(y))
            if is_number(x) and is_number(y):
                return compare(double(x), double(y))
            return mismatch
        return ordering

    @staticmethod
    def _arithmetic(compute, a, b):
        def arithmetic(row):
            x, y = double(a(row)), double(b(row))
            if x is None or y is None:
                return None
            try:
                result = compute(x, y)
            except OverflowError:
                return None
            return None if result is None else tidy(result)
        return arithmetic
