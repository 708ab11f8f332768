"""The request log that tests read: what came in, what went out."""

import threading
import time

from .windows import most_in_window

SECRET_HEADERS = ('x-pendo-integration-key', 'authorization', 'cookie',
                  'proxy-authorization')
MAX_ENTRIES = 200_000       # a forgotten stand-in must not eat the machine


class Entry(dict):
    """One request; filled in while it is served."""

    def __init__(self, number, started, in_flight, request, body):
        headers = {name: ('(redacted)' if name in SECRET_HEADERS else value)
                   for name, value in request.headers.items()}
        super().__init__(
            n=number, at=int(started * 1000), method=request.method,
            path=request.path, query=request.query, headers=headers,
            body=body, status=None, rows=0, bytes=0,
            complete=False, fault=None, source=None, pipeline=None, key=None,
            duration_ms=None, in_flight=in_flight)
        self.started = started


class Log:
    """`show_body` says what is kept of a request's body: no secrets, for one."""

    def __init__(self, show_body=lambda request: request.json_or_text()):
        self._lock = threading.Lock()
        self._show_body = show_body
        self._entries = []
        self._running = set()
        self._number = 0
        self._in_flight = 0

    def begin(self, request):
        body = self._show_body(request)
        with self._lock:
            self._number += 1
            self._in_flight += 1
            entry = Entry(self._number, time.monotonic(), self._in_flight, request,
                          body)
            self._running.add((self._number, entry.started))
            if len(self._entries) < MAX_ENTRIES:
                self._entries.append(entry)
            return entry

    def end(self, entry):
        with self._lock:
            self._in_flight -= 1
            self._running.discard((entry['n'], entry.started))
            entry['duration_ms'] = int((time.monotonic() - entry.started) * 1000)

    def running(self, seconds, but):
        """How many requests other than `but` have been running for so long."""
        limit = time.monotonic() - seconds
        with self._lock:
            return sum(started <= limit for number, started in self._running
                       if number != but['n'])

    def most_within(self, seconds, path=''):
        """The most requests below `path` that began within any stretch of so long."""
        with self._lock:
            starts = [entry.started for entry in self._entries
                      if entry['path'].startswith(path)]
        return most_in_window(starts, seconds)[0]

    def most_in_flight(self):
        with self._lock:
            return max((entry['in_flight'] for entry in self._entries), default=0)

    def entries(self):
        with self._lock:
            return [dict(entry) for entry in self._entries]

    def clear(self):
        with self._lock:
            self._entries = []

    def stats(self):
        with self._lock:
            return {'requests': self._number, 'in_flight': self._in_flight,
                    'logged': len(self._entries)}
