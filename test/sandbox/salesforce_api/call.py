"""One request to the REST API: what was asked, by whom, when, under which settings."""

import json
import zlib

from .errors import Refused, bad_json
from .own_faults import record_failure
from .rules import duplicate_failures

MAX_BODY = 50 << 20


def _unique_members(pairs):
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError('a member is there twice')
    return members


def _no_constant(name):
    raise ValueError(f'{name} is no JSON')


class Call:
    def __init__(self, app, request, number, version, source, user_id=None):
        self.app = app
        self.request = request
        self.number = number            # in the request log
        self.version = version
        self.source = source
        self.query = request.query
        self.headers = request.headers
        self.switches = app.switches.snapshot()
        self.permissions = app.permissions
        self.user_id = user_id or app.user_id
        self.now = app.clock.now()
        self.rows = 0
        self._own_faults = app.faults.own(request, source) if source else []

    @property
    def stamp(self):
        """The time that goes into a record."""
        if self.switches['datetime_precision'] == 'seconds':
            return self.now - self.now % 1000
        return self.now

    @property
    def base(self):
        return f'/services/data/v{self.version}.0'

    def attributes(self, thing, record_id):
        return {'type': thing.name, 'url': f'{self.base}/sobjects/{thing.name}/{record_id}'}

    def number_of(self, name):
        """The N of a "stem:N" switch."""
        return float(self.switches[name].partition(':')[2])

    # -- the body ----------------------------------------------------------------

    def _bytes(self):
        body = self.request.body
        coding = self.headers.get('content-encoding', 'identity').lower()
        if coding == 'identity':
            return body
        if coding != 'gzip':
            raise Refused('UNSUPPORTED_MEDIA_TYPE', f'Content-Encoding {coding}', 415)
        try:
            inflater = zlib.decompressobj(31)
            body = inflater.decompress(body, MAX_BODY + 1)
        except zlib.error:
            raise bad_json('the body is no gzip') from None
        if len(body) > MAX_BODY:
            raise Refused('REQUEST_ENTITY_TOO_LARGE', 'the body is too large', 413)
        if not inflater.eof:
            raise bad_json('the body is no whole gzip')
        return body

    def json(self, kind=dict):
        """The body, which must be a JSON object (or what `kind` says)."""
        media = self.headers.get('content-type', '').partition(';')[0].strip().lower()
        if media != 'application/json':
            raise Refused('UNSUPPORTED_MEDIA_TYPE', 'The request entity is in a format that '
                          f'is not supported: {media}', 415)
        try:
            value = json.loads(self._bytes().decode('utf-8'), parse_constant=_no_constant,
                               object_pairs_hook=_unique_members)
        except json.JSONDecodeError as error:
            raise bad_json(f'{error.msg} at [line:{error.lineno}, '
                           f'column:{error.colno}]') from None
        except (ValueError, RecursionError) as error:
            raise bad_json(f'{error} at [line:1, column:1]') from None
        if not isinstance(value, kind):
            raise bad_json(f'Unexpected {type(value).__name__} at [line:1, column:1]')
        return value

    # -- for the writer ------------------------------------------------------------

    def record_fault(self, thing, position, values, record):
        return record_failure(self._own_faults, self.app.faults, thing, position, values,
                              record)

    def duplicate_rule(self, thing, values):
        return duplicate_failures(self, thing, values)
