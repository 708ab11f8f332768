"""Requests in a sliding window: counting them, and finding the fullest one."""

from bisect import bisect_right, insort


class SlidingWindow:
    """Instants of the last `length_ms`, by a clock that a test may move."""

    def __init__(self, length_ms):
        self.length_ms = length_ms
        self._times = []

    def used(self, now):
        # A clock that was set back leaves later instants behind: they count.
        del self._times[:bisect_right(self._times, now - self.length_ms)]
        return len(self._times)

    def add(self, now):
        insort(self._times, now)

    def wait_ms(self, now, limit):
        """How long until one more fits under the limit."""
        used = self.used(now)
        if used < limit or not used:
            return 0
        return self._times[min(int(used - limit), used - 1)] + self.length_ms - now


def most_in_window(times, length_ms):
    """(count, start) of the fullest half-open window of this length."""
    times = sorted(times)
    best, start, first = 0, None, 0
    for index, moment in enumerate(times):
        while times[first] <= moment - length_ms:
            first += 1
        if index - first + 1 > best:
            best, start = index - first + 1, times[first]
    return best, start
