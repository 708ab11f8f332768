"""The request log that tests read: what came in, what went out."""

import threading
import time

SECRET_HEADERS = ('x-pendo-integration-key', 'authorization', 'cookie',
                  'proxy-authorization')
MAX_ENTRIES = 200_000       # a forgotten stand-in must not eat the machine


class Entry(dict):
    """One request; filled in while it is served."""

    def __init__(self, number, started, in_flight, request):
        headers = {name: ('(redacted)' if name in SECRET_HEADERS else value)
                   for name, value in request.headers.items()}
        super().__init__(
            n=number, at=int(started * 1000), method=request.method,
            path=request.path, query=request.query, headers=headers,
            body=request.json_or_text(), status=None, rows=0, bytes=0,
            complete=False, fault=None, source=None, pipeline=None, key=None,
            duration_ms=None, in_flight=in_flight)
        self.started = started


class Log:
    def __init__(self):
        self._lock = threading.Lock()
        self._entries = []
        self._number = 0
        self._in_flight = 0

    def begin(self, request):
        with self._lock:
            self._number += 1
            self._in_flight += 1
            entry = Entry(self._number, time.monotonic(), self._in_flight, request)
            if len(self._entries) < MAX_ENTRIES:
                self._entries.append(entry)
            return entry

    def end(self, entry):
        with self._lock:
            self._in_flight -= 1
            entry['duration_ms'] = int((time.monotonic() - entry.started) * 1000)

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
