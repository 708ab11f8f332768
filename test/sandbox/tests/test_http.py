"""Transport, keys, control interface, TLS."""

import gzip
import http.client
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import time
import unittest

from support import ROOT, StandIn, source

VISITORS = [source('visitors'), {'select': {'id': 'visitorId'}}]
VERIFY = '/api/v1/token/verify'


class Http(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.standin = StandIn()
        cls.addClassCleanup(cls.standin.stop)

    def setUp(self):
        self.standin.control('DELETE', 'log')
        self.addCleanup(self.standin.control, 'DELETE', 'switches')

    def test_keys(self):
        get = self.standin.request
        self.assertEqual(json.loads(get('GET', VERIFY)[2]), {'valid': True, 'writeAccess': True})
        self.assertEqual(json.loads(get('GET', VERIFY, key='read_only_key')[2]),
                         {'valid': True, 'writeAccess': False})
        for key, headers in (('revoked_key', {}), (None, {}),
                             (None, {'x-pendo-integration-key': 'nope'})):
            status, _, body = get('GET', VERIFY, headers=headers, key=key)
            self.assertEqual((status, body), (403, b''))
        self.assertEqual([entry['key'] for entry in self.standin.control('GET', 'log')][-5:],
                         ['full', 'read_only', 'revoked', None, 'unknown'])
        self.assertEqual(get('GET', VERIFY, key=None, headers={
            'X-PENDO-Integration-KEY': self.standin.ready['key']})[0], 200)

    def test_writes(self):
        for method, path in (('PUT', '/api/v1/guide/x/state'), ('DELETE', '/api/v1/segment/x'),
                             ('POST', '/api/v1/metadata/visitor/custom/value')):
            self.assertEqual(self.standin.request(method, path, {}, key='read_only_key')[0], 403)
            self.assertEqual(self.standin.request(method, path, {})[0], 501)

    def test_unknown_paths(self):
        for path in ('/', '/api/v1/nope', '/api/v1/guide/x/analytics', '/api/v2/page',
                     '/api/v1/visitor/nobody', '/api/v1/metadata/schema/thing'):
            self.assertEqual(self.standin.request('GET', path)[0], 404, path)
        self.assertEqual(self.standin.request('GET', '/api/v1/aggregation')[0], 405)

    def test_keep_alive_and_pipelining(self):
        line = (f'GET {VERIFY} HTTP/1.1\r\nHost: x\r\n'
                f'x-pendo-integration-key: {self.standin.ready["key"]}\r\n')
        data, end = self.standin.raw((line + '\r\n' + line + 'Connection: close\r\n\r\n').encode())
        self.assertEqual((data.count(b'HTTP/1.1 200 OK'), end), (2, 'fin'))

    def test_http_1_0(self):
        body = json.dumps({'request': {'pipeline': VISITORS}})
        data, end = self.standin.raw((
            f'POST /api/v1/aggregation HTTP/1.0\r\nContent-Length: {len(body)}\r\n'
            f'x-pendo-integration-key: {self.standin.ready["key"]}\r\n\r\n{body}').encode())
        head, _, rest = data.partition(b'\r\n\r\n')
        self.assertNotIn(b'chunked', head)
        self.assertTrue(json.loads(rest)['results'])

    def test_chunked_request_and_expect(self):
        body = json.dumps({'request': {'pipeline': [*VISITORS, {'count': None}]}}).encode()
        data, _ = self.standin.raw(
            b'POST /api/v1/aggregation HTTP/1.1\r\nTransfer-Encoding: chunked\r\n'
            b'Expect: 100-continue\r\nConnection: close\r\nx-pendo-integration-key: '
            + self.standin.ready['key'].encode() + b'\r\n\r\n'
            + b'%x\r\n%s\r\n' % (10, body[:10]) + b'%x\r\n%s\r\n' % (len(body) - 10, body[10:])
            + b'0\r\n\r\n')
        self.assertTrue(data.startswith(b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK'))

    def test_malformed_requests(self):
        for data in (b'nonsense\r\n\r\n', b'GET / HTTP/1.1\r\nbad header\r\n\r\n',
                     b'POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n',
                     b'GET / HTTP/1.1\r\nA: ' + b'x' * 70_000):
            got, _ = self.standin.raw(data)
            self.assertTrue(got.startswith((b'HTTP/1.1 400', b'HTTP/1.1 431')), data[:30])
        self.assertEqual(self.standin.request('GET', VERIFY)[0], 200)

    def test_gzip_and_framing(self):
        wanted = self.standin.rows(*VISITORS)
        for chunked in ('yes', 'no'):
            for setting, asked in (('when_asked', True), ('never', True), ('when_asked', False)):
                self.standin.switches(gzip=setting, chunked=chunked)
                _, headers, body = self.standin.aggregate(
                    *VISITORS, headers={'Accept-Encoding': 'gzip'} if asked else {})
                zipped = setting == 'when_asked' and asked
                self.assertEqual(headers['Content-Encoding'], 'gzip' if zipped else None)
                self.assertEqual(headers['Transfer-Encoding'],
                                 'chunked' if chunked == 'yes' else None)
                if zipped:
                    body = gzip.decompress(body)
                self.assertEqual(json.loads(body)['results'], wanted)

    def test_keys_are_sorted_and_html_escaped(self):
        _, _, body = self.standin.aggregate(
            {'source': {'const': [{'b': '<&>ü', 'a': {'d': 1, 'c': 2.0}}]}})
        self.assertEqual(body.decode(), '{"results":[{"a":{"c":2.0,"d":1},'
                                        '"b":"\\u003c\\u0026\\u003eü"}]}')

    def test_odd_ids_in_paths(self):
        from base64 import urlsafe_b64encode
        from urllib.parse import quote
        for row in self.standin.truth('visitor'):
            name = row.get('visitorId')
            if not name or 'auto' not in row['metadata'] or name.startswith(('visitor-', '_PENDO')):
                continue
            path = '/api/v1/visitor/' + quote(name, safe='')
            status, _, body = self.standin.request('GET', path)
            self.assertEqual((status, status == 200 and json.loads(body)['id']), (200, name))
            code = urlsafe_b64encode(name.encode()).decode().rstrip('=')
            status, _, again = self.standin.request(
                'GET', f'/api/v1/visitor/b64_{code}',
                headers={'x-pendo-base64-encoded-params': 'true'})
            self.assertEqual((status, again), (200, body))

    def test_log(self):
        self.standin.aggregate(*VISITORS, query='?details=true', headers={'X-Note': 'n'})
        self.standin.request('GET', VERIFY)
        first, second = self.standin.control('GET', 'log')
        self.assertEqual((first['method'], first['path'], first['query'], first['source']),
                         ('POST', '/api/v1/aggregation', {'details': 'true'}, 'visitors'))
        self.assertEqual(first['pipeline'], VISITORS)
        self.assertEqual(first['headers']['x-note'], 'n')
        self.assertNotIn(self.standin.ready['key'], json.dumps([first, second]))
        self.assertEqual((first['status'], first['complete'], first['in_flight']), (200, True, 1))
        self.assertEqual(first['rows'], len(self.standin.rows(*VISITORS)))
        self.assertGreater(first['bytes'], 1000)
        self.assertEqual(second['path'], VERIFY)

    def test_switches_are_checked(self):
        for wish in ({'nope': 'x'}, {'null_sort': 'sideways'}, {'rate_limit': 'per_second:x'}, []):
            status, _, _ = self.standin.request('PUT', '/_sandbox/switches', wish, key=None)
            self.assertEqual(status, 400, wish)
        shown = self.standin.control('GET', 'switches')
        self.assertEqual(shown['null_sort']['values'], ['first', 'last', 'low', 'high'])

    def test_shuffle(self):
        plain = self.standin.rows(*VISITORS)
        self.standin.control('POST', 'shuffle', {'seed': 1})
        one = self.standin.rows(*VISITORS)
        self.standin.control('POST', 'shuffle', {'seed': 2})
        two = self.standin.rows(*VISITORS)
        self.standin.control('POST', 'shuffle', {'seed': None})
        self.assertTrue(one != plain != two != one)
        self.assertEqual(self.standin.rows(*VISITORS), plain)

    def test_stats(self):
        self.assertEqual(self.standin.control('GET', 'stats')['visitors'], 300)


class Time(unittest.TestCase):
    """A stand-in of its own: these move the clock."""

    def setUp(self):
        self.standin = StandIn()
        self.addCleanup(self.standin.stop)

    def count(self, **series):
        return self.standin.rows(source('events', {'appId': 'expandAppIds(`*`)'}, **series),
                                 {'reduce': {'n': {'sum': 'numEvents'}}})[0]['n']

    def test_late_events(self):
        hour = {'period': 'hourRange', 'first': 'now() - 5*3600000', 'count': 1}
        before = self.count(**hour)
        self.standin.control('POST', 'late', {'hours_ago': 5, 'events': 20})
        self.assertEqual(self.count(**hour), before + 20)

    def test_the_clock_brings_events_to_light(self):
        today = {'period': 'dayRange', 'first': 1710907200000, 'count': 1}
        before = self.count(**today)
        self.standin.control('POST', 'clock', {'advance_seconds': 4 * 3600})
        later = self.count(**today)
        self.assertGreater(later, before)
        self.standin.control('POST', 'clock', {'set': '2024-03-23T00:00:00Z'})
        self.assertGreater(self.count(**today), later)
        self.assertGreater(self.count(period='dayRange', first='now()', count=-1), 0)

    def test_budget_and_lag(self):
        pipeline = [source('visitors')]
        self.standin.switches(aggregation_budget='rows:10')
        self.assertEqual(self.standin.aggregate(*pipeline)[0], 408)
        self.standin.switches(aggregation_timeout='drop')
        self.assertEqual(self.standin.raw_aggregate(pipeline), (b'', 'fin'))
        self.standin.switches(aggregation_budget='rows:1000')
        self.assertEqual(self.standin.aggregate(*pipeline)[0], 200)
        hour = {'period': 'hourRange', 'first': 'now() - 6*3600000', 'count': 6}
        before = self.count(**hour)
        self.standin.switches(ingest_lag='minutes:240')
        self.assertLess(self.count(**hour), before)

    def test_rate(self):
        def most(seconds):
            return self.standin.control('GET', f'rate?seconds={seconds}')['most']
        self.assertEqual(most(60), 0)
        for _ in range(3):
            self.standin.request('GET', VERIFY)
        self.assertEqual((most(60), most(1e-6)), (3, 1))

    def test_rate_limit(self):
        self.standin.switches(rate_limit='per_second:2', retry_after='seconds')
        got = [self.standin.request('GET', VERIFY) for _ in range(4)]
        self.assertIn(429, [status for status, _, _ in got])
        self.assertEqual({headers['Retry-After'] for status, headers, _ in got
                          if status == 429}, {'1'})
        time.sleep(1.1)
        self.assertEqual(self.standin.request('GET', VERIFY)[0], 200)


class Start(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def test_tls(self):
        cert, key = (os.path.join(self.folder, name) for name in ('cert.pem', 'key.pem'))
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                        'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert,
                        '-days', '2', '-subj', '/CN=localhost', '-addext',
                        'subjectAltName=IP:127.0.0.1,DNS:localhost'],
                       check=True, capture_output=True)
        with StandIn('--tls', cert, key) as standin:
            self.assertTrue(standin.ready['url'].startswith('https://'))
            context = ssl.create_default_context(cafile=cert)
            connection = http.client.HTTPSConnection('127.0.0.1', standin.port, context=context)
            headers = {'x-pendo-integration-key': standin.ready['key']}
            for _ in range(2):          # one connection, two requests
                connection.request('GET', VERIFY, headers=headers)
                answer = connection.getresponse()
                self.assertEqual((answer.status, json.load(answer)['valid']), (200, True))
            connection.request('PUT', '/_sandbox/faults', json.dumps(
                [{'fault': 'slow_first_byte', 'args': {'seconds': 0.3}}]))
            connection.getresponse().read()
            connection.request('GET', VERIFY, headers=headers)
            self.assertEqual(connection.getresponse().status, 200)
            connection.close()

    def test_port_file_and_options(self):
        path = os.path.join(self.folder, 'ready.json')
        with StandIn('--port-file', path, '--key', 'my-key', '--switch', 'gzip=never',
                     '--size', '50', '--days', '5') as standin:
            with open(path) as file:
                self.assertEqual(json.load(file), standin.ready)
            self.assertEqual(standin.ready['key'], 'my-key')
            self.assertEqual(standin.control('GET', 'stats')['visitors'], 50)
            self.assertEqual(standin.control('GET', 'switches')['gzip']['value'], 'never')

    def test_bad_options(self):
        for options in (['--switch', 'nope=1'], ['--size', 'huge'], ['--remember', '5'],
                        ['--now', 'x'], ['--time-zone', 'Mars/Olympus']):
            done = subprocess.run(['/usr/bin/python3', os.path.join(ROOT, 'pendo.py'), *options],
                                  capture_output=True, timeout=20)
            self.assertNotEqual(done.returncode, 0, options)
            self.assertNotIn(b'Traceback', done.stderr, options)

    def test_remembered_answers(self):
        events = [source('events', None, period='dayRange', first='now()', count=-9)]
        with StandIn('--remember', '50') as standin:
            first, again = standin.aggregate(*events)[2], standin.aggregate(*events)[2]
            self.assertEqual(first, again)
            entries = standin.control('GET', 'log')
            self.assertEqual(entries[0]['rows'], entries[1]['rows'])
            standin.faults({'match': {'after_rows': 4}, 'fault': 'cut_body',
                            'args': {'how': 'fin'}})
            standin.raw_aggregate(events)
            self.assertEqual(standin.control('GET', 'log')[-1]['rows'], 4)
            standin.control('POST', 'late', {'hours_ago': 30, 'events': 5})
            self.assertNotEqual(standin.aggregate(*events)[2], first)


if __name__ == '__main__':
    unittest.main()
