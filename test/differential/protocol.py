"""A small client of PostgreSQL's protocol: simple queries, COPY in, errors.

Results come back with their types and with NULL told from '', which text
from psql would not do.
"""

import collections
import socket
import struct

Answer = collections.namedtuple('Answer', 'results error')
Result = collections.namedtuple('Result', 'types rows')


class Refused(Exception):
    """A statement of ours that must not fail did."""


class Error(collections.namedtuple('Error', 'state message detail')):
    def __str__(self):
        return f'{self.state}: {self.message}' + (f' ({self.detail})' if self.detail else '')


class Client:
    def __init__(self, folder, port, database='postgres', user='postgres'):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(f'{folder}/.s.PGSQL.{port}')
        self._input = self._socket.makefile('rb')
        parameters = (f'user\0{user}\0database\0{database}\0client_encoding\0UTF8\0'
                      'application_name\0differential\0\0').encode()
        self._socket.sendall(struct.pack('!ii', len(parameters) + 8, 196608) + parameters)
        self._until_ready()

    def close(self):
        self._send(b'X')
        self._socket.close()

    def ask(self, sql):
        """Run statements as one simple query: (results, error or None)."""
        self._send(b'Q', sql.encode() + b'\0')
        return self._until_ready()

    def run(self, sql):
        """As ask(), for what has to succeed; rows of the last result."""
        answer = self.ask(sql)
        if answer.error:
            raise Refused(f'{answer.error}\n{sql[:2000]}')
        return answer.results[-1].rows if answer.results else []

    def copy(self, table, lines):
        """COPY lines, in its text format, into a table."""
        self._send(b'Q', f'COPY {table} FROM STDIN'.encode() + b'\0')
        answer = self._until_ready(''.join(line + '\n' for line in lines).encode())
        if answer.error:
            raise Refused(f'{answer.error}: COPY {table}')

    def _send(self, kind, body=b''):
        self._socket.sendall(kind + struct.pack('!i', len(body) + 4) + body)

    def _receive(self):
        head = self._input.read(5)
        if len(head) < 5:
            raise ConnectionError('the server closed the connection')
        return head[:1], self._input.read(struct.unpack('!i', head[1:])[0] - 4)

    def _until_ready(self, copy_data=b''):
        results, error = [], None
        while True:
            kind, body = self._receive()
            if kind == b'Z':
                return Answer(results, error)
            if kind == b'T':
                results.append(Result(_types(body), []))
            elif kind == b'D':
                results[-1].rows.append(_row(body))
            elif kind == b'E':
                error = _error(body)
            elif kind == b'G':
                self._send(b'd', copy_data)
                self._send(b'c')
            elif kind == b'R' and body != b'\0\0\0\0':
                raise ConnectionError('the server wants a password')


def _types(body):
    types, at = [], 2
    for _ in range(struct.unpack('!h', body[:2])[0]):
        at = body.index(b'\0', at) + 1
        types.append(struct.unpack('!i', body[at + 6:at + 10])[0])
        at += 18
    return types


def _row(body):
    values, at = [], 2
    for _ in range(struct.unpack('!h', body[:2])[0]):
        length = struct.unpack('!i', body[at:at + 4])[0]
        at += 4
        values.append(None if length < 0 else body[at:at + length].decode())
        at += max(length, 0)
    return tuple(values)


def _error(body):
    fields = {part[:1]: part[1:].decode() for part in body.split(b'\0') if part}
    return Error(fields[b'C'], fields[b'M'], fields.get(b'D', ''))
