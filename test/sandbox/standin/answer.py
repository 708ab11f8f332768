"""An answer before it meets the wire: status, headers, body in pieces.

A piece is (bytes, rows): how many rows end inside these bytes, so that faults
can act between rows. A streamed body is a callable that takes the number of
rows a piece and returns the pieces; faults ask for one row a piece.
"""

import json
from itertools import islice

ROWS_PER_PIECE = 500

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True,
                           separators=(',', ':')).encode


def encode_json(value):
    """JSON as Go writes it: keys sorted, no blanks, <, > and & escaped."""
    text = _encode(value)
    if '<' in text or '>' in text or '&' in text:
        text = (text.replace('<', '\\u003c').replace('>', '\\u003e')
                .replace('&', '\\u0026'))
    return text.encode('utf-8', 'replace')


def list_stream(prefix, rows, suffix):
    """A body: prefix, the rows joined by commas, suffix."""
    def pieces(rows_per_piece):
        yield prefix, 0
        separator = b''
        source = iter(rows)
        while batch := list(islice(source, rows_per_piece)):
            yield separator + encode_json(batch)[1:-1], len(batch)
            separator = b','
        yield suffix, 0
    return pieces


class Answer:
    def __init__(self, status=200, body=b'', content_type=None, headers=None,
                 reason=None, stream=None):
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers = dict(headers or {})
        self.reason = reason
        self.stream = stream

    def pieces(self, rows_per_piece=ROWS_PER_PIECE):
        if self.stream is not None:
            return self.stream(rows_per_piece)
        return iter([(self.body, 0)])


def text(status, message):
    return Answer(status, message.encode(), 'text/plain; charset=utf-8')


def empty(status):
    return Answer(status)


def json_value(value, status=200):
    return Answer(status, encode_json(value), 'application/json')


def json_list(rows):
    """A bare JSON array, streamed."""
    return Answer(200, content_type='application/json',
                  stream=list_stream(b'[', rows, b']'))
