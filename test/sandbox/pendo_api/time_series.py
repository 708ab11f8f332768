"""timeSeries: from period, first, last and count to buckets and bounds."""

from collections import namedtuple

from .errors import Refused
from .expression import dates
from .expression.values import double

RANGES = {'hourRange': 'hour', 'dayRange': 'day', 'weekRange': 'week', 'monthRange': 'month'}
ITERATIVE = {'hourly': 'hour', 'daily': 'day', 'weekly': 'week', 'monthly': 'month'}
MAX_COUNT = 1_000_000

# Milliseconds [start, end); iterative ones run the pipeline once a period.
Series = namedtuple('Series', 'unit start end iterative')


def _instant(compiler, value, name):
    if type(value) is str:
        value = compiler.constant(value)
    elif type(value) is bool:
        value = None
    value = double(value)
    if value is None or value != value:
        raise Refused(f'timeSeries {name} is not a time')
    return int(min(max(value, dates.LEAST_MS), dates.MOST_MS))


def _unit(env, spec):
    period = spec.get('period')
    if period in RANGES:
        return RANGES[period], False
    if period in ITERATIVE:
        if env.switches['iterative_shape'] == 'refused':
            raise Refused(f'period "{period}" is not supported here')
        return ITERATIVE[period], True
    raise Refused(f'unknown period {period!r} in timeSeries')


def resolve(env, compiler, spec):
    if type(spec) is not dict:
        raise Refused('timeSeries must be an object')
    unknown = set(spec) - {'period', 'first', 'last', 'count'}
    if unknown:
        raise Refused(f'unknown timeSeries members: {", ".join(sorted(unknown))}')
    unit, iterative = _unit(env, spec)
    if 'first' not in spec or ('last' in spec) == ('count' in spec):
        raise Refused('timeSeries needs first, and last or count')
    first = _instant(compiler, spec['first'], 'first')
    if 'last' in spec:
        last = _instant(compiler, spec['last'], 'last')
        start, end = env.start_of(unit, first), _next(env, unit, env.start_of(unit, last))
    else:
        start, end = _counted(env, unit, first, spec['count'])
    return Series(unit, start, min(end, _next(env, unit, env.start_of(unit, env.now))),
                  iterative)


def _counted(env, unit, first, count):
    if type(count) not in (int, float) or count != int(count) or not count:
        raise Refused('timeSeries count must be a whole number other than 0')
    count = max(-MAX_COUNT, min(MAX_COUNT, int(count)))
    here = env.start_of(unit, first)
    try:
        if count > 0:
            return here, env.zone.add(unit, here, count)
        if env.switches['negative_count'] == 'inclusive':
            return env.zone.add(unit, here, count + 1), _next(env, unit, here)
        return env.zone.add(unit, here, count), here
    except (ValueError, OverflowError):
        raise Refused('timeSeries reaches beyond the calendar') from None


def _next(env, unit, start):
    """The start of the following period."""
    try:
        return env.start_of(unit, env.zone.add(unit, start, 1))
    except (ValueError, OverflowError):
        return start


def periods(env, series):
    """An iterative series cut into its periods."""
    start = max(series.start, env.zone.day_start(env.store.first_day))
    start = env.start_of(series.unit, start)
    while start < series.end:
        end = _next(env, series.unit, start)
        yield series._replace(start=start, end=end, iterative=False)
        start = end
