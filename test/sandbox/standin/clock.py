"""The stand-in's clock: starts where told, then runs on or stands still."""

import threading
import time
from datetime import datetime, timezone


def parse_instant(text):
    """Milliseconds of an ISO 8601 instant; without a zone it means UTC."""
    moment = datetime.fromisoformat(text.replace('Z', '+00:00'))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return round(moment.timestamp() * 1000)


class Clock:
    def __init__(self, start_ms=None, frozen=False):
        self._lock = threading.Lock()
        self._frozen = frozen
        self._set(int(time.time() * 1000) if start_ms is None else start_ms)

    def _set(self, now_ms):
        self._base = now_ms
        self._since = time.monotonic()

    def now(self):
        with self._lock:
            if self._frozen:
                return self._base
            return self._base + int((time.monotonic() - self._since) * 1000)

    def set(self, now_ms):
        with self._lock:
            self._set(now_ms)

    def advance(self, ms):
        self.set(self.now() + ms)
