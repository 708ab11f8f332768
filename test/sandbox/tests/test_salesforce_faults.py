"""Faults of writes, and the log of effects that tells what took place."""

import json
import threading
import unittest

from salesforce_support import ROOT, Case, eventually

NEW = {'Pendo_Key__c': 'k', 'Name': 'N'}


class Faults(Case):
    def fault(self, name, match=None, times=1, **args):
        self.standin.faults({'match': match or {}, 'fault': name, 'args': args, 'times': times})

    def fired(self):
        return [rule['fired'] for rule in self.standin.control('GET', 'faults')]

    def raw_upsert(self, *records, seconds=0.7):
        records = [{'attributes': {'type': 'Account'}, **one} for one in records]
        body = json.dumps({'records': records})
        head = (f'PATCH {ROOT}/composite/sobjects/Account/Pendo_Key__c HTTP/1.1\r\n'
                f'Host: x\r\nConnection: close\r\nContent-Type: application/json\r\n'
                f'Authorization: Bearer {self.standin.token}\r\n'
                f'Content-Length: {len(body)}\r\n\r\n')
        return self.standin.raw((head + body).encode(), seconds)

    def effects(self):
        return self.standin.effects('action', 'position')

    def test_lost_before_the_effect(self):
        for name, args, end in (('cut_before', {'how': 'fin'}, 'fin'),
                                ('cut_before', {'how': 'rst'}, 'rst'),
                                ('stall_first_byte', {}, 'timeout')):
            self.fault(name, {'source': 'collection_upsert'}, **args)
            self.assertEqual(self.raw_upsert(NEW), (b'', end))
            self.assertEqual((self.fired(), self.effects()), ([1], []))
        self.fault('status', code=502)
        self.assertEqual(self.raw_upsert(NEW)[0][:12], b'HTTP/1.1 502')
        self.assertEqual(self.effects(), [])

    def test_lost_after_the_effect(self):
        for number, (name, args, end) in enumerate((
                ('cut_after', {'how': 'fin'}, 'fin'), ('cut_after', {'how': 'rst'}, 'rst'),
                ('stall_after', {}, 'timeout'))):
            self.fault(name, **args)
            self.assertEqual(self.raw_upsert({'Pendo_Key__c': f'{number}', 'Name': 'N'}),
                             (b'', end))
            self.assertEqual(self.fired(), [1])
            self.assertEqual(self.effects(), [('created', 0)] * (number + 1))

    def test_errors_after_the_effect(self):
        self.fault('status_after', code=503)
        self.assertEqual(self.standin.upsert(NEW), (503, None))
        self.fault('html_error_after', code=500)
        self.assertEqual(self.raw_upsert(NEW)[0][:12], b'HTTP/1.1 500')
        self.fault('unknown_exception', when='after')
        self.refused(self.standin.upsert(NEW), 500, 'UNKNOWN_EXCEPTION')
        self.assertEqual(self.effects(), [('created', 0), ('unchanged', 0), ('unchanged', 0)])

    def test_lost_within_the_answer(self):
        self.fault('cut_body', {'after_bytes': 10}, how='fin')
        data, end = self.raw_upsert(NEW)
        head, _, body = data.partition(b'\r\n\r\n')
        self.assertEqual((end, body), ('fin', b'[{"id":"00'))
        self.assertIn(b'200 OK', head)
        self.assertEqual(self.effects(), [('created', 0)])

    def test_errors_before_the_effect(self):
        for name, status, code in (
                ('quota', 403, 'REQUEST_LIMIT_EXCEEDED'),
                ('concurrency', 403, 'REQUEST_LIMIT_EXCEEDED'),
                ('server_unavailable', 503, 'SERVER_UNAVAILABLE'),
                ('unknown_exception', 500, 'UNKNOWN_EXCEPTION'),
                ('too_long', 400, 'REQUEST_RUNNING_TOO_LONG'),
                ('maintenance', 400, 'INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE')):
            self.fault(name, {'source': 'collection_upsert', 'method': 'PATCH'})
            self.refused(self.standin.upsert(NEW), status, code)
            self.assertEqual(self.fired(), [1])
        self.fault('api_error', code='APEX_ERROR', status=400, message='m')
        error = self.refused(self.standin.upsert(NEW), 400, 'APEX_ERROR')
        self.assertEqual(error['message'], 'm')
        self.assertEqual(self.effects(), [])
        self.assertEqual(self.standin.upsert(NEW)[0], 200)

    def test_expired_session(self):
        self.fault('expired_session', {'skip': 1})
        old = self.standin.token
        self.assertEqual(self.api('GET', 'limits')[0], 200)
        for _ in range(2):      # the session is really over
            self.refused(self.standin.upsert(NEW), 401, 'INVALID_SESSION_ID')
        self.assertEqual((self.fired(), self.effects()), ([1], []))
        self.standin.forget_token()
        self.assertNotEqual(self.standin.token, old)
        self.assertEqual(self.standin.upsert(NEW)[0], 200)

    def test_slow_answers(self):
        """slow_after: the effect is there long before the answer."""
        self.fault('slow_after', seconds=1)
        answers = []
        slow = threading.Thread(target=lambda: answers.append(self.standin.upsert(NEW)))
        self.assertIsNotNone(self.standin.token)
        slow.start()
        eventually(self.effects)
        self.assertEqual(answers, [])
        slow.join()
        self.assertEqual(self.codes(answers[0]), [None])

    def test_row_lock(self):
        one = self.account(Pendo_Key__c='old')
        self.fault('row_lock', keys=['old', 'k'], times=3)
        records = {'Pendo_Key__c': 'old', 'Phone': '1'}, {'Pendo_Key__c': 'x', 'Name': 'X'}, NEW
        answer = self.standin.upsert(*records)
        self.assertEqual(self.codes(answer), ['UNABLE_TO_LOCK_ROW', None, 'UNABLE_TO_LOCK_ROW'])
        self.assertEqual(answer[1][0]['errors'][0]['message'], 'unable to obtain exclusive access '
                         f'to this record or 1 records: {one[:15]}')
        self.assertEqual(self.fired(), [2])
        self.assertEqual(self.codes(self.standin.upsert(*records)),
                         ['UNABLE_TO_LOCK_ROW', None, None])
        self.assertEqual(self.codes(self.standin.upsert(*records)), [None] * 3)
        self.fault('row_lock', ids=[one[:15]])
        self.refused(self.api('PATCH', f'sobjects/Account/{one}', {'Phone': '2'}), 400,
                     'UNABLE_TO_LOCK_ROW')

    def test_partial_failure(self):
        records = [{'Pendo_Key__c': str(n), 'Name': 'N'} for n in range(5)]
        failed = 'FIELD_CUSTOM_VALIDATION_EXCEPTION'
        self.fault('partial_failure', times=-1)
        self.assertEqual(self.codes(self.standin.upsert(*records)),
                         [None, failed, None, failed, None])
        self.fault('record_error', positions=[0, 4], code='STORAGE_LIMIT_EXCEEDED', times=-1,
                   message='full', fields=['Name'])
        answer = self.standin.upsert(*records)
        self.assertEqual(self.codes(answer), ['STORAGE_LIMIT_EXCEEDED', None, None, None,
                                              'STORAGE_LIMIT_EXCEEDED'])
        self.assertEqual(answer[1][0]['errors'], [{'statusCode': 'STORAGE_LIMIT_EXCEEDED',
                                                   'message': 'full', 'fields': ['Name']}])
        self.fault('record_error', {'skip': 2}, times=2)
        self.assertEqual(self.codes(self.standin.upsert(*records)),
                         [None, None, failed, failed, None])

    def test_a_fault_rolls_everything_back(self):
        self.fault('row_lock', positions=[1])
        answer = self.standin.upsert(NEW, {'Pendo_Key__c': 'l', 'Name': 'L'}, allOrNone=True)
        self.assertEqual(self.codes(answer), ['ALL_OR_NONE_OPERATION_ROLLED_BACK',
                                              'UNABLE_TO_LOCK_ROW'])
        self.assertEqual(self.effects(), [])

    def test_matching(self):
        self.fault('quota', {'source': 'create', 'skip': 1}, times=1)
        statuses = [self.api('POST', 'sobjects/Account', {'Name': 'A'})[0] for _ in range(3)]
        self.assertEqual(statuses, [201, 403, 201])
        for match, statuses in (({'operation': 'create'}, (403, 200)),
                                ({'write': True, 'body': '"B"'}, (201, 200)),
                                ({'write': False}, (201, 403)),
                                ({'key': 'session', 'path': '/services'}, (403, 200))):
            self.fault('quota', match)
            self.assertEqual((self.api('POST', 'sobjects/Account', {'Name': 'A'})[0],
                              self.api('GET', 'limits')[0]), statuses, match)
        for rule in ({'fault': 'nope'}, {'fault': 'quota', 'match': {'nope': 1}}):
            self.assertEqual(self.standin.send('PUT', '/_sandbox/faults', [rule])[0], 400)

    def test_faults_of_tokens(self):
        self.standin.forget_token()
        self.fault('status', {'source': 'token'}, code=503, body='{}')
        self.assertEqual(self.standin.grant()[0], 503)
        self.assertEqual(self.standin.grant()[0], 200)

    def test_faults_within_composite(self):
        self.fault('row_lock', {'source': 'create'})
        part = {'method': 'POST', 'url': f'{ROOT}/sobjects/Account', 'referenceId': 'a',
                'body': {'Name': 'A'}}
        status, body = self.api('POST', 'composite', {'compositeRequest': [part]})
        self.assertEqual(body['compositeResponse'][0]['body'][0]['errorCode'],
                         'UNABLE_TO_LOCK_ROW')


class Control(Case):
    def change(self, **wish):
        return self.standin.control('POST', 'change', wish)['id']

    def test_effects(self):
        one = self.account(Pendo_Key__c='k')
        self.api('PATCH', f'sobjects/Account/{one}', {'Phone': '1'})
        effects = self.standin.effects()
        requests = {entry['n']: entry['method'] for entry in self.standin.control('GET', 'log')}
        self.assertEqual([requests[one['request']] for one in effects], ['POST', 'PATCH'])
        self.assertLessEqual(
            {'sequence': 2, 'at': 1710948896000, 'position': 0, 'action': 'updated',
             'object': 'Account', 'id': one, 'external_ids': {'Pendo_Key__c': 'k'},
             'sent': {'Phone': '1'}, 'user': self.standin.ready['user_id']}.items(),
            effects[1].items())
        self.assertEqual((effects[0]['fields']['Phone'], effects[1]['fields']['Phone']),
                         (None, '1'))
        self.assertEqual([one['sequence'] for one in
                          self.standin.control('GET', 'effects?after=1')], [2])
        self.standin.control('DELETE', 'effects')
        self.assertEqual(self.standin.effects(), [])
        self.account()
        self.assertEqual(self.standin.effects('sequence'), [(3,)])

    def test_changes_by_others(self):
        users = {user['Pendo_User_Key__c']: user['Id'] for user in self.standin.records('User')}
        one = self.change(do='create', object='Account', fields={
            'Name': 'A', 'Pendo_Secret__c': 's', 'Pendo_Key__c': 'k'})
        self.assertEqual(self.field(one, 'LastModifiedById'), users['olga'])
        self.change(do='update', id=one, user='sam', fields={'Phone': '1'},
                    at='2024-03-20T15:30:00Z')
        row = self.api('GET', f'sobjects/Account/{one}')[1]
        self.assertEqual((row['LastModifiedById'], row['SystemModstamp'], row['Phone']),
                         (users['sam'], '2024-03-20T15:30:00.000+0000', '1'))
        self.change(do='delete', id=one)
        self.refused(self.api('GET', f'sobjects/Account/{one}'), 404, 'ENTITY_IS_DELETED')
        self.change(do='undelete', id=one)
        self.assertEqual(self.api('GET', 'sobjects/Account/Pendo_Key__c/k')[1]['Id'], one)
        self.assertEqual(self.standin.effects('action', 'request'), [
            ('created', None), ('updated', None), ('deleted', None), ('undeleted', None)])

    def test_merge(self):
        winner, loser = self.account(), self.account()
        contact = self.contact(AccountId=loser)
        self.change(do='merge', winner=winner, loser=loser)
        rows = self.rows(f"SELECT IsDeleted, MasterRecordId FROM Account WHERE Id = '{loser}'",
                         'queryAll')
        self.assertEqual([(row['IsDeleted'], row['MasterRecordId']) for row in rows],
                         [(True, winner)])
        self.assertEqual(self.field(contact, 'AccountId', 'Contact'), winner)

    def test_changes_that_are_refused(self):
        for wish in ({}, {'do': 'update', 'id': 'x'}, {'do': 'create', 'object': 'Account'},
                     {'do': 'create', 'object': 'Account', 'fields': {'Nope': 1}},
                     {'do': 'create', 'object': 'Account', 'user': 'nobody'}):
            self.assertEqual(self.standin.send('POST', '/_sandbox/change', wish)[0], 400, wish)

    def test_records_show_hidden_fields(self):
        self.assertIn('Pendo_Secret__c', self.standin.records('Account')[0])
        self.assertEqual(set(self.standin.control('GET', 'records')),
                         {'Account', 'Contact', 'Task', 'User', 'Organization'})
        self.assertEqual(self.standin.send('GET', '/_sandbox/records/Nope')[0], 404)

    def test_reset(self):
        before = self.standin.records('Account')
        self.account()
        self.standin.switches(gzip='never')
        self.standin.control('PUT', 'permissions', {'hidden': ['Account.Phone']})
        self.standin.control('PUT', 'usage', {'used': 7})
        self.standin.control('POST', 'reset')
        self.assertEqual(self.standin.records('Account'), before)
        self.assertEqual(self.standin.effects(), [])
        self.assertEqual(self.standin.control('GET', 'usage'), {'used': 0})
        self.assertEqual(self.standin.control('GET', 'log'), [])
        self.assertEqual(self.standin.control('GET', 'switches')['gzip']['value'], 'when_asked')
        self.assertIn('Phone', self.api('GET', f'sobjects/Account/{before[0]["Id"]}')[1])

    def test_rate(self):
        self.standin.grant()
        for _ in range(3):
            self.api('GET', 'limits')
        for path, most in (('', 4), ('/services/data', 3)):
            self.assertEqual(self.standin.control('GET', f'rate?seconds=60&path={path}')['most'],
                             most)

    def test_stats(self):
        stats = self.standin.control('GET', 'stats')
        self.assertEqual(stats['records'], {'Account': 42, 'Contact': 120, 'Task': 20,
                                            'User': 5, 'Organization': 1})


if __name__ == '__main__':
    unittest.main()
