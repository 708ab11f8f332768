"""Fault rules: what they match, when they fire, what they do.

Kinds, each a table of functions: EARLY ones answer (or do not) instead of
the application, AFTER ones once its work is done and has had its effect, BODY
ones act at a point inside the body, PIECES ones rewrite the body's bytes. An
application may bring kinds of its own, which it looks up and takes itself.
"""

import re
import threading
import time
from email.utils import formatdate

from .answer import Answer, empty, text

MAX_STALL_SECONDS = 600         # every stall ends by itself
MAX_OVERSIZE_BYTES = 8 << 30

HTML_PAGE = ('<!DOCTYPE html>\n<html><head><title>{code}</title></head>\n'
             '<body><center><h1>{code} Server Error</h1></center>'
             '<hr><center>edge proxy &amp; friends</center></body></html>\n')


class FaultError(ValueError):
    pass


FACTS = ('key', 'operation', 'write')     # what an application tells of a request


class Rule:
    def __init__(self, rule_id, spec, known):
        if not isinstance(spec, dict) or spec.get('fault') not in known:
            raise FaultError('a rule names a "fault" out of: ' + ', '.join(sorted(known)))
        unknown = set(spec) - {'id', 'match', 'fault', 'args', 'times', 'fired'}
        unknown |= set(spec.get('match') or {}) - {
            'path', 'source', 'method', 'body', *FACTS, 'skip', 'after_rows',
            'after_bytes'}
        if unknown:
            raise FaultError(f'unknown members: {", ".join(sorted(unknown))}')
        self.id = spec.get('id') or rule_id
        self.match = dict(spec.get('match') or {})
        self.fault = spec['fault']
        self.args = dict(spec.get('args') or {})
        self.times = spec.get('times', 1)
        self.met = 0
        self.taken = 0
        self.fired = 0
        self.is_over = False

    def fits(self, request, source):
        match = self.match
        if not request.path.startswith(match.get('path', '/')):
            return False
        if match.get('source') not in (None, source):
            return False
        if match.get('method') not in (None, request.method):
            return False
        if any(match[name] != request.facts.get(name) for name in FACTS if name in match):
            return False
        if match.get('body', '').encode() not in request.body:
            return False
        return self.fault != 'read_only' or is_write(request)

    def take(self):
        """Count one more occasion; whether the rule acts on it."""
        self.met += 1
        if self.met <= self.match.get('skip', 0) or 0 <= self.times <= self.taken:
            return False
        self.taken += 1
        return True

    def describe(self):
        return {'id': self.id, 'match': self.match, 'fault': self.fault,
                'args': self.args, 'times': self.times, 'fired': self.fired}


class Faults:
    """`own` names the kinds that only the application understands."""

    def __init__(self, own=()):
        self._own = frozenset(own)
        self._lock = threading.Lock()
        self._rules = []
        self._number = 0

    def replace(self, specs):
        if isinstance(specs, dict):
            specs = [specs]
        self._install([self._rule(spec) for spec in specs])

    def _install(self, rules):
        """Whoever stalls by a rule that is not there any more goes on."""
        kept = {rule.id for rule in rules}
        with self._lock:
            for rule in self._rules:
                rule.is_over = rule.id not in kept
            self._rules = rules

    def add(self, spec):
        rule = self._rule(spec)
        with self._lock:
            self._rules = self._rules + [rule]
        return rule

    def _rule(self, spec):
        with self._lock:
            self._number += 1
            return Rule(f'f{self._number}', spec, known_faults() | self._own)

    def clear(self):
        self._install([])

    def describe(self):
        with self._lock:
            return [rule.describe() for rule in self._rules]

    def pick(self, request, source):
        """The rule that acts on this request on its way, or None."""
        with self._lock:
            for rule in self._rules:
                if (rule.fault not in self._own and rule.fits(request, source)
                        and rule.take()):
                    return rule
        return None

    def own(self, request, source):
        """The application's own rules that fit this request, nothing counted yet."""
        with self._lock:
            return [rule for rule in self._rules
                    if rule.fault in self._own and rule.fits(request, source)]

    def take(self, rule):
        """Count an occasion of one of the application's own rules, and its acting."""
        with self._lock:
            acts = rule.take()
            rule.fired += acts
            return acts

    def fired(self, rule):
        with self._lock:
            rule.fired += 1


def is_write(request):
    """Aggregation is a POST but only reads."""
    return (request.method not in ('GET', 'HEAD', 'OPTIONS')
            and not request.path.startswith('/api/v1/aggregation'))


def retry_after_headers(setting):
    if setting is None:
        return {}
    if setting == 'date':
        return {'Retry-After': formatdate(time.time() + 2, usegmt=True)}
    return {'Retry-After': str(setting)}


# --- instead of the application ------------------------------------------

def _status(args):
    body = args.get('body', '')
    return Answer(int(args.get('code', 500)), body.encode(),
                  args.get('content_type', 'text/plain; charset=utf-8') if body else None,
                  args.get('headers'), args.get('reason'))


def _rate_limit(args):
    answer = text(429, 'Too Many Requests')
    answer.headers = retry_after_headers(args.get('retry_after'))
    return answer


def _html_error(args):
    code = int(args.get('code', 502))
    return Answer(code, HTML_PAGE.format(code=code).encode(), 'text/html')


def _redirect(args):
    return Answer(int(args.get('code', 302)),
                  headers={'Location': args.get('location', '/')})


EARLY = {
    'status': _status,
    'rate_limit': _rate_limit,
    'html_error': _html_error,
    'revoked_key': lambda args: empty(403),
    'read_only': lambda args: empty(403),
    'timeout_408': lambda args: text(408, 'request exceeded the time limit'),
    'redirect': _redirect,
}


def wait_for_peer(connection, rule, default):
    """Sleep in the peer's presence while the rule is there; True when the peer left."""
    seconds = min(float(rule.args.get('seconds', default)), MAX_STALL_SECONDS)
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not rule.is_over:
        if connection.peer_is_gone(min(left, 0.2)):
            return True
    return False


# --- after the effect: the application's answer is thrown away or held back ----
# each returns the answer that goes out, or None for none at all

def _cut_after(connection, rule, answer):
    if rule.args.get('how', 'fin') == 'rst':
        connection.reset()
    return None


def _stall_after(connection, rule, answer):
    wait_for_peer(connection, rule, MAX_STALL_SECONDS)
    return None


def _slow_after(connection, rule, answer):
    return None if wait_for_peer(connection, rule, 2) else answer


AFTER = {
    'cut_after': _cut_after,
    'stall_after': _stall_after,
    'slow_after': _slow_after,
    'status_after': lambda connection, rule, answer: _status(rule.args),
    'html_error_after': lambda connection, rule, answer: _html_error(rule.args),
}


# --- at a point of the body; each returns whether the body goes on --------

def _cut(writer, connection, rule):
    writer.interrupt()
    wait_for_peer(connection, rule, 0)
    if rule.args.get('how', 'rst') == 'rst':
        connection.reset()
    return False


def _stall(writer, connection, rule):
    writer.interrupt()
    wait_for_peer(connection, rule, MAX_STALL_SECONDS)
    return False


def _drip(writer, connection, rule):
    writer.slow_down(rule.args.get('bytes', 1), rule.args.get('seconds', 0.1))
    return True


def _truncate_gzip(writer, connection, rule):
    writer.finish(gzip_trailer=False)
    return False


def _corrupt_gzip(writer, connection, rule):
    writer.corrupt_from_here()
    return True


BODY = {
    'cut_body': _cut,
    'stall_body': _stall,
    'drip': _drip,
    'truncated_gzip': _truncate_gzip,
    'corrupt_gzip': _corrupt_gzip,
}
NEEDS_GZIP = ('truncated_gzip', 'corrupt_gzip')


class Point:
    """Stands among the pieces where a body fault acts."""


POINT = Point()


def with_point(pieces, match):
    """The pieces, with POINT after so many rows or bytes, else at the end."""
    after_bytes = match.get('after_bytes')
    after_rows = match.get('after_rows', 1 if after_bytes is None else None)
    rows = total = 0
    pieces = iter(pieces)
    for data, count in pieces:
        if after_bytes is not None and total + len(data) >= after_bytes:
            head = after_bytes - total
            yield data[:head], 0
            yield POINT
            yield data[head:], count
            yield from pieces
            return
        yield data, count
        rows += count
        total += len(data)
        if after_rows is not None and rows >= after_rows:
            yield POINT
            yield from pieces
            return
    yield POINT


# --- broken JSON in whole frames ------------------------------------------

_STRING = re.compile(rb'"((?:[^"\\]|\\.)*)"(\s*:)?')


def _into_strings(data, junk):
    """Put junk at the head of every string value, keys left alone."""
    changed = _STRING.sub(
        lambda m: m.group(0) if m.group(2) else b'"' + junk + m.group(1) + b'"',
        data)
    return changed if changed != data else _member(data, b'"' + junk + b'"')


def _member(data, value):
    """Add a member to the first object in the bytes."""
    head, brace, tail = data.partition(b'{')
    if not brace:
        return data + value
    comma = b'' if tail.startswith(b'}') else b','
    return head + b'{"aaOdd":' + value + comma + tail


ROW_DAMAGE = {
    'garbage': lambda row: row + b'}]\x00{{"',
    'bad_escape': lambda row: _into_strings(row, b'\\q'),
    'bad_utf8': lambda row: _into_strings(row, b'\xff\xfe'),
    'control': lambda row: _into_strings(row, b'\x01'),
    'nul': lambda row: _into_strings(row, b'\\u0000'),
    'lone_surrogate': lambda row: _into_strings(row, b'\\ud800'),
    'deep': lambda row: _member(row, b'[' * 100_000 + b']' * 100_000),
    'bad_number': lambda row: _member(row, b'01.'),
    'nan': lambda row: _member(row, b'NaN'),
    'missing_comma': lambda row: row.replace(b',"', b'"', 1) if b',"' in row
    else row + b' 1',
}


def _break_row(pieces, match, damage):
    """Damage the row after the point; without one, the end of the body."""
    pending = False
    done = False
    for piece in with_point(pieces, match):
        if piece is POINT:
            pending = True
            continue
        data, rows = piece
        if pending and not done and rows:
            data, done = damage(data), True
        yield data, rows
    if not done:
        yield damage(b'{"a":"b","c":1}'), 0


def _truncate(pieces, match):
    last, rows = b'', 0
    for piece in with_point(pieces, match):
        if piece is POINT:
            if last[-1:] in b']}':      # never leave a whole document
                last = last[:-1]
            yield last, 0
            return
        if last:
            yield last, rows
        last, rows = piece
    yield last[:-1], 0


def broken_json(pieces, rule):
    how = rule.args.get('how', 'truncate')
    if how == 'missing_results':
        return iter([(b'{"result":[]}', 0)])
    if how == 'html':
        return iter([(HTML_PAGE.format(code=200).encode(), 0)])
    if how == 'empty':
        return iter([(b'', 0)])
    if how == 'trailing':
        return _then(pieces, b'{"results":[]}')
    if how == 'truncate':
        return _truncate(pieces, rule.match)
    if how not in ROW_DAMAGE:
        raise FaultError(f'unknown way of breaking JSON: {how}')
    return _break_row(pieces, rule.match, ROW_DAMAGE[how])


def _then(pieces, tail):
    yield from pieces
    yield tail, 0


def oversize(pieces, rule):
    """Rows without end: those of the answer over and over."""
    limit = min(int(rule.args.get('bytes', MAX_OVERSIZE_BYTES)), MAX_OVERSIZE_BYTES)
    rows, total = [], 0
    pieces = iter(pieces)
    yield next(pieces, (b'{"results":[', 0))
    for data, count in pieces:
        if count:
            rows.append((data.lstrip(b','), count))
        if len(rows) >= 1000:
            break
    block = b','.join(data for data, _ in rows) or b'{}'
    count = sum(count for _, count in rows) or 1
    while len(block) < 32 * 1024:
        block, count = block + b',' + block, count * 2
    yield block, count
    while total < limit:
        yield b',' + block, count
        total += len(block)


PIECES = {'broken_json': broken_json, 'oversize': oversize}
OTHER = ('slow_first_byte', 'stall_first_byte', 'cut_before', 'wrong_content_type')


def known_faults():
    return set(EARLY) | set(AFTER) | set(BODY) | set(PIECES) | set(OTHER)
