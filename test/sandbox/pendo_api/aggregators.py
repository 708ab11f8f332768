"""Aggregators of group and reduce.

A factory takes (compiler, argument) and returns a maker of accumulators; an
accumulator has add(row) and result().
"""

import math

from .errors import Refused
from .expression.values import double, identity, sort_key, tidy


def _expression(compiler, arg):
    if type(arg) is not str:
        raise Refused('an aggregator wants an expression')
    return compiler.text(arg)


class _Rows:
    """count with null."""

    def __init__(self):
        self.count = 0

    def add(self, row):
        self.count += 1

    def result(self):
        return self.count


class _Distinct:
    def __init__(self, readers, count_null):
        self._readers = readers
        self._count_null = count_null
        self._seen = set()

    def add(self, row):
        values = tuple(identity(read(row)) for read in self._readers)
        if self._count_null or None not in values:
            self._seen.add(values)

    def result(self):
        return len(self._seen)


def _count(compiler, arg):
    if arg is None:
        return _Rows
    args = arg if type(arg) is list else [arg]
    if not args:
        raise Refused('count wants null, a field or a list of fields')
    readers = [_expression(compiler, one) for one in args]
    count_null = compiler.env.switches['count_null'] == 'included'
    return lambda: _Distinct(readers, count_null)


class _If:
    def __init__(self, inner, condition):
        self._inner = inner
        self._condition = condition

    def add(self, row):
        if self._condition(row) is True:
            self._inner.add(row)

    def result(self):
        return self._inner.result()


def _count_if(compiler, arg):
    if type(arg) is not dict or set(arg) != {'count', 'if'}:
        raise Refused('countIf wants {"count": .., "if": ..}')
    count, condition = _count(compiler, arg['count']), _expression(compiler, arg['if'])
    return lambda: _If(count(), condition)


class _Values:
    """Collects non-null values; subclasses say what becomes of them."""

    def __init__(self, read):
        self._read = read
        self.values = []

    def add(self, row):
        value = self._read(row)
        if value is not None:
            self.values.append(value)


class _Numbers(_Values):
    def add(self, row):
        value = double(self._read(row))
        if value is not None:
            self.values.append(value)


class _Sum:
    def __init__(self, read, empty):
        self._read = read
        self._total = None
        self._empty = empty

    def add(self, row):
        value = double(self._read(row))
        if value is not None:
            self._total = value + (self._total or 0.0)

    def result(self):
        return self._empty if self._total is None else tidy(self._total)


def _sum(compiler, arg):
    read = _expression(compiler, arg)
    empty = 0 if compiler.env.switches['sum_empty'] == 'zero' else None
    return lambda: _Sum(read, empty)


def _over_numbers(compute):
    """An aggregator that is a function of all numbers of the group."""
    class Over(_Numbers):
        def result(self):
            return tidy(compute(self.values)) if self.values else None

    def factory(compiler, arg):
        read = _expression(compiler, arg)
        return lambda: Over(read)
    return factory


def _average(values):
    return sum(values) / len(values)


def _median(values):
    ordered, middle = sorted(values), len(values) // 2
    if len(values) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def _variance(values):
    mean = _average(values)
    return sum((value - mean) ** 2 for value in values) / len(values)


class _Extreme:
    def __init__(self, read, key, choose):
        self._read, self._key, self._choose = read, key, choose
        self._best = None

    def add(self, row):
        value = self._read(row)
        if value is not None:
            self._best = (value if self._best is None
                          else self._choose(self._best, value, key=self._key))

    def result(self):
        if type(self._best) in (int, float):
            return tidy(double(self._best))
        return self._best


def _extreme(choose):
    def factory(compiler, arg):
        read = _expression(compiler, arg)
        key = sort_key(compiler.env.switches['collation'])
        return lambda: _Extreme(read, key, choose)
    return factory


class _First(_Values):
    def add(self, row):
        if not self.values:
            super().add(row)

    def result(self):
        return self.values[0] if self.values else None


class _List(_Values):
    def add(self, row):
        self.values.append(self._read(row))

    def result(self):
        return self.values


class _ListAverage(_Values):
    """Averages lists of numbers place by place."""

    def result(self):
        lists = [value for value in self.values if type(value) is list]
        columns = [[double(values[i]) for values in lists if i < len(values)]
                   for i in range(max(map(len, lists), default=0))]
        columns = [[v for v in column if v is not None] for column in columns]
        return [tidy(_average(column)) if column else None for column in columns]


class _Concat(_Values):
    """Joins lists end to end."""

    def result(self):
        return [item for value in self.values if type(value) is list for item in value]


def _collecting(kind):
    def factory(compiler, arg):
        read = _expression(compiler, arg)
        return lambda: kind(read)
    return factory


class _Percentiles(_Numbers):
    def __init__(self, read, levels):
        super().__init__(read)
        self._levels = levels

    def result(self):
        ordered = sorted(self.values)
        return {name: tidy(_nearest_rank(ordered, level)) if ordered else None
                for name, level in self._levels.items()}


def _nearest_rank(ordered, level):
    return ordered[max(0, math.ceil(level / 100 * len(ordered)) - 1)]


def _percentiles(compiler, arg):
    if type(arg) is not dict or 'field' not in arg:
        raise Refused('percentiles wants {"field": .., name: level}')
    read = _expression(compiler, arg['field'])
    levels = {name: level for name, level in arg.items() if name != 'field'}
    for level in levels.values():
        if type(level) not in (int, float) or not 0 <= level <= 100:
            raise Refused('a percentile level lies between 0 and 100')
    return lambda: _Percentiles(read, levels)


AGGREGATORS = {
    'count': _count, 'countIf': _count_if, 'sum': _sum,
    'avg': _over_numbers(_average), 'mean': _over_numbers(_average),
    'median': _over_numbers(_median), 'var': _over_numbers(_variance),
    'stddev': _over_numbers(lambda values: math.sqrt(_variance(values))),
    'min': _extreme(min), 'max': _extreme(max), 'first': _collecting(_First),
    'list': _collecting(_List), 'listAverage': _collecting(_ListAverage),
    'concat': _collecting(_Concat), 'percentiles': _percentiles,
}


def fields(compiler, spec):
    """[(output path, maker)] from an object or a list of one-key objects."""
    if type(spec) is list:
        if any(type(item) is not dict or len(item) != 1 for item in spec):
            raise Refused('a list of fields holds objects with one key each')
        pairs = [pair for item in spec for pair in item.items()]
    elif type(spec) is dict:
        pairs = list(spec.items())
    else:
        raise Refused('fields must be an object or a list')
    return [(name.split('.'), _maker(compiler, name, call)) for name, call in pairs]


def _maker(compiler, name, call):
    if not name or type(call) is not dict or len(call) != 1:
        raise Refused(f'field "{name}" wants an object with one aggregator')
    (aggregator, arg), = call.items()
    if aggregator not in AGGREGATORS:
        raise Refused(f'unknown aggregator "{aggregator}"')
    return AGGREGATORS[aggregator](compiler, arg)
