"""Calendar of the subscription's time zone, in milliseconds."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

HOUR = 3_600_000
QUARTER_HOUR = 900_000      # all zones change at multiples of this


class Zone:
    def __init__(self, name):
        self.name = name
        self.info = ZoneInfo(name)
        self._hours = {}
        self._days = {}

    def local(self, ms):
        """The wall clock (aware) at an instant; None beyond the calendar."""
        try:
            return (datetime.fromtimestamp(ms // 1000, self.info)
                    .replace(microsecond=int(ms % 1000) * 1000))
        except (ValueError, OverflowError, OSError):
            return None

    def instant(self, wall):
        """Milliseconds of a naive wall time; in a gap its first instant after."""
        return round(wall.replace(tzinfo=self.info).timestamp() * 1000)

    def offset(self, ms):
        return int(self.local(ms).utcoffset().total_seconds() * 1000)

    def start(self, unit, ms):
        """Start of the hour, day, week (Sunday), month, quarter or year."""
        if unit == 'hour':
            return self._start_of_hour(ms)
        day = self.local(ms).replace(tzinfo=None, hour=0, minute=0, second=0,
                                     microsecond=0)
        return self.instant(_first_day(unit, day))

    def _start_of_hour(self, ms):
        key = ms // QUARTER_HOUR
        start = self._hours.get(key)
        if start is None:
            offset = self.offset(key * QUARTER_HOUR)
            start = (key * QUARTER_HOUR + offset) // HOUR * HOUR - offset
            while self.offset(start) != offset:     # not before the clock was changed
                start += QUARTER_HOUR
            self._hours[key] = start
        return start

    def add(self, unit, ms, count):
        """Move by whole units: hours are elapsed time, the rest wall time."""
        if unit == 'hour':
            return ms + count * HOUR
        wall = self.local(ms).replace(tzinfo=None)
        if unit in ('day', 'week'):
            return self.instant(wall + timedelta(days=count * (7 if unit == 'week' else 1)))
        return self.instant(_add_months(wall, count * MONTHS[unit]))

    def ordinal(self, ms):
        """The local date as a day number."""
        return self.local(ms).toordinal()

    def day_start(self, ordinal):
        start = self._days.get(ordinal)
        if start is None:
            start = self.instant(datetime.fromordinal(ordinal))
            self._days[ordinal] = start
        return start


MONTHS = {'month': 1, 'quarter': 3, 'year': 12}


def _first_day(unit, day):
    if unit == 'week':
        return day - timedelta(days=(day.weekday() + 1) % 7)
    if unit == 'month':
        return day.replace(day=1)
    if unit == 'quarter':
        return day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1)
    if unit == 'year':
        return day.replace(day=1, month=1)
    return day


def _add_months(wall, count):
    month = wall.year * 12 + wall.month - 1 + count
    year, month = divmod(month, 12)
    last = (datetime(year + (month == 11), (month + 1) % 12 + 1, 1)
            - timedelta(days=1)).day
    return wall.replace(year=year, month=month + 1, day=min(wall.day, last))


def utc_hour(ms):
    return ms // HOUR * HOUR


def utc(ms):
    return datetime.fromtimestamp(ms / 1000, timezone.utc)
