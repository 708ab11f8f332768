"""Dates in the subscription's zone."""

import re
from datetime import datetime

from .values import double

PERIODS = {'hourly': 'hour', 'daily': 'day', 'weekly': 'week', 'monthly': 'month',
           'quarterly': 'quarter', 'yearly': 'year', 'hourRange': 'hour',
           'dayRange': 'day', 'weekRange': 'week', 'monthRange': 'month'}
UNITS = {'hours': 'hour', 'days': 'day', 'weeks': 'week', 'months': 'month',
         'quarters': 'quarter', 'years': 'year'}
MOST_MS = 253_402_300_799_999 - 14 * 3_600_000      # the end of year 9999, any zone
LEAST_MS = -60_000_000_000_000                     # year 68, with room for weeks
_TEXT = re.compile(r'(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:T(\d{1,2}):(\d{2})'
                   r'(?::(\d{2})(?:\.(\d{1,9}))?)?)?)?)?')


def instant(value):
    """Milliseconds inside the calendar, or None."""
    ms = double(value) if type(value) is not bool else None
    return int(ms) if ms is not None and LEAST_MS <= ms <= MOST_MS else None


def _wall(parts):
    year, month, day, hour, minute, second, nano = parts
    try:
        return datetime(year, month, day, hour, minute, second, nano // 1000)
    except (ValueError, OverflowError):
        return None


def date(env, first, *rest):
    if type(first) is str:
        match = _TEXT.fullmatch(first)
        if not match or rest:
            return None
        parts = [int(part) if part else None for part in match.groups()]
        fraction = (match.group(7) or '').ljust(9, '0')
        parts[6] = int(fraction)
    else:
        numbers = [double(part) for part in (first, *rest)]
        if any(number is None for number in numbers):
            return None
        parts = [int(number) for number in numbers]
    parts += [None] * (7 - len(parts))
    defaults = (1, 1, 1, 0, 0, 0, 0)
    parts = [d if part is None else part for part, d in zip(parts, defaults)]
    wall = _wall(parts)
    if wall is None or not 1 < wall.year < 9999:
        return None
    return env.zone.instant(wall)


def date_add(env, ms, count, unit):
    ms, count = instant(ms), double(count)
    if ms is None or count is None or unit not in UNITS:
        return None
    try:
        moved = env.zone.add(UNITS[unit], ms, int(count))
    except (ValueError, OverflowError):
        return None
    return instant(moved)


def start_of_period(env, period, ms):
    ms = instant(ms)
    if ms is None or type(period) is not str or period not in PERIODS:
        return None
    return env.start_of(PERIODS[period], ms)


def date_dist(env, first, second, period):
    """How many period starts lie between two instants; negative backwards."""
    first, second = instant(first), instant(second)
    if first is None or second is None or period not in PERIODS:
        return None
    unit = PERIODS[period]
    if unit in ('day', 'week'):
        days = (env.zone.ordinal(env.start_of(unit, second))
                - env.zone.ordinal(env.start_of(unit, first)))
        return days // (7 if unit == 'week' else 1)
    if unit == 'hour':
        return (env.start_of(unit, second) - env.start_of(unit, first)) // 3_600_000
    a, b = env.zone.local(first), env.zone.local(second)
    months = (b.year - a.year) * 12 + b.month - a.month
    if unit == 'month':
        return months
    if unit == 'year':
        return b.year - a.year
    return (b.year * 4 + (b.month - 1) // 3) - (a.year * 4 + (a.month - 1) // 3)


# Go's reference time, longest pattern first.
_LAYOUT = (('January', '%B'), ('Jan', '%b'), ('Monday', '%A'), ('Mon', '%a'),
           ('2006', '%Y'), ('-07:00', 'zone:'), ('-0700', '%z'), ('Z07:00', 'zone:z'),
           ('MST', '%Z'), ('15', '%H'), ('01', '%m'), ('02', '%d'), ('03', '%I'),
           ('04', '%M'), ('05', '%S'), ('06', '%y'), ('PM', '%p'), ('.000', 'milli'),
           ('1', 'month'), ('2', 'day'), ('3', 'hour12'))
_LAYOUT_PATTERN = re.compile('|'.join(re.escape(mark) for mark, _ in _LAYOUT))


def _layout_part(mark, local):
    code = dict(_LAYOUT)[mark]
    if code.startswith('%'):
        return local.strftime(code).zfill(4) if code == '%Y' else local.strftime(code)
    if code.startswith('zone:'):
        zone = local.strftime('%z')
        return 'Z' if code == 'zone:z' and zone == '+0000' else zone[:3] + ':' + zone[3:]
    return {'milli': f'.{local.microsecond // 1000:03d}', 'month': str(local.month),
            'day': str(local.day), 'hour12': str((local.hour + 11) % 12 + 1)}[code]


def format_time(env, layout, ms):
    ms = instant(ms)
    if ms is None or type(layout) is not str:
        return None
    local = env.zone.local(ms)
    return _LAYOUT_PATTERN.sub(lambda match: _layout_part(match.group(), local), layout)
