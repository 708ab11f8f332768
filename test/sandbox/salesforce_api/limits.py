"""The daily quota over any 24 hours."""

import threading
from collections import deque

DAY = 86_400_000


class Usage:
    def __init__(self):
        self._lock = threading.Lock()
        self._counts = deque()          # [second, requests]

    def _forget(self, now):
        while self._counts and self._counts[0][0] * 1000 <= now - DAY:
            self._counts.popleft()

    def used(self, now):
        with self._lock:
            self._forget(now)
            return sum(count for _, count in self._counts)

    def add(self, now, count=1):
        with self._lock:
            self._forget(now)
            second = now // 1000
            if self._counts and self._counts[-1][0] == second:
                self._counts[-1][1] += count
            else:
                self._counts.append([second, count])

    def set(self, now, used):
        with self._lock:
            self._counts.clear()
        self.add(now, used)
