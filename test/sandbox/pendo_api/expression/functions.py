"""The functions of the expression language, as a table.

Most are plain: Python function of evaluated arguments, with the environment
first where they ask for it. A few (if, map) get their arguments unevaluated.
"""

from collections import namedtuple

from ..errors import ExpressionError
from . import dates
from .values import double, equal, identity, is_number, sort_key, tidy

Function = namedtuple('Function', 'least most build')
FUNCTIONS = {}
MANY = 1_000_000


def _plain(name, least, most=None, env=False, null=True):
    """Register a function of values. null: a null first argument gives null."""
    def register(function):
        def build(compiler, args):
            made = [compiler.tree(arg) for arg in args]
            lead = (compiler.env,) if env else ()

            def call(row):
                values = [arg(row) for arg in made]
                if null and values and values[0] is None:
                    return None
                return function(*lead, *values)
            return call
        FUNCTIONS[name] = Function(least, most or least, build)
        return function
    return register


def _special(name, least, most=None):
    def register(build):
        FUNCTIONS[name] = Function(least, most or least, build)
        return build
    return register


# --- conditions and types ---------------------------------------------------

@_special('if', 2, 3)
def _if(compiler, args):
    condition, then = compiler.tree(args[0]), compiler.tree(args[1])
    other = compiler.tree(args[2]) if len(args) == 3 else lambda row: None
    return lambda row: then(row) if condition(row) is True else other(row)


@_plain('isNil', 1, null=False)
@_plain('isNull', 1, null=False)
def _is_null(value):
    return value is None


@_plain('isEmpty', 1, null=False)
def _is_empty(value):
    return value is None or value == '' or value == []


def _type_test(name, test):
    @_plain(name, 1, env=True, null=False)
    def type_test(env, value):
        if value is None:
            return None if env.switches['type_test_null'] == 'null' else False
        return test(value)


_type_test('isBoolean', lambda value: type(value) is bool)
_type_test('isNumber', is_number)
_type_test('isString', lambda value: type(value) is str)
_type_test('isList', lambda value: type(value) is list)


# --- strings -----------------------------------------------------------------

@_plain('contains', 2)
def _contains(where, what):
    if type(where) is list:
        return any(equal(item, what) for item in where)
    if type(where) is str and type(what) is str:
        return what in where
    return None


@_plain('startsWith', 2)
def _starts_with(text, prefix):
    if type(text) is str and type(prefix) is str:
        return text.startswith(prefix)
    return None


@_plain('split', 2)
def _split(text, separator):
    if type(text) is not str or type(separator) is not str:
        return None
    return text.split(separator) if separator else list(text)


@_plain('toLowerCase', 1)
def _to_lower_case(text):
    return text.lower() if type(text) is str else None


@_plain('toString', 1)
def _to_string(value):
    if type(value) is str:
        return value
    if type(value) is bool:
        return 'true' if value else 'false'
    if is_number(value):
        return str(tidy(double(value)))
    return None


# --- lists ---------------------------------------------------------------------

@_plain('len', 1, env=True)
def _len(env, value):
    if type(value) is str and env.switches['len_unit'] == 'bytes':
        return len(value.encode('utf-8', 'replace'))
    return len(value) if type(value) in (str, list) else None


@_plain('list', 0, MANY, null=False)
def _list(*items):
    return list(items)


@_plain('listInRange', 3)
def _list_in_range(values, least, most):
    low, high = double(least), double(most)
    if type(values) is not list or low is None or high is None:
        return None
    return [v for v in values if is_number(v) and low <= double(v) <= high]


@_plain('reverse', 1)
def _reverse(values):
    return values[::-1] if type(values) is list else None


@_plain('sortUnique', 1, env=True)
def _sort_unique(env, values):
    if type(values) is not list:
        return None
    unique = {identity(value): value for value in reversed(values)}
    return sorted(unique.values(), key=sort_key(env.switches['collation']))


@_plain('sum', 1)
def _sum(values):
    if type(values) is not list:
        return None
    return tidy(sum((double(v) or 0.0 for v in values if is_number(v)), 0.0))


@_special('map', 3)
def _map(compiler, args):
    if args[0][0] != 'field':
        raise ExpressionError('map wants the name of a variable first')
    name, values = args[0][1], compiler.tree(args[1])
    body = compiler.tree(args[2])

    def call(row):
        items = values(row)
        if type(items) is not list:
            return None
        return [body({**row, name: item}) for item in items]
    return call


# --- time -----------------------------------------------------------------------

@_plain('now', 0, env=True)
def _now(env):
    return env.now


_plain('date', 1, 7, env=True)(dates.date)
_plain('dateAdd', 3, env=True)(dates.date_add)
_plain('startOfPeriod', 2, env=True)(dates.start_of_period)
_plain('dateDist', 3, env=True)(dates.date_dist)
_plain('formatTime', 2, env=True)(dates.format_time)


# --- Pendo's own ------------------------------------------------------------------

@_plain('identified', 1)
def _identified(visitor):
    return type(visitor) is str and is_identified(visitor)


def is_identified(visitor):
    return visitor != '' and not visitor.startswith('_PENDO_T_')


@_plain('eventSubType', 1)
def _event_sub_type(kind):
    return kind.rsplit(':', 1)[-1] if type(kind) is str else None


@_plain('hash', 1, env=True)
def _hash(env, value):
    return env.hash(value) if type(value) is str else None


@_plain('expandAppIds', 1, env=True)
def _expand_app_ids(env, wanted):
    return env.expand_app_ids(wanted)
