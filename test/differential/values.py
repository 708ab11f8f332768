"""Values to compare columns with, and how they are written in SQL.

An Operand has its SQL, its type, and its value as far as Python can follow it
(UNKNOWN where it cannot): that only helps to make conditions that are true.
What the condition really gives is for PostgreSQL to say.
"""

import collections
import math
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from convert import array_text

UTC = timezone.utc
UNKNOWN = object()
MAX = datetime.max.replace(tzinfo=UTC)
MIN = datetime.min.replace(tzinfo=UTC)

Operand = collections.namedtuple('Operand', 'sql type value')

ODD_TEXTS = (
    '', ' ', "it's", 'say "hi"', 'back\\slash', '\\"', '\\\\', "'; --", 'tab\there', 'line\nbreak',
    '\u0001', 'del\u007f', 'Größe', 'e\u0301', '\u00e9', '日本語', '😀', 'a\u2028b', '\ufeff',
    'null', 'true', '0', '%', '_', '`', '${x}', '\\u0041', 'x' * 400, 'ADMIN', '\u0130', 'ß',
)
ODD_INTEGERS = (
    0, 1, -1, 2, 10, 2 ** 31 - 1, 2 ** 31, -2 ** 31, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 1,
    -2 ** 53, -2 ** 53 - 1, 2 ** 63 - 1, 2 ** 63 - 2, -2 ** 63, -2 ** 63 + 1, -323232,
    1234567890123456789,
)
ODD_NUMBERS = (0.0, -0.0, 0.1, 1.5, 1e-7, 5e-324, 1.7976931348623157e308, 2.5e15, 1e16, -17.25,
               float('inf'), float('-inf'), float('nan'))


def quote(text):
    return "'" + text.replace("'", "''") + "'"


def offsets(ms):
    return [timedelta(milliseconds=ms), timedelta(milliseconds=-ms)]


NEAR = [timedelta(0), *offsets(0.001), *offsets(0.999), *offsets(1), *offsets(1000),
        *offsets(60_000), *offsets(3_600_000), *offsets(86_400_000), *offsets(3 * 86_400_000)]


class Moment:
    """What values depend on: chance, the session's time zone, the data's days."""

    def __init__(self, rnd, zone_name, marks):
        self.rnd = rnd
        self.zone_name = zone_name
        self.zone = ZoneInfo(zone_name)
        self.marks = marks      # instants at which something happens to the clock

    # --- instants ---------------------------------------------------------------

    def instant(self, value):
        """A date, local datetime or instant as PostgreSQL compares it."""
        if type(value) is date:
            value = datetime.combine(value, time())
        if value.tzinfo is None:
            value = value.replace(tzinfo=self.zone)
        return value.astimezone(UTC)

    def _local(self, instant):
        return instant.astimezone(self.zone).replace(tzinfo=None)

    def near(self, value, pool):
        """An instant near a value, a mark, or another value of the column."""
        rnd = self.rnd
        choice = rnd.random()
        if value is None or choice < 0.25:
            value = rnd.choice(pool) if pool and choice < 0.15 else rnd.choice(self.marks)
        value = self.instant(value)
        return value + rnd.choice(NEAR) if choice < 0.7 else value

    def time_operand(self, value, pool):
        """Of type date, timestamp or timestamptz, as a literal or stable expression."""
        rnd = self.rnd
        if rnd.random() < 0.03:
            return rnd.choice(EXTREMES)
        instant = self.near(value, pool)
        return rnd.choice(TIME_FORMS)(self, instant)

    def day_operand(self, value, pool):
        """As time_operand(), mostly whole days."""
        rnd = self.rnd
        if rnd.random() < 0.03:
            return rnd.choice(EXTREMES)
        day = value if value is not None and rnd.random() < 0.6 else (
            rnd.choice(pool) if pool else date(2024, 2, 29))
        day += timedelta(days=rnd.choice((0, 0, 0, 1, -1, 2, -2)))
        if rnd.random() < 0.5:
            return Operand(f"'{day}'::date", 'date', day)
        midnight = datetime.combine(day, time())
        if rnd.random() < 0.3:
            midnight += rnd.choice(NEAR)
        if rnd.random() < 0.4:
            return Operand(f"'{midnight}'::timestamp", 'timestamp', midnight)
        form = rnd.choice((_local_timestamptz, _timestamptz, _shifted, _truncated))
        return form(self, self.instant(midnight.replace(fold=rnd.randrange(2))))


def _stamp(instant):
    return instant.astimezone(UTC).strftime('%Y-%m-%d %H:%M:%S.%f+00')


def _timestamptz(moment, instant):
    return Operand(f"'{_stamp(instant)}'::timestamptz", 'timestamptz', instant)


def _local_timestamptz(moment, instant):
    local = moment._local(instant)
    return Operand(f"'{local}'::timestamptz", 'timestamptz', moment.instant(local))


def _timestamp(moment, instant):
    local = moment._local(instant)
    return Operand(f"'{local}'::timestamp", 'timestamp', local)


def _date(moment, instant):
    day = moment._local(instant).date()
    return Operand(f"'{day}'::date", 'date', day)


def _shifted(moment, instant):
    """Stable: the sum depends on the session's time zone."""
    days = moment.rnd.choice((1, 7, 30))
    before = moment._local(instant) - timedelta(days=days)
    return Operand(f"('{before}'::timestamptz + interval '{days} days')", 'timestamptz',
                   moment.instant(before + timedelta(days=days)))


def _from_now(moment, instant):
    """Stable, and whatever now is, about this instant."""
    return Operand(f"(now() - (now() - '{_stamp(instant)}'::timestamptz))", 'timestamptz',
                   UNKNOWN)


def _truncated(moment, instant):
    local = moment._local(instant)
    unit = moment.rnd.choice(('hour', 'day'))
    start = local.replace(minute=0, second=0, microsecond=0)
    if unit == 'day':
        start = start.replace(hour=0)
    return Operand(f"date_trunc('{unit}', '{_stamp(instant)}'::timestamptz)", 'timestamptz',
                   moment.instant(start))


def _stable_date(moment, instant):
    day = moment._local(instant).date()
    return Operand(f"('{_stamp(instant)}'::timestamptz)::date", 'date', day)


def _at_zone(moment, instant):
    local = moment._local(instant)
    return Operand(f"('{local}'::timestamp AT TIME ZONE '{moment.zone_name}')", 'timestamptz',
                   moment.instant(local))


TIME_FORMS = (_timestamptz, _timestamptz, _timestamptz, _local_timestamptz, _timestamp, _timestamp,
              _date, _date, _shifted, _from_now, _truncated, _stable_date, _at_zone)
HUGE_DATE = Operand("'5874897-12-31'::date", 'date', MAX)     # no timestamptz
EXTREMES = (
    Operand("'infinity'::timestamptz", 'timestamptz', MAX),
    Operand("'-infinity'::timestamptz", 'timestamptz', MIN),
    Operand("'infinity'::date", 'date', MAX), Operand("'-infinity'::date", 'date', MIN),
    Operand("'infinity'::timestamp", 'timestamp', MAX),
    HUGE_DATE, Operand("'4713-01-01 BC'::date", 'date', MIN),
    Operand("'294276-12-31 12:00:00'::timestamp", 'timestamp', MAX),
    Operand("'294276-12-30 12:00:00+00'::timestamptz", 'timestamptz', MAX),
    Operand("'4713-01-01 00:00:00 BC'::timestamp", 'timestamp', MIN),
    Operand("now()", 'timestamptz', UNKNOWN), Operand("current_date", 'date', UNKNOWN),
    Operand("'1970-01-01 00:00:00+00'::timestamptz", 'timestamptz', datetime(1970, 1, 1, tzinfo=UTC)),
)


# --- text, numbers, booleans -------------------------------------------------------

def text_operand(moment, value, pool):
    rnd = moment.rnd
    choice = rnd.random()
    if value is None or choice < 0.45:
        value = rnd.choice(pool) if pool and choice < 0.25 else rnd.choice(ODD_TEXTS)
    sql = quote(value)
    form = rnd.choice(('%s', '%s', '%s', '%s::text', '%s::varchar', "format('%%s', %s)",
                       "(%s || '')"))
    return Operand(form % sql, 'text', value)


def integer_operand(moment, value, pool):
    rnd = moment.rnd
    choice = rnd.random()
    if value is None or choice < 0.3:
        value = rnd.choice(pool) if pool and choice < 0.2 else rnd.choice(ODD_INTEGERS)
    elif choice < 0.5:
        value += rnd.choice((1, -1, 1000))
    sql = f"'{value}'"
    if rnd.random() < 0.1:
        return Operand(f'{sql}::numeric + 0.5', 'numeric', value + 0.5)
    if not -2 ** 63 <= value < 2 ** 63:
        return Operand(f'{sql}::numeric', 'numeric', value)
    forms = ['%s::bigint', '%s::bigint', "format('%%s', %s)::bigint"]
    if abs(value) < 2 ** 31:
        forms += ['%s::integer'] * 2
    if abs(value) < 2 ** 15:
        forms.append('%s::smallint')
    form = rnd.choice(forms)
    return Operand(form % sql, form.rpartition('::')[2], value)


def number_operand(moment, value, pool):
    rnd = moment.rnd
    choice = rnd.random()
    if value is None or choice < 0.3:
        value = rnd.choice(pool) if pool and choice < 0.2 else rnd.choice(ODD_NUMBERS)
    elif choice < 0.5:
        value = rnd.choice((math.nextafter(value, math.inf), math.nextafter(value, -math.inf),
                            value / 2, -value))
    if rnd.random() < 0.1 and abs(value) < 1e30 and (value == 0 or abs(value) > 1e-30):
        return Operand(f"'{value!r}'::real", 'real', UNKNOWN)
    if rnd.random() < 0.2 and math.isfinite(value):
        return Operand(f'({value!r})', 'double precision', value)
    return Operand(f"'{value!r}'::double precision", 'double precision', value)


def boolean_operand(moment, value, pool):
    value = moment.rnd.random() < 0.5
    form = moment.rnd.choice(("%s", "'%s'::boolean", "format('%%s', '%s')::boolean"))
    return Operand(form % str(value).lower(), 'boolean', value)


OPERANDS = {
    **dict.fromkeys(('text', 'character varying'), text_operand),
    **dict.fromkeys(('bigint', 'integer', 'smallint'), integer_operand),
    'double precision': number_operand, 'boolean': boolean_operand, 'timestamp with time zone': Moment.time_operand,
    'date': Moment.day_operand,
}


# --- arrays -----------------------------------------------------------------------

def array_of(moment, operands, with_null):
    """The operands as one array; they must be of one type."""
    items = [operand.sql for operand in operands]
    if with_null:
        items.insert(moment.rnd.randrange(len(items) + 1), 'NULL')
    return f'ARRAY[{", ".join(items)}]::{operands[0].type}[]'


def text_array_literal(values):
    return quote(array_text(values)) + '::text[]'
