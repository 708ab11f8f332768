"""Faults of writes to the HubSpot stand-in: what was answered, and what was done."""

import json
import os
import threading
import time
import unittest

from hubspot_support import COMPANIES, CONTACTS, Case, HubSpot
from hubspot_api.switches import TABLE

UPSERT = COMPANIES + '/batch/upsert'


def rows(*keys, trace=True):
    return {'inputs': [{'id': key, 'idProperty': 'external_id',
                        'properties': {'name': key, 'external_id': key},
                        **({'objectWriteTraceId': f't-{key}'} if trace else {})}
                       for key in keys]}


class Faults(Case):
    def fault(self, name, match=None, times=1, **args):
        self.hub.faults({'match': {'operation': 'batch_upsert', **(match or {})},
                         'fault': name, 'args': args, 'times': times})

    def fired(self):
        return [rule['fired'] for rule in self.hub.control('GET', 'faults')]

    def done(self):
        return [entry['trace'] for entry in self.effects()]

    def raw(self, body, seconds=5):
        text = json.dumps(body)
        return self.hub.raw((f'POST {UPSERT} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
                             f'Authorization: Bearer {self.hub.ready["token"]}\r\n'
                             'Content-Type: application/json\r\n'
                             f'Content-Length: {len(text)}\r\n\r\n{text}').encode(), seconds)

    def test_before_the_effect(self):
        for name, args in (('cut_before', {'how': 'rst'}), ('cut_before', {'how': 'fin'})):
            self.fault(name, **args)
            self.assertEqual(self.raw(rows('a')), (b'', args['how']))
        self.fault('status', code=502)
        self.call('POST', UPSERT, rows('a'), expect=502)
        self.fault('html_error', code=403)
        self.assertEqual(self.hub.send('POST', UPSERT, rows('a'))[0], 403)
        self.assertEqual((self.done(), self.fired()), ([], [1]))

    def test_after_the_effect(self):
        for number, (name, args, end) in enumerate((
                ('cut_after', {'how': 'fin'}, 'fin'), ('cut_after', {'how': 'rst'}, 'rst'),
                ('stall_after', {}, 'timeout'))):
            self.fault(name, **args)
            self.assertEqual(self.raw(rows(f'k{number}'), 2), (b'', end))
            self.assertEqual(self.fired(), [1])
        self.assertEqual(self.done(), ['t-k0', 't-k1', 't-k2'])
        self.fault('status_after', code=504)
        self.call('POST', UPSERT, rows('k3'), expect=504)
        self.assertEqual(self.done()[-1], 't-k3')
        again = self.call('POST', UPSERT, rows('k3'))
        self.assertIs(again['results'][0]['new'], False)

    def test_within_the_answer(self):
        self.fault('cut_body', {'after_bytes': 50}, how='fin')
        data, end = self.raw(rows('a', 'b'))
        self.assertEqual(len(data.partition(b'\r\n\r\n')[2]), 50)
        self.assertEqual((end, self.done(), self.fired()), ('fin', ['t-a', 't-b'], [1]))
        self.assertIs(self.hub.control('GET', 'log')[-1]['complete'], False)

    def test_slow_answers(self):
        for number, name in enumerate(('slow_first_byte', 'slow_after')):
            self.fault(name, seconds=0.3)
            began = time.monotonic()
            self.call('POST', UPSERT, rows(f's{number}'))
            self.assertGreater(time.monotonic() - began, 0.25)

    def test_refusals_of_the_service(self):
        for name, args, status, check in (
                ('limited', {'retry_after': 3}, 429,
                 lambda h, b: b['policyName'] == 'TEN_SECONDLY_ROLLING'
                 and h['Retry-After'] == '3'),
                ('limited', {'policy': 'SECONDLY'}, 429,
                 lambda h, b: b['policyName'] == 'SECONDLY' and h['Retry-After'] is None),
                ('quota', {}, 429, lambda h, b: b['policyName'] == 'DAILY'),
                ('expired_token', {}, 401,
                 lambda h, b: b['category'] == 'EXPIRED_AUTHENTICATION'),
                ('unauthorized', {}, 401, lambda h, b: b['category'] == 'INVALID_AUTHENTICATION'),
                ('missing_scope', {'scopes': ['x.write']}, 403,
                 lambda h, b: b['errors'][0]['context']['requiredGranularScopes'] == ['x.write']),
                ('locked', {}, 423, lambda h, b: 'locked' in b['message']),
                ('migrating', {'retry_after': 60}, 477, lambda h, b: h['Retry-After'] == '60')):
            with self.subTest(name, **args):
                self.fault(name, **args)
                got, headers, body = self.hub.request('POST', UPSERT, rows('a'))
                self.assertEqual(got, status)
                self.assertTrue(check(headers, body), body)
                self.assertEqual(self.fired(), [1])
        self.assertEqual(self.done(), [])
        self.call('POST', UPSERT, rows('a'))

    def test_chosen_inputs_fail(self):
        for choice in ({'inputs': [1]}, {'traces': ['t-b']}, {'ids': ['b']}):
            with self.subTest(**choice):
                self.hub.control('POST', 'reset')
                self.fault('fail_inputs', status=409, category='CONFLICT', message='no', **choice)
                answer = self.call('POST', UPSERT, rows('a', 'b', 'c'), expect=207)
                self.assertEqual((answer['errors'][0]['category'], answer['errors'][0]['message'],
                                  answer['errors'][0]['context']),
                                 ('CONFLICT', 'no', {'objectWriteTraceId': ['t-b']}))
                self.assertEqual((self.done(), self.fired()), (['t-a', 't-c'], [1]))
        self.fault('fail_inputs', status=409, category='CONFLICT', message='no', inputs=[1])
        answer = self.call('POST', UPSERT, rows('x', 'y', 'z', trace=False), expect=409)
        self.assertEqual(answer['message'], 'no')
        self.assertEqual(len(self.done()), 2)

    def test_chosen_inputs_are_not_answered(self):
        self.fault('lose_inputs', inputs=[0])
        answer = self.call('POST', UPSERT, rows('a', 'b'), expect=200)
        self.assertEqual([row['objectWriteTraceId'] for row in answer['results']], ['t-b'])
        self.assertEqual(self.done(), ['t-b'])
        self.fault('lose_inputs', inputs=[0], effect=True)
        self.assertEqual(len(self.call('POST', UPSERT, rows('c', 'd'))['results']), 1)
        self.assertEqual(self.done(), ['t-b', 't-c', 't-d'])

    def test_a_rule_waits_for_inputs_that_it_names(self):
        self.fault('fail_inputs', ids=['late'])
        self.call('POST', UPSERT, rows('early'), expect=200)
        self.assertEqual(self.fired(), [0])
        self.call('POST', UPSERT, rows('late'), expect=207)
        self.assertEqual(self.fired(), [1])

    def test_single_writes_can_be_chosen(self):
        self.hub.faults({'match': {'operation': 'create'}, 'fault': 'fail_inputs',
                         'args': {'inputs': [0], 'status': 423}})
        self.refused(423, 'POST', COMPANIES, {'properties': {'name': 'x'}})
        self.company(name='x')

    def test_matching(self):
        self.hub.faults({'match': {'write': True, 'source': 'contacts', 'skip': 1,
                                   'body': 'marked'}, 'fault': 'locked', 'times': 2})
        bodies = [{'properties': {'firstname': text}} for text in
                  ('marked', 'plain', 'marked', 'marked', 'marked')]
        self.assertEqual([self.hub.request('POST', CONTACTS, body)[0] for body in bodies],
                         [201, 201, 423, 423, 201])
        self.assertEqual(self.hub.request('POST', CONTACTS + '/search', {'query': 'marked'})[0],
                         200)
        self.assertEqual(self.fired(), [2])
        self.hub.faults({'match': {'key': 'second'}, 'fault': 'quota', 'times': -1})
        self.call('GET', COMPANIES)
        self.refused(429, 'GET', COMPANIES, token='second_token')


class Together(Case):
    """Writes of several clients at once."""

    def at_once(self, bodies, path=UPSERT):
        got = []

        def send(body):
            got.append(self.hub.request('POST', path, body)[0])
        threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(got)

    def wait_until(self, condition):
        deadline = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def test_no_write_is_lost(self):
        self.assertEqual(self.at_once([rows('same', f'own{n}') for n in range(8)]), [200] * 8)
        outcomes = [entry['outcome'] for entry in self.effects()
                    if entry['trace'] == 't-same']
        self.assertEqual(sorted(outcomes), ['created'] + ['unchanged'] * 7)
        self.assertEqual([entry['n'] for entry in self.effects()],
                         list(range(self.effects()[0]['n'], self.effects()[0]['n'] + 16)))

    def test_concurrent_writes_may_be_refused(self):
        for setting, status in (('409', 409), ('423', 423)):
            self.hub.switches(concurrent_writes=setting, write_time='ms:3000')
            first = threading.Thread(target=self.call, args=('POST', UPSERT, rows('same')))
            first.start()
            self.wait_until(lambda: self.hub.control('GET', 'stats')['writing'])
            self.refused(status, 'POST', UPSERT, rows('other', 'same'))
            self.hub.switches(write_time='none')
            self.call('POST', UPSERT, rows('other'))
            first.join()
            self.call('POST', UPSERT, rows('same'))
        self.hub.switches(concurrent_writes='serialised', write_time='ms:50')
        self.assertEqual(self.at_once([rows('same'), rows('same')]), [200, 200])


class Program(unittest.TestCase):
    def test_switches_of_the_command_line(self):
        with HubSpot('--size', '0', '--switch', 'burst_limit=requests:1') as hub:
            self.assertEqual(hub.call('GET', COMPANIES), {'results': []})
            self.assertEqual(hub.request('GET', COMPANIES)[0], 429)
            self.assertEqual(hub.control('GET', 'stats')['records']['companies'], 0)

    def test_same_seed_same_records(self):
        def content(*options):
            with HubSpot('--size', '12', *options) as hub:
                return hub.rows('records/companies') + hub.rows('records/contacts')
        first = content('--seed', '5')
        self.assertEqual(first, content('--seed', '5'))
        self.assertNotEqual(first, content('--seed', '6'))

    def test_awkward_records(self):
        with HubSpot() as hub:
            companies = hub.rows('records/companies')
            contacts = hub.rows('records/contacts')
        live = [row for row in companies if row['archived_at'] is None]
        domains = [row['properties'].get('domain') for row in live]
        self.assertGreater(domains.count('shared.example.com'), 1)
        self.assertIn(None, domains)
        self.assertTrue(any('\n' in row['properties'].get('name', '') for row in live))
        self.assertTrue(any(row['merged_into'] for row in companies))
        self.assertTrue(any(row['merged_into'] for row in contacts))
        self.assertTrue(any('email' not in row['properties'] for row in contacts))
        emails = [row['properties']['email'] for row in contacts
                  if row['archived_at'] is None and 'email' in row['properties']]
        self.assertEqual(len(emails), len(set(emails)))

    def test_every_switch_is_tried(self):
        folder = os.path.dirname(os.path.abspath(__file__))
        text = ''
        for name in os.listdir(folder):
            if name.startswith('test_hubspot_'):
                with open(os.path.join(folder, name)) as file:
                    text += file.read()
        untried = [row.name for row in TABLE if f'{row.name}=' not in text]
        self.assertEqual(untried, ['gzip', 'chunked'])      # those are tried elsewhere

    def test_unknown_switch(self):
        with HubSpot('--size', '0') as hub:
            self.assertEqual(hub.send('PUT', '/_sandbox/switches', {'nope': 'x'})[0], 400)
            self.assertEqual(set(hub.control('GET', 'switches')), {row.name for row in TABLE})


if __name__ == '__main__':
    unittest.main()
