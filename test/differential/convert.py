"""From JSON to SQL values, by the written rules of conversion.

A second implementation, in another language than the one under test: text
takes any JSON, bigint whole numbers within its range, timestamptz milliseconds
or ISO 8601, and so on. A value that does not fit is Bad.

Python values: str, int, float, bool, datetime (aware), date, list of str or
None (text[]), Json (jsonb, as its text).
"""

import json
import re
from datetime import date, datetime, timedelta, timezone
from math import floor, isinf

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
ISO = re.compile(r'(\d{4})-(\d\d)-(\d\d)'
                 r'(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?')


class Bad(Exception):
    """The value does not fit the column's type."""


class Json(str):
    """The text of a jsonb value."""


def is_number(value):
    return type(value) in (int, float)


def json_text(value):
    """JSON as the stand-in sends it: keys sorted, no blanks."""
    return json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=False)


def has_nul(value):
    if type(value) is str:
        return '\0' in value
    if type(value) is dict:
        return any(has_nul(k) or has_nul(v) for k, v in value.items())
    return type(value) is list and any(map(has_nul, value))


def to_text(value, zone):
    if has_nul(value):
        raise Bad
    return value if type(value) is str else json_text(value)


def to_integer(bits):
    def convert_integer(value, zone):
        if not is_number(value) or value != value or isinf(value) or value != floor(value):
            raise Bad
        if not -2 ** (bits - 1) <= int(value) < 2 ** (bits - 1):
            raise Bad
        return int(value)
    return convert_integer


def to_double(value, zone):
    if not is_number(value):
        raise Bad
    return float(value)


def to_boolean(value, zone):
    if type(value) is not bool:
        raise Bad
    return value


def _iso(text, zone):
    found = ISO.fullmatch(text)
    if not found:
        raise Bad
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    try:
        local = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0),
                         int(second or 0), int(((fraction or '') + '000000')[:6]))
    except ValueError:
        raise Bad from None
    if offset is None:
        return local.replace(tzinfo=zone).astimezone(timezone.utc)
    if offset == 'Z':
        return local.replace(tzinfo=timezone.utc)
    digits = offset[1:].replace(':', '').ljust(4, '0')
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return local.replace(tzinfo=timezone(-shift if offset[0] == '-' else shift))


def to_time(value, zone):
    if type(value) is str:
        return _iso(value, zone)
    if not is_number(value) or abs(value) > 1e17:
        raise Bad
    return EPOCH + timedelta(milliseconds=floor(value))


def to_day(value, zone):
    return to_time(value, zone).astimezone(zone).date()


def to_texts(value, zone):
    if type(value) is not list:
        raise Bad
    return [None if item is None else to_text(item, zone) for item in value]


def to_json(value, zone):
    if has_nul(value):
        raise Bad
    return Json(json_text(value))


CONVERSIONS = {'text': to_text, 'character varying': to_text, 'smallint': to_integer(16),
               'integer': to_integer(32), 'bigint': to_integer(64), 'double precision': to_double,
               'boolean': to_boolean, 'timestamp with time zone': to_time, 'date': to_day,
               'text[]': to_texts, 'jsonb': to_json}


def convert(value, sql_type, zone):
    return None if value is None else CONVERSIONS[sql_type](value, zone)


def array_text(items):
    """A list as PostgreSQL reads an array."""
    def one(item):
        if item is None:
            return 'NULL'
        return '"' + item.replace('\\', '\\\\').replace('"', '\\"') + '"'
    return '{' + ','.join(map(one, items)) + '}'


def as_text(value):
    """A value as its type's input function reads it."""
    if type(value) is bool:
        return 'true' if value else 'false'
    if type(value) is datetime:
        return value.astimezone(timezone.utc).strftime('%Y-%m-%d %H:%M:%S.%f+00').zfill(29)
    if type(value) is date:
        return value.isoformat()
    if type(value) is list:
        return array_text(value)
    return repr(value) if type(value) is float else str(value)


COPY_ESCAPES = str.maketrans({'\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r'})


def copy_line(values):
    return '\t'.join('\\N' if value is None else as_text(value).translate(COPY_ESCAPES)
                     for value in values)
