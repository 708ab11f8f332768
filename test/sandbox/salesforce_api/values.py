"""Values between JSON and the store: datetimes are milliseconds there, ids 18 characters."""

import re
from datetime import date, datetime, timedelta, timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_DATE = re.compile(r'\d{4}-\d\d-\d\d', re.ASCII)
_DATETIME = re.compile(
    r'(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)', re.ASCII)
FIRST_YEAR, LAST_YEAR = 1700, 4000
_EMAIL = re.compile(r"[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\"]+\.[^\s@<>()\[\]\\,;:\".]+")


def parse_date(text):
    """The text itself if it is a date within bounds, else None."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        return None
    try:
        year = date.fromisoformat(text).year
    except ValueError:
        return None
    return text if FIRST_YEAR <= year <= LAST_YEAR else None


def parse_datetime(text):
    """Milliseconds since 1970, None if this is no datetime with a zone."""
    match = _DATETIME.fullmatch(text) if isinstance(text, str) else None
    if match is None or parse_date(match[1]) is None:
        return None
    try:
        moment = datetime.fromisoformat(f'{match[1]}T{match[2]}:{match[3]}:{match[4]}+00:00')
    except ValueError:
        return None
    zone = match[6].replace(':', '')
    if zone != 'Z':
        minutes = int(zone[1:3]) * 60 + int(zone[3:])
        moment -= timedelta(minutes=minutes if zone[0] == '+' else -minutes)
    milliseconds = int((match[5] or '').ljust(3, '0')[:3])
    return (moment - _EPOCH) // timedelta(milliseconds=1) + milliseconds


def show_datetime(ms):
    moment = _EPOCH + timedelta(milliseconds=ms)
    return f'{moment:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}+0000'


def is_email(text):
    return bool(_EMAIL.fullmatch(text)) and not text.startswith('.') and '..' not in text


def show(found, value, switches):
    """A stored value as JSON has it."""
    if value is None:
        return None
    if found.type == 'datetime':
        return show_datetime(value)
    if found.type in ('double', 'currency', 'percent'):
        whole = switches['whole_numbers'] == 'integer' and value == int(value)
        return int(value) if whole else value
    return value
