"""Each fault, as a client meets it on the wire, and in the log."""

import json
import threading
import time
import unittest
import zlib

from support import StandIn, source

PATH = '/api/v1/aggregation'
VISITORS = [source('visitors'), {'select': {'id': 'visitorId'}}]
GZIP = 'Accept-Encoding: gzip\r\n'


def split(data):
    head, _, body = data.partition(b'\r\n\r\n')
    return head, body


def unchunked(body):
    """(payload, whether the last chunk came)."""
    parts = []
    while body:
        size, _, rest = body.partition(b'\r\n')
        count = int(size, 16)
        if count == 0:
            return b''.join(parts), True
        parts.append(rest[:count])
        body = rest[count + 2:]
    return b''.join(parts), False


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.standin = StandIn()
        cls.addClassCleanup(cls.standin.stop)
        cls.whole = cls.standin.rows(*VISITORS)

    def setUp(self):
        self.standin.control('DELETE', 'log')
        self.addCleanup(self.standin.control, 'DELETE', 'faults')
        self.addCleanup(self.standin.control, 'DELETE', 'switches')

    def fault(self, name, match=None, **args):
        self.standin.faults({'match': {'path': PATH, **(match or {})}, 'fault': name,
                             'args': args, 'times': 1})

    def fired(self):
        return [rule['fired'] for rule in self.standin.control('GET', 'faults')]

    def last(self):
        return self.standin.control('GET', 'log')[-1]

    def test_answers_instead_of_rows(self):
        for name, args, status, check in (
                ('status', {'code': 503, 'body': 'x', 'headers': {'X-A': 'b'}}, 503,
                 lambda h, b: h['X-A'] == 'b' and b == b'x'),
                ('status', {'code': 418}, 418, lambda h, b: b == b''),
                ('rate_limit', {}, 429, lambda h, b: h['Retry-After'] is None),
                ('rate_limit', {'retry_after': 7}, 429, lambda h, b: h['Retry-After'] == '7'),
                ('rate_limit', {'retry_after': 'date'}, 429,
                 lambda h, b: h['Retry-After'].endswith('GMT')),
                ('html_error', {'code': 504}, 504,
                 lambda h, b: h['Content-Type'] == 'text/html' and b'<html' in b),
                ('revoked_key', {}, 403, lambda h, b: b == b''),
                ('timeout_408', {}, 408, lambda h, b: b != b''),
                ('redirect', {'location': 'http://127.0.0.1:1/x'}, 302,
                 lambda h, b: h['Location'] == 'http://127.0.0.1:1/x')):
            with self.subTest(name, **args):
                self.fault(name, **args)
                got, headers, body = self.standin.aggregate(*VISITORS)
                self.assertEqual(got, status)
                self.assertTrue(check(headers, body), (dict(headers), body))
                self.assertEqual(self.fired(), [1])
                self.assertEqual(self.standin.rows(*VISITORS), self.whole)

    def test_reason_phrase(self):
        self.fault('rate_limit')
        self.assertTrue(self.standin.raw_aggregate(VISITORS)[0].startswith(
            b'HTTP/1.1 429 Too Many Requests\r\n'))
        self.fault('status', code=500, reason='Odd Words')
        self.assertTrue(self.standin.raw_aggregate(VISITORS)[0].startswith(
            b'HTTP/1.1 500 Odd Words\r\n'))

    def test_read_only_spares_reads(self):
        self.standin.faults({'match': {'path': '/api/v1'}, 'fault': 'read_only', 'times': -1})
        self.assertEqual(self.standin.aggregate(*VISITORS)[0], 200)
        self.assertEqual(self.standin.request('PUT', '/api/v1/guide/x/state', {})[0], 403)
        self.assertEqual(self.fired(), [1])

    def test_wrong_content_type(self):
        self.fault('wrong_content_type')
        status, headers, body = self.standin.aggregate(*VISITORS)
        self.assertEqual((status, headers['Content-Type']), (200, 'text/html'))
        self.assertEqual(json.loads(body)['results'], self.whole)
        self.assertEqual(self.fired(), [1])

    def test_cut_before(self):
        for how, end in (('fin', 'fin'), ('rst', 'rst')):
            self.fault('cut_before', how=how)
            self.assertEqual(self.standin.raw_aggregate(VISITORS), (b'', end))
        self.assertIs(self.last()['complete'], False)

    def test_the_answer_is_lost_after_the_work(self):
        for name, args, data, end in (('cut_after', {'how': 'fin'}, b'', 'fin'),
                                      ('cut_after', {'how': 'rst'}, b'', 'rst'),
                                      ('stall_after', {}, b'', 'timeout')):
            with self.subTest(name, **args):
                self.fault(name, **args)
                self.assertEqual(self.standin.raw_aggregate(VISITORS, seconds=0.7),
                                 (data, end))
                self.assertEqual(self.fired(), [1])
                self.assertIs(self.last()['complete'], False)

    def test_another_answer_after_the_work(self):
        self.fault('status_after', code=500, body='lost')
        self.assertEqual(self.standin.aggregate(*VISITORS)[::2], (500, b'lost'))
        self.fault('html_error_after', code=503)
        self.assertEqual(self.standin.aggregate(*VISITORS)[0], 503)
        self.fault('slow_after', seconds=0.4)
        began = time.monotonic()
        self.assertEqual(self.standin.rows(*VISITORS), self.whole)
        self.assertGreaterEqual(time.monotonic() - began, 0.4)
        self.assertEqual(self.fired(), [1])

    def test_cut_body_after_rows(self):
        self.fault('cut_body', {'after_rows': 3}, how='fin')
        data, end = self.standin.raw_aggregate(VISITORS)
        payload, whole = unchunked(split(data)[1])
        self.assertEqual((end, whole), ('fin', False))
        self.assertEqual(json.loads(payload + b']}')['results'], self.whole[:3])
        self.assertEqual((self.last()['rows'], self.last()['complete']), (3, False))
        self.assertEqual(self.fired(), [1])

    def test_cut_body_after_bytes_and_known_length(self):
        self.standin.switches(chunked='no')
        self.fault('cut_body', {'after_bytes': 100}, how='fin')
        head, body = split(self.standin.raw_aggregate(VISITORS)[0])
        self.assertEqual(len(body), 100)
        self.assertIn(b'Content-Length: %d' % (100 + 4096), head)

    def test_cut_body_by_reset(self):
        self.fault('cut_body', {'after_rows': 1}, how='rst')
        self.assertEqual(self.standin.raw_aggregate(VISITORS)[1], 'rst')

    def test_cut_waits(self):
        self.fault('cut_body', {'after_rows': 2}, how='fin', seconds=0.4)
        began = time.monotonic()
        data, _ = self.standin.raw_aggregate(VISITORS)
        self.assertGreater(time.monotonic() - began, 0.35)
        self.assertEqual(json.loads(unchunked(split(data)[1])[0] + b']}')['results'],
                         self.whole[:2])

    def test_cut_comes_even_when_there_are_too_few_rows(self):
        self.fault('cut_body', {'after_rows': 10_000}, how='fin')
        data, _ = self.standin.raw_aggregate(VISITORS)
        self.assertFalse(unchunked(split(data)[1])[1])
        self.assertEqual(self.fired(), [1])

    def test_stalls(self):
        for name, match in (('stall_first_byte', {}), ('stall_body', {'after_rows': 2})):
            with self.subTest(name):
                self.fault(name, match)
                data, end = self.standin.raw_aggregate(VISITORS, seconds=0.7)
                self.assertEqual(end, 'timeout')
                self.assertEqual(data == b'', name == 'stall_first_byte')
                self.assertEqual(self.fired(), [1])

    def test_a_stall_ends_with_its_rule(self):
        for name in ('stall_first_byte', 'stall_body'):
            with self.subTest(name):
                self.fault(name)
                timer = threading.Timer(0.5, self.standin.control, ('DELETE', 'faults'))
                timer.start()
                _, end = self.standin.raw_aggregate(VISITORS, seconds=20)
                timer.join()
                self.assertEqual(end, 'fin')

    def test_slow_first_byte(self):
        self.fault('slow_first_byte', seconds=0.6)
        start = time.monotonic()
        self.assertEqual(self.standin.rows(*VISITORS), self.whole)
        self.assertGreaterEqual(time.monotonic() - start, 0.6)

    def test_drip(self):
        self.fault('drip', {'after_rows': len(self.whole) - 1}, bytes=10, seconds=0.05)
        start = time.monotonic()
        self.assertEqual(self.standin.rows(*VISITORS), self.whole)
        self.assertGreaterEqual(time.monotonic() - start, 0.1)
        self.assertEqual(self.fired(), [1])

    def test_truncated_gzip(self):
        self.fault('truncated_gzip', {'after_rows': 5})
        data, _ = self.standin.raw_aggregate(VISITORS, GZIP)
        payload, whole = unchunked(split(data)[1])
        self.assertTrue(whole, 'the frame must be whole')
        inflater = zlib.decompressobj(31)
        text = inflater.decompress(payload)
        self.assertFalse(inflater.eof)
        self.assertEqual(json.loads(text + b']}')['results'], self.whole[:5])
        self.assertIs(self.last()['complete'], False)

    def test_corrupt_gzip(self):
        self.fault('corrupt_gzip', {'after_rows': 5})
        data, _ = self.standin.raw_aggregate(VISITORS, GZIP)
        payload, whole = unchunked(split(data)[1])
        self.assertTrue(whole)
        self.assertRaises(zlib.error, zlib.decompress, payload, 31)

    def test_gzip_faults_need_gzip(self):
        self.fault('truncated_gzip')
        self.assertEqual(self.standin.rows(*VISITORS), self.whole)
        self.assertEqual(self.fired(), [0])

    def test_broken_json_in_whole_frames(self):
        for how in ('truncate', 'garbage', 'bad_escape', 'bad_utf8', 'control', 'deep',
                    'bad_number', 'missing_comma', 'trailing', 'html', 'empty'):
            with self.subTest(how):
                self.fault('broken_json', {'after_rows': 2}, how=how)
                data, end = self.standin.raw_aggregate(VISITORS)
                payload, whole = unchunked(split(data)[1])
                self.assertTrue(whole)
                self.assertRaises((ValueError, RecursionError), json.loads, payload)
                self.assertEqual(self.fired(), [1])

    def test_json_that_only_strict_readers_refuse(self):
        for how, mark in (('nul', b'\\u0000'), ('lone_surrogate', b'\\ud800'), ('nan', b'NaN'),
                          ('missing_results', b'{"result":[]}')):
            with self.subTest(how):
                self.fault('broken_json', how=how)
                self.assertIn(mark, self.standin.aggregate(*VISITORS)[2])

    def test_broken_json_of_an_empty_answer(self):
        for how in ('truncate', 'garbage', 'bad_escape', 'missing_comma'):
            self.fault('broken_json', how=how)
            _, _, body = self.standin.aggregate(*VISITORS, {'filter': 'false'})
            self.assertRaises(ValueError, json.loads, body)

    def test_oversize(self):
        self.fault('oversize', bytes=3_000_000)
        _, _, body = self.standin.aggregate(*VISITORS)
        self.assertGreater(len(body), 3_000_000)

    def test_matching_key_and_body(self):
        for match, met in (({'key': 'full'}, True), ({'key': 'read_only'}, False),
                           ({'body': '"visitors"'}, True), ({'body': 'accounts'}, False),
                           ({'operation': 'x'}, False)):
            with self.subTest(**match):
                self.fault('status', match, code=500)
                self.assertEqual(self.standin.aggregate(*VISITORS)[0], 500 if met else 200)

    def test_matching(self):
        self.standin.faults({'match': {'source': 'accounts', 'skip': 1}, 'fault': 'status',
                             'args': {'code': 500}, 'times': 2})
        got = [self.standin.aggregate(source(name), {'count': None})[0]
               for name in ('visitors', 'accounts', 'accounts', 'accounts', 'accounts')]
        self.assertEqual(got, [200, 200, 500, 500, 200])
        self.assertEqual(self.fired(), [2])

    def test_a_fault_of_a_list(self):
        self.standin.faults({'match': {'path': '/api/v1/segment', 'after_rows': 1},
                             'fault': 'broken_json', 'args': {'how': 'bad_utf8'}})
        _, _, body = self.standin.request('GET', '/api/v1/segment')
        self.assertRaises(UnicodeDecodeError, body.decode)

    def test_unknown_faults_are_refused(self):
        for rule in ({'fault': 'nope'}, {'fault': 'status', 'nope': 1},
                     {'fault': 'status', 'match': {'nope': 1}}, 'x', {}):
            status, _, _ = self.standin.request('PUT', '/_sandbox/faults', [rule], key=None)
            self.assertEqual(status, 400, rule)


class FromTheStart(unittest.TestCase):
    def test_a_rule_to_begin_with(self):
        with StandIn('--fault', '{"fault": "status", "args": {"code": 503}, "times": -1}') as standin:
            self.assertEqual(standin.aggregate(*VISITORS)[0], 503)
            standin.control('DELETE', 'faults')
            self.assertEqual(standin.aggregate(*VISITORS)[0], 200)


if __name__ == '__main__':
    unittest.main()
