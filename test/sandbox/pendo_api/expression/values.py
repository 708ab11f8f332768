"""Values: doubles, comparison, ordering, identity."""

import operator
import re
import unicodedata
from decimal import Decimal

EXACT = 2 ** 53
_NUMERIC = re.compile(r'\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*')

ORDERINGS = {'<': operator.lt, '<=': operator.le, '>': operator.gt, '>=': operator.ge}


def double(value):
    """The double of a value in arithmetic; None where there is none."""
    kind = type(value)
    if kind is float:
        return value
    if kind is int:
        try:
            return float(value)
        except OverflowError:
            return None
    if kind is bool:
        return float(value)
    if kind is str and _NUMERIC.fullmatch(value):
        return float(value)
    return None


def tidy(number):
    """A double as the wire shows it: 3 and not 3.0; NaN and Inf become null."""
    if number is None or number != number or number in (float('inf'), float('-inf')):
        return None
    if number.is_integer():
        if abs(number) < EXACT:
            return int(number)
        if abs(number) < 1e21:
            return int(Decimal(repr(number)))
    return number


def is_number(value):
    return type(value) is int or type(value) is float


def _locale_like(text):
    """Letters first, accents, case and punctuation only break ties."""
    plain = ''.join(c for c in unicodedata.normalize('NFKD', text.casefold()) if c.isalnum())
    return plain, text.casefold(), text


COLLATIONS = {'byte': lambda text: text, 'casefold': str.casefold,
              'locale-like': _locale_like}


def equal(a, b):
    """Equality without conversion between types; numbers as doubles."""
    if is_number(a) and is_number(b):
        return double(a) == double(b)
    if type(a) is not type(b):
        return False
    if type(a) is list:
        return len(a) == len(b) and all(map(equal, a, b))
    if type(a) is dict:
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    return a == b


def identity(value):
    """A hashable stand-in: equal values have equal identities."""
    kind = type(value)
    if kind is str or value is None:
        return value
    if kind is int:
        return float(value) if abs(value) > EXACT else value
    if kind is float:
        return value
    if kind is bool:
        return ('bool', value)
    if kind is list:
        return ('list',) + tuple(identity(item) for item in value)
    return ('object',) + tuple((k, identity(value[k])) for k in sorted(value))


RANKS = {bool: 1, int: 2, float: 2, str: 3, list: 4, dict: 5}


def sort_key(collation):
    """A total order over all values: by type, then inside the type."""
    collate = COLLATIONS[collation]

    def key(value):
        if value is None:
            return (0, 0)
        kind = type(value)
        if kind is int:
            value = double(value)
        elif kind is str:
            value = collate(value)
        elif kind is list:
            value = [key(item) for item in value]
        elif kind is dict:
            value = [(name, key(value[name])) for name in sorted(value)]
        return (RANKS[kind], value)
    return key


def read_path(parts):
    """A reader of a dotted path; what is not there is None."""
    if len(parts) == 1:
        name = parts[0]
        return lambda row: row.get(name)

    def read(row):
        for part in parts:
            if type(row) is not dict:
                return None
            row = row.get(part)
        return row
    return read


def write_path(row, parts, value):
    """Set a dotted path; objects on the way are copied, never shared."""
    for part in parts[:-1]:
        inner = row.get(part)
        inner = dict(inner) if type(inner) is dict else {}
        row[part] = inner
        row = inner
    row[parts[-1]] = value
