"""Calendar of a subscription: period boundaries in its zone, all in ms."""
import datetime as dt
from zoneinfo import ZoneInfo

UTC = dt.timezone.utc
HOUR = 3600 * 1000


def to_ms(moment):
    delta = moment.astimezone(UTC) - dt.datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86400 + delta.seconds) * 1000 + delta.microseconds // 1000


class Calendar:
    def __init__(self, zone, now, hour_alignment="zone"):
        self.zone = ZoneInfo(zone)
        self.now = now
        self.hour_alignment = hour_alignment

    def local(self, ms):
        epoch = dt.datetime(1970, 1, 1, tzinfo=UTC)
        return (epoch + dt.timedelta(milliseconds=ms)).astimezone(self.zone)

    def at(self, *parts):
        """ms of a wall-clock time in the zone: at(2024, 3, 10[, h, m, s])."""
        full = list(parts) + [1, 1, 0, 0, 0][len(parts) - 1:]
        return to_ms(dt.datetime(*full, tzinfo=self.zone))

    def start(self, period, ms):
        here = self.local(ms)
        if period == "hour":
            shift = 0
            if self.hour_alignment == "zone":
                shift = int(here.utcoffset().total_seconds() * 1000)
            start = (int(ms) + shift) // HOUR * HOUR - shift
            while (self.hour_alignment == "zone"
                   and self.local(start).utcoffset() != here.utcoffset()):
                start += HOUR // 4          # an hour holds its own start
            return start
        day = here.date()
        if period == "week":                # weeks begin on Sunday
            day -= dt.timedelta(days=(day.weekday() + 1) % 7)
        elif period == "month":
            day = day.replace(day=1)
        elif period == "quarter":
            day = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        elif period != "day":
            raise ValueError(period)
        return self.at(day.year, day.month, day.day)

    def add(self, period, ms, n):
        """Move the start of a period by n periods."""
        if period == "hour":
            return ms + n * HOUR
        day = self.local(ms).date()
        if period in ("day", "week"):
            day += dt.timedelta(days=n * (7 if period == "week" else 1))
        else:
            index = day.year * 12 + day.month - 1 + n * (3 if period == "quarter" else 1)
            day = day.replace(year=index // 12, month=index % 12 + 1)
        return self.at(day.year, day.month, day.day)

    def shift(self, ms, n, unit):
        """dateAdd: hours are absolute, longer units keep the wall clock."""
        if unit == "hours":
            return ms + n * HOUR
        here = self.local(ms)
        per = {"days": "day", "weeks": "week", "months": "month",
               "quarters": "quarter"}.get(unit)
        n = n * 4 if unit == "years" else n
        day = self.local(self.add(per or "quarter", self.at(here.year, here.month, here.day), n))
        moved = dt.datetime(day.year, day.month, day.day, here.hour, here.minute,
                            here.second, here.microsecond, tzinfo=self.zone)
        return to_ms(moved)

    def window(self, series, evaluate):
        """Half-open [from, to) that a timeSeries block covers, clipped to now."""
        def moment(value):
            return evaluate(value) if isinstance(value, str) else value
        period = series["period"].removesuffix("Range")
        first = self.start(period, moment(series["first"]))
        if "last" in series:
            end = self.add(period, self.start(period, moment(series["last"])), 1)
        elif series["count"] > 0:
            end = self.add(period, first, series["count"])
        else:
            first, end = self.add(period, first, series["count"]), first
        return period, first, min(end, self.now + 1)
