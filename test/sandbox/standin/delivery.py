"""Serves one request: log, faults, application, wire."""

import sys
import time
import traceback
from email.utils import formatdate
from http import HTTPStatus

from . import faults as f
from .answer import ROWS_PER_PIECE, text
from .writer import Writer


def _reason(answer):
    if answer.reason is not None:
        return answer.reason
    try:
        return HTTPStatus(answer.status).phrase
    except ValueError:
        return 'Unknown'


class Delivery:
    """app.describe(request) names source and pipeline, app.key_name(request)
    the key, and both may add to request.facts; app.answer() answers."""

    def __init__(self, app, control, log, faults, switches):
        self._app = app
        self._control = control
        self._log = log
        self._faults = faults
        self._switches = switches

    def serve(self, request, connection):
        """Returns whether the connection may carry another request."""
        if request.path.startswith('/_sandbox/'):
            answer = self._guarded(self._control.answer, request)
            return self._send(request, connection, answer, {}, None)
        entry = self._log.begin(request)
        try:
            return self._serve_logged(request, connection, entry)
        finally:
            self._log.end(entry)

    def _serve_logged(self, request, connection, entry):
        entry['source'], entry['pipeline'] = self._app.describe(request)
        entry['key'] = request.facts['key'] = self._app.key_name(request)
        entry.update(request.facts)
        rule = self._faults.pick(request, entry['source'])
        if rule is not None:
            entry['fault'] = rule.id
            answer, goes_on = self._early(rule, connection)
            if not goes_on:
                return False
            if answer is not None:
                return self._send(request, connection, answer, entry, None)
        answer = self._guarded(self._app.answer, request, entry)
        if rule is not None and rule.fault in f.AFTER:
            self._faults.fired(rule)
            answer = f.AFTER[rule.fault](connection, rule, answer)
        if answer is None:          # the connection is dropped without a word
            return False
        if rule is not None and rule.fault == 'wrong_content_type':
            answer.content_type = rule.args.get('content_type', 'text/html')
            self._faults.fired(rule)
        return self._send(request, connection, answer, entry, rule)

    def _guarded(self, function, *args):
        try:
            return function(*args)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return text(500, 'the stand-in failed; see its standard error')

    def _early(self, rule, connection):
        """(answer or None, whether the request goes on)."""
        if rule.fault in f.EARLY:
            self._faults.fired(rule)
            return f.EARLY[rule.fault](rule.args), True
        if rule.fault == 'cut_before':
            self._faults.fired(rule)
            if rule.args.get('how', 'fin') == 'rst':
                connection.reset()
            return None, False
        if rule.fault in ('stall_first_byte', 'slow_first_byte'):
            self._faults.fired(rule)
            stall = rule.fault == 'stall_first_byte'
            gone = f.wait_for_peer(connection, rule, f.MAX_STALL_SECONDS if stall else 2)
            return None, not (gone or stall)
        return None, True

    def _send(self, request, connection, answer, entry, rule):
        entry['status'] = answer.status
        entry['answered_at'] = int(time.monotonic() * 1000)
        writer = self._writer(request, connection, answer)
        stops = False
        try:
            if request.method != 'HEAD':
                stops = self._body(writer, connection, answer, entry, rule)
            if not stops:
                writer.finish()
                entry['complete'] = True
        finally:
            entry['bytes'] = writer.bytes
        return request.keep_alive and not stops

    def _writer(self, request, connection, answer):
        streamed = answer.stream is not None
        framing = 'length'
        if streamed and self._switches['chunked'] == 'yes':
            framing = 'chunked' if request.version == 'HTTP/1.1' else 'close'
        gzip = (self._switches['gzip'] == 'when_asked' and answer.status == 200
                and 'gzip' in request.headers.get('accept-encoding', '')
                and (streamed or len(answer.body) > 0))
        headers = {'Date': formatdate(time.time(), usegmt=True)}
        if answer.content_type:
            headers['Content-Type'] = answer.content_type
        if gzip:
            headers['Content-Encoding'] = 'gzip'
            headers['Vary'] = 'Accept-Encoding'
        headers.update(answer.headers)
        if not request.keep_alive:
            headers['Connection'] = 'close'
        return Writer(connection, f'HTTP/1.1 {answer.status} {_reason(answer)}',
                      headers, framing, gzip)

    def _body(self, writer, connection, answer, entry, rule):
        """Send the pieces; True when a fault ended the body early."""
        pieces = self._pieces(writer, answer, rule)
        for piece in pieces:
            if piece is f.POINT:
                self._faults.fired(rule)
                if not f.BODY[rule.fault](writer, connection, rule):
                    return True
                continue
            data, rows = piece
            writer.data(data)
            entry['rows'] = entry.get('rows', 0) + rows
        return False

    def _pieces(self, writer, answer, rule):
        if rule is None or rule.fault not in f.BODY and rule.fault not in f.PIECES:
            return answer.pieces(ROWS_PER_PIECE)
        if rule.fault in f.NEEDS_GZIP and not writer.is_gzip:
            return answer.pieces(ROWS_PER_PIECE)    # cannot be met: never fired
        pieces = answer.pieces(1)
        if rule.fault in f.PIECES:
            self._faults.fired(rule)
            return f.PIECES[rule.fault](pieces, rule)
        return f.with_point(pieces, rule.match)
