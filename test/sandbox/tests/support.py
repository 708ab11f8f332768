"""A stand-in started for the tests, and a client that sees raw bytes."""

import http.client
import json
import os
import socket
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

sys.setrecursionlimit(20_000)       # as pendo.py does

NOW = '2024-03-20T15:34:56Z'        # a spring change of clocks lies behind it
ALL_APPS = {'appId': 'expandAppIds("*")'}


class Program:
    """A stand-in as a process of its own; use as a context manager."""

    program = None

    def __init__(self, *options):
        self._process = subprocess.Popen(
            ['/usr/bin/python3', os.path.join(ROOT, self.program), '--exit-with-parent',
             '--frozen', '--now', NOW, *options],
            stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError('the stand-in did not start')
        self.ready = json.loads(line)
        self.port = self.ready['port']

    def stop(self):
        self._process.terminate()
        self._process.wait(10)
        self._process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def send(self, method, path, body=None, headers=None, timeout=20):
        """(status, headers, body bytes)."""
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=timeout)
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def raw(self, data, seconds=5):
        """Everything a socket gives until its end: (bytes, how it ended)."""
        with socket.create_connection(('127.0.0.1', self.port), seconds) as sock:
            sock.sendall(data)
            parts = []
            while True:
                try:
                    part = sock.recv(65536)
                except ConnectionResetError:
                    return b''.join(parts), 'rst'
                except TimeoutError:
                    return b''.join(parts), 'timeout'
                if not part:
                    return b''.join(parts), 'fin'
                parts.append(part)

    def control(self, method, path, body=None):
        status, _, answer = self.send(method, '/_sandbox/' + path, body)
        if status >= 300:
            raise AssertionError(f'{status} {answer[:300]!r}')
        return json.loads(answer) if answer else None

    def switches(self, **values):
        return self.control('PUT', 'switches', values)

    def faults(self, *rules):
        return self.control('PUT', 'faults', list(rules))


class StandIn(Program):
    """The Pendo stand-in."""

    program = 'pendo.py'

    def request(self, method, path, body=None, headers=None, key='key', timeout=20):
        headers = dict(headers or {})
        if key:
            headers.setdefault('x-pendo-integration-key', self.ready[key])
        return self.send(method, path, body, headers, timeout)

    def raw_aggregate(self, pipeline, headers='', seconds=5):
        body = json.dumps({'request': {'pipeline': pipeline}})
        head = (f'POST /api/v1/aggregation HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
                f'x-pendo-integration-key: {self.ready["key"]}\r\n{headers}'
                f'Content-Length: {len(body)}\r\n\r\n')
        return self.raw((head + body).encode(), seconds)

    def aggregate(self, *pipeline, query='', headers=None):
        return self.request('POST', '/api/v1/aggregation' + query,
                            {'request': {'pipeline': list(pipeline)}}, headers)

    def rows(self, *pipeline):
        status, _, body = self.aggregate(*pipeline)
        if status != 200:
            raise AssertionError(f'{status} {body[:300]!r}')
        return json.loads(body)['results']

    def truth(self, table, query=''):
        status, _, body = self.request('GET', f'/_sandbox/data/{table}{query}', key=None)
        if status != 200:
            raise AssertionError(body)
        return [json.loads(line) for line in body.split(b'\n') if line]


def source(name, params=None, **series):
    """A source item; events take the whole history by default."""
    item = {name: params}
    if series:
        item['timeSeries'] = series
    return {'source': item}


WHOLE = {'period': 'dayRange', 'first': 0, 'last': 'now()'}
