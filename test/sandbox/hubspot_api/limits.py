"""What may be asked in 10 seconds, in a second of searching, and in a day."""

from datetime import datetime, timedelta, timezone
from email.utils import formatdate
from math import ceil
from zoneinfo import ZoneInfo

from standin.windows import SlidingWindow

from .errors import limited

BURST_MS = 10_000
SEARCH_MS = 1_000


def _number(setting):
    _, colon, number = setting.partition(':')
    return int(float(number)) if colon else None


class Limits:
    def __init__(self, zone_name):
        self.zone_name = zone_name
        self._zone = ZoneInfo(zone_name)
        self.clear()

    def clear(self):
        self._bursts = {}               # token name -> SlidingWindow
        self._searches = SlidingWindow(SEARCH_MS)
        self._day, self._today = None, 0

    # -- the account's day -------------------------------------------------------

    def _local(self, now):
        return datetime.fromtimestamp(now / 1000, timezone.utc).astimezone(self._zone)

    def utc_offset_ms(self, now):
        return int(self._local(now).utcoffset().total_seconds() * 1000)

    def midnight_after(self, now):
        day = self._local(now).replace(tzinfo=None, hour=0, minute=0, second=0,
                                       microsecond=0) + timedelta(days=1)
        return int(day.replace(tzinfo=self._zone).timestamp() * 1000)

    def used_today(self, now):
        day = self._local(now).date()
        if day != self._day:
            self._day, self._today = day, 0
        return self._today

    def daily_limit(self, switches):
        return _number(switches['daily_limit'])

    # -- counting ------------------------------------------------------------------

    def _burst(self, token):
        return self._bursts.setdefault(token.name, SlidingWindow(BURST_MS))

    def _burst_limit(self, token, switches):
        return _number(switches['oauth_burst_limit' if token.oauth else 'burst_limit'])

    def take(self, token, search, now, switches):
        """Count a request, or raise the 429 that it gets."""
        counts_daily = not token.oauth and (
            not search or switches['search_counts_daily'] == 'yes')
        daily = self.daily_limit(switches)
        window, limit = self._window(token, search, switches)
        refusal = None
        if counts_daily and daily is not None and self.used_today(now) >= daily:
            refusal = self._refuse('DAILY', self.midnight_after(now) - now, switches)
        elif limit is not None and window.used(now) >= limit:
            refusal = self._refuse('SECONDLY' if search else 'TEN_SECONDLY_ROLLING',
                                   window.wait_ms(now, limit), switches)
        if refusal is None or switches['refused_counts'] == 'yes':
            window.add(now)
            self.used_today(now)
            self._today += counts_daily
        if refusal is not None:
            if not search:
                refusal.headers.update(self.headers(token, now, switches))
            raise refusal

    def _window(self, token, search, switches):
        if search:
            return self._searches, _number(switches['search_limit'])
        return self._burst(token), self._burst_limit(token, switches)

    def _refuse(self, policy, wait_ms, switches):
        name = policy
        if policy == 'SECONDLY':
            name = switches['search_policy'].replace('absent', '')
        return limited(policy, name, retry_after(switches['retry_after'], wait_ms))

    def headers(self, token, now, switches):
        """Of 2xx and 429, searches apart."""
        found = {}
        limit = self._burst_limit(token, switches)
        if limit is not None:
            left = max(0, limit - self._burst(token).used(now))
            found = {'Max': limit, 'Remaining': left, 'Interval-Milliseconds': BURST_MS}
            if switches['secondly_headers'] == 'present':
                found.update({'Secondly': limit // 10, 'Secondly-Remaining': left // 10})
        daily = self.daily_limit(switches)
        if daily is not None and not token.oauth:
            found.update({'Daily': daily,
                          'Daily-Remaining': max(0, daily - self.used_today(now))})
        return {f'X-HubSpot-RateLimit-{name}': str(value) for name, value in found.items()}

    def describe(self, now):
        return {'burst': {name: window.used(now) for name, window in self._bursts.items()},
                'search': self._searches.used(now), 'day': self.used_today(now),
                'day_ends': self.midnight_after(now)}


def retry_after(setting, wait_ms):
    seconds = max(1, ceil(wait_ms / 1000))
    if setting == 'absent':
        return {}
    if setting == 'date':
        when = datetime.now(timezone.utc).timestamp() + seconds
        return {'Retry-After': formatdate(when, usegmt=True)}
    return {'Retry-After': str(seconds)}
