"""Instants as the API writes and takes them."""

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
DAY = 86_400_000
_DATETIME = re.compile(r'(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?'
                       r'([Zz]|[+-]\d\d:?\d\d)\Z')
_NUMBER = re.compile(r'-?\d{1,15}\Z')
_DATE = re.compile(r'\d{4}-\d\d-\d\d\Z')


def iso(ms, millis=True):
    """2026-01-31T12:00:00.000Z; without millis only when there are some."""
    moment = EPOCH + timedelta(milliseconds=int(ms))
    text = moment.strftime('%Y-%m-%dT%H:%M:%S').rjust(19, '0')
    rest = int(ms) % 1000
    return f'{text}.{rest:03d}Z' if millis or rest else text + 'Z'


@lru_cache(1 << 17)
def parse_datetime(text):
    """Milliseconds of ISO 8601 with a zone, or of milliseconds; else None."""
    if _NUMBER.match(text):
        return _in_calendar(int(text))
    found = _DATETIME.match(text)
    if not found:
        return None
    day, clock, fraction, zone = found.groups()
    zone = '+0000' if zone in 'Zz' else zone.replace(':', '')
    if len(clock) == 5:
        clock += ':00'
    try:
        moment = datetime.fromisoformat(f'{day}T{clock}{zone}')
        ms = round((moment - EPOCH) / timedelta(milliseconds=1))
    except (ValueError, OverflowError):
        return None
    return _in_calendar(ms + int((fraction or '0').ljust(3, '0')[:3]))


def _in_calendar(ms):
    try:
        EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        return None
    return ms


def parse_date(text):
    """YYYY-MM-DD of a date or of the milliseconds of a midnight UTC; else None."""
    if _DATE.match(text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            return None
    if _NUMBER.match(text) and int(text) % DAY == 0 and _in_calendar(int(text)) is not None:
        return iso(int(text))[:10]
    return None


def date_ms(text):
    """Milliseconds of the midnight UTC that begins YYYY-MM-DD."""
    return int((date.fromisoformat(text) - date(1970, 1, 1)).days) * DAY
