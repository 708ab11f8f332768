"""Starts a stand-in and speaks with its control API."""

import http.client
import json
import os
import subprocess
import sys
import time

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'sandbox', 'pendo.py')
PATIENCE = 5        # seconds until a request that was answered is logged as ended


class StandIn:
    def __init__(self, *arguments):
        self._process = subprocess.Popen(
            [sys.executable, PROGRAM, '--exit-with-parent', '--frozen', *arguments],
            stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError('the stand-in did not start')
        self.facts = json.loads(line)
        self._connection = http.client.HTTPConnection('127.0.0.1', self.facts['port'])

    def stop(self):
        self._connection.close()
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()

    def _call(self, method, path, body=None, headers=None):
        self._connection.request(method, path, body and json.dumps(body), headers or {})
        response = self._connection.getresponse()
        text = response.read().decode()
        if response.status >= 300:
            raise RuntimeError(f'{method} {path}: {response.status} {text}')
        return text

    def switch(self, **switches):
        self._call('PUT', '/_sandbox/switches', switches)

    def rows(self, table, period):
        """The generator's own rows of a table."""
        text = self._call('GET', f'/_sandbox/data/{table}?period={period}')
        return [json.loads(line) for line in text.split('\n') if line]

    def schema(self, kind):
        """Metadata fields by group, as the API names them."""
        return json.loads(self._call('GET', f'/api/v1/metadata/schema/{kind}',
                                     headers={'x-pendo-integration-key': self.facts['key']}))

    def take_log(self):
        """Requests since the last call; all of them have ended."""
        until = time.monotonic() + PATIENCE
        while True:
            entries = json.loads(self._call('GET', '/_sandbox/log'))
            if all(entry['duration_ms'] is not None for entry in entries):
                break
            if time.monotonic() > until:
                raise RuntimeError('a request does not end')
            time.sleep(0.002)
        self._call('DELETE', '/_sandbox/log')
        return entries
