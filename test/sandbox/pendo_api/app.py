"""The Pendo application: keys, limits, routing."""

import base64
import binascii
import json
import threading
import time
from collections import deque

from standin.answer import Answer, empty, json_value, text
from standin.faults import is_write, retry_after_headers

from . import rest
from .aggregation import Aggregation, describe
from .env import Env
from .errors import Refused
from .grouped import GroupedRows
from .views import Views

HEADER = 'x-pendo-integration-key'


class Keys:
    def __init__(self, full, read_only, revoked):
        self.full, self.read_only, self.revoked = full, read_only, revoked

    def name(self, key):
        """What the log calls it, None if there was none."""
        names = {self.full: 'full', self.read_only: 'read_only', self.revoked: 'revoked',
                 None: None}
        return names.get(key, 'unknown')

    def may_write(self, key):
        """True, False, or None for a key that opens nothing."""
        return {self.full: True, self.read_only: False}.get(key)


class RateLimit:
    """So many requests in any second."""

    def __init__(self):
        self._times = deque()
        self._lock = threading.Lock()

    def allows(self, per_second):
        now = time.monotonic()
        with self._lock:
            while self._times and now - self._times[0] >= 1:
                self._times.popleft()
            if len(self._times) >= per_second:
                return False
            self._times.append(now)
            return True


class PendoApp:
    def __init__(self, store, switches, clock, keys, memo=None):
        self.store = store
        self.switches = switches
        self.clock = clock
        self.keys = keys
        self.shuffle_seed = 0
        self._memo = memo
        self._views = Views(store)
        self._grouped_rows = GroupedRows(store)
        self._limit = RateLimit()
        self._aggregation = Aggregation(self.env)

    def env(self):
        env = Env(self.store, self.switches.snapshot(), self.clock.now(), self._views,
                  self.shuffle_seed)
        env.grouped_rows = self._grouped_rows
        return env

    # -- for the delivery ------------------------------------------------------

    def describe(self, request):
        if request.path.rstrip('/') != '/api/v1/aggregation' or not request.body:
            return None, None
        try:
            return describe(request.json())
        except (ValueError, RecursionError):
            return None, None

    def key_name(self, request):
        return self.keys.name(request.headers.get(HEADER))

    def answer(self, request, entry):
        may_write = self.keys.may_write(request.headers.get(HEADER))
        if may_write is None:
            return empty(403)
        limited = self._limited()
        if limited:
            return limited
        if is_write(request):
            return empty(403) if not may_write else text(
                501, 'this stand-in serves no writes')
        try:
            return self._route(request, may_write)
        except Refused as error:
            return text(error.status, str(error))

    def _limited(self):
        limit = self.switches.number('rate_limit')
        if limit is None or self._limit.allows(limit):
            return None
        answer = text(429, 'Too Many Requests')
        setting = {'absent': None, 'seconds': 1, 'date': 'date'}[self.switches['retry_after']]
        answer.headers = retry_after_headers(setting)
        return answer

    # -- routes -----------------------------------------------------------------

    def _route(self, request, may_write):
        segments = _decoded(request)
        if segments[:2] != ['api', 'v1']:
            return text(404, 'no such path')
        segments = segments[2:]
        if segments == ['aggregation']:
            return self._aggregate(request)
        if segments == ['token', 'verify']:
            return json_value({'valid': True, 'writeAccess': may_write})
        found = rest.find(segments)
        if found is None:
            return text(404, 'no such path')
        route, arguments = found
        return route(self.env(), request.query, *arguments)

    def _aggregate(self, request):
        if request.method != 'POST':
            return Answer(405, b'method not allowed', 'text/plain', {'Allow': 'POST'})
        try:
            body = json.loads(request.body, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Refused('cannot parse the request body as JSON') from None

        def make():
            return self._aggregation.answer(body, request.query)
        if self._memo is None:
            return make()
        key = (request.body, tuple(sorted(request.query.items())), self.switches.version,
               self.store.version, self.clock.now(), self.shuffle_seed)
        return self._memo.answer(key, make)


def _no_constant(name):
    raise ValueError(f'{name} is no JSON')


def _decoded(request):
    """Path segments, with b64_ ones decoded when the header says so."""
    segments = [part for part in request.segments]
    if segments and segments[-1] == '':
        segments.pop()
    if request.headers.get('x-pendo-base64-encoded-params') != 'true':
        return segments
    return [_from_base64(part) if part.startswith('b64_') else part for part in segments]


def _from_base64(part):
    text_part = part[4:]
    try:
        return base64.urlsafe_b64decode(text_part + '=' * (-len(text_part) % 4)).decode()
    except (ValueError, binascii.Error):
        raise Refused('malformed base64 in the path') from None
