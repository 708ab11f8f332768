"""Calls for many records, and composite calls."""

import unittest

from salesforce_support import ROOT, Case


class Collections(Case):
    def setUp(self):
        super().setUp()
        self.upsert = self.standin.upsert
        self.collect = self.standin.collect

    def test_upsert(self):
        old = self.account(Pendo_Key__c='old')
        status, body = self.upsert({'Pendo_Key__c': 'new', 'Name': 'N'}, {'Pendo_Key__c': 'bad'},
                                   {'Pendo_Key__c': 'old', 'Phone': '1'}, {'Name': 'no key'})
        self.assertEqual(status, 200)
        self.assertEqual(body[0], {'id': body[0]['id'], 'success': True, 'errors': [],
                                   'created': True})
        self.assertEqual(body[1], {'success': False, 'created': False, 'errors': [
            {'statusCode': 'REQUIRED_FIELD_MISSING', 'fields': ['Name'],
             'message': 'Required fields are missing: [Name]'}]})
        self.assertEqual(body[2], {'id': old, 'success': True, 'errors': [], 'created': False})
        self.assertEqual(body[3]['errors'][0]['statusCode'], 'MISSING_ARGUMENT')
        self.assertEqual(self.standin.effects('position', 'action', 'id')[1:],
                         [(0, 'created', body[0]['id']), (2, 'updated', old)])
        self.assertEqual(self.standin.effects('sent')[1], ({'Pendo_Key__c': 'new', 'Name': 'N'},))

    def test_all_or_none(self):
        good, bad = {'Pendo_Key__c': 'a', 'Name': 'N'}, {'Pendo_Key__c': 'b'}
        answer = self.upsert(good, bad, allOrNone=True)
        self.assertEqual(self.codes(answer), ['ALL_OR_NONE_OPERATION_ROLLED_BACK',
                                              'REQUIRED_FIELD_MISSING'])
        self.assertEqual(answer[1][0]['errors'][0]['message'], 'Record rolled back because not '
                         'all records were valid and the request was using AllOrNone header')
        self.assertEqual(self.standin.effects(), [])
        self.assertEqual(self.rows("SELECT Id FROM Account WHERE Pendo_Key__c = 'a'"), [])
        self.assertEqual(self.codes(self.upsert(good, allOrNone=True)), [None])

    def test_a_key_twice(self):
        answer = self.upsert({'Pendo_Key__c': 'a', 'Name': '1'}, {'Pendo_Key__c': 'b', 'Name': '2'},
                             {'Pendo_Key__c': 'a', 'Name': '3'}, {'Pendo_Key__c': 'A', 'Name': '4'})
        self.assertEqual(self.codes(answer), ['DUPLICATE_VALUE', None, 'DUPLICATE_VALUE', None])
        self.assertEqual(answer[1][0]['errors'][0]['message'],
                         'Duplicate external id specified: a')
        answer = self.collect('PATCH', 'Account/Pendo_Code__c',
                              {'Pendo_Code__c': 'a', 'Name': '1'},
                              {'Pendo_Code__c': 'A', 'Name': '2'})
        self.assertEqual(self.codes(answer), ['DUPLICATE_VALUE'] * 2)

    def test_a_key_that_several_records_have(self):
        answer = self.collect('PATCH', 'Account/Legacy_Key__c',
                              {'Legacy_Key__c': 'twin', 'Name': '1'},
                              {'Legacy_Key__c': 'free', 'Name': '1'})
        self.assertEqual(self.codes(answer), ['DUPLICATE_EXTERNAL_ID', None])

    def test_whole_calls_that_fail(self):
        good = {'Pendo_Key__c': 'a', 'Name': 'N'}
        for records, members, code in (
                ([{**good, 'Pendo_Key__c': str(n)} for n in range(201)], {}, 'LIMIT_EXCEEDED'),
                ([good, {'Pendo_Key__c': 'b', 'Nope__c': 1}], {}, 'INVALID_FIELD'),
                ([good, {'Pendo_Key__c': 'b', 'Name': 5}], {}, 'JSON_PARSER_ERROR'),
                ([good, {'attributes': {'type': 'Nope'}}], {}, 'INVALID_TYPE'),
                ([good, {'attributes': {'type': 'Contact'}}], {}, 'INVALID_TYPE'),
                ([good], {'allOrNone': 'yes'}, 'JSON_PARSER_ERROR'),
                ([good], {'allOrNothing': True}, 'JSON_PARSER_ERROR')):
            with self.subTest(code):
                self.refused(self.upsert(*records, **members), 400, code)
        for body in ({}, {'records': {}}, {'records': ['x']}):
            self.refused(self.api('POST', 'composite/sobjects', body), 400, 'JSON_PARSER_ERROR')
        for path, status, code in (('Account/Name', 404, 'NOT_FOUND'),
                                   ('Account/Nope__c', 404, 'NOT_FOUND'),
                                   ('Nope/Pendo_Key__c', 400, 'INVALID_TYPE')):
            self.refused(self.api('PATCH', f'composite/sobjects/{path}', {'records': []}),
                         status, code)
        self.assertEqual(self.standin.effects(), [])
        self.assertEqual(self.upsert(), (200, []))

    def test_two_hundred(self):
        answer = self.upsert(*({'Pendo_Key__c': str(n), 'Name': f'N{n}'} for n in range(200)))
        self.assertEqual(self.codes(answer), [None] * 200)
        names = {row['Id']: row['Name'] for row in self.standin.records('Account')}
        self.assertEqual([names[one['id']] for one in answer[1]],
                         [f'N{n}' for n in range(200)])

    def test_old_versions(self):
        body = {'records': []}
        for version, method, path, status in (
                (45, 'PATCH', 'composite/sobjects/Account/Pendo_Key__c', 404),
                (46, 'PATCH', 'composite/sobjects/Account/Pendo_Key__c', 200),
                (41, 'POST', 'composite/sobjects', 404), (42, 'POST', 'composite/sobjects', 200)):
            self.assertEqual(self.api(method, f'/services/data/v{version}.0/{path}', body)[0],
                             status)

    def test_create(self):
        answer = self.collect('POST', '', {'Name': 'A'}, {'attributes': {'type': 'Contact'},
                                                          'LastName': 'C'}, {})
        self.assertEqual(self.codes(answer), [None, None, 'REQUIRED_FIELD_MISSING'])
        self.assertEqual([one['id'][:3] for one in answer[1][:2]], ['001', '003'])
        self.assertNotIn('created', answer[1][0])
        mixed = [{'Name': 'A'}, {'attributes': {'type': 'Contact'}, 'LastName': 'C'}]
        self.assertEqual(self.codes(self.collect('POST', '', *mixed * 5)), [None] * 10)
        self.refused(self.collect('POST', '', *mixed * 5, mixed[0]), 400, 'LIMIT_EXCEEDED')

    def test_parents_in_the_same_call(self):
        answer = self.collect(
            'POST', '', {'Name': 'A', 'Pendo_Key__c': 'k'},
            {'attributes': {'type': 'Contact'}, 'LastName': 'C', 'Account': {'Pendo_Key__c': 'k'}},
            {'attributes': {'type': 'Contact'}, 'LastName': 'C', 'Account': {'Pendo_Key__c': '?'}})
        self.assertEqual(self.codes(answer), [None, None, 'INVALID_FIELD'])
        self.assertEqual(self.field(answer[1][1]['id'], 'AccountId', 'Contact'),
                         answer[1][0]['id'])

    def test_update(self):
        one, two = self.account(Phone='1'), self.account()
        self.api('DELETE', f'sobjects/Account/{two}')
        answer = self.collect('PATCH', '', {'id': one[:15], 'Phone': None}, {'Phone': '2'},
                              {'id': two, 'Phone': '2'}, {'id': '003' + one[3:15]},
                              {'id': one[:13] + 'zz', 'Phone': '2'})
        self.assertEqual(self.codes(answer), [None, 'MISSING_ARGUMENT', 'ENTITY_IS_DELETED',
                                              'MALFORMED_ID', 'INVALID_CROSS_REFERENCE_KEY'])
        self.assertEqual(answer[1][0], {'id': one, 'success': True, 'errors': []})
        self.assertIsNone(self.field(one, 'Phone'))

    def test_delete(self):
        one, two = self.account(), self.contact()
        status, body = self.api('DELETE', f'composite/sobjects?ids={one},{two},{one},nope')
        self.assertEqual(self.codes((status, body)),
                         [None, None, 'ENTITY_IS_DELETED', 'MALFORMED_ID'])
        one = self.account()
        answer = self.api('DELETE', f'composite/sobjects?ids={one},nope&allOrNone=true')
        self.assertEqual(self.codes(answer)[0], 'ALL_OR_NONE_OPERATION_ROLLED_BACK')
        self.assertEqual(self.field(one, 'Name'), 'A')
        many = ','.join([one] * 201)
        self.refused(self.api('DELETE', f'composite/sobjects?ids={many}'), 400,
                     'LIMIT_EXCEEDED')
        self.refused(self.api('DELETE', 'composite/sobjects'), 400, 'REQUIRED_FIELD_MISSING')

    def test_retrieve(self):
        one, two = self.account(), self.account()
        self.api('DELETE', f'sobjects/Account/{two}')

        def retrieve(ids, fields):
            return self.api('POST', 'composite/sobjects/Account', {'ids': ids, 'fields': fields})
        status, body = retrieve([two, one[:15], 'nope', one], ['Name', 'Id'])
        row = {'attributes': {'type': 'Account', 'url': f'{ROOT}/sobjects/Account/{one}'},
               'Name': 'A', 'Id': one}
        self.assertEqual((status, body), (200, [None, row, None, row]))
        self.refused(retrieve([one], ['Nope']), 400, 'INVALID_FIELD')
        self.refused(retrieve([one] * 2001, ['Id']), 400, 'LIMIT_EXCEEDED')


class Composite(Case):
    def run_parts(self, *parts, **members):
        parts = [{'method': method, 'url': path if path.startswith('/') else f'{ROOT}/{path}',
                  'referenceId': name, **({'body': body} if body is not None else {})}
                 for name, method, path, body in parts]
        return self.api('POST', 'composite', {'compositeRequest': parts, **members})

    def results(self, answer):
        self.assertEqual(answer[0], 200, answer[1])
        return [(one['referenceId'], one['httpStatusCode'])
                for one in answer[1]['compositeResponse']]

    def test_references(self):
        used = self.standin.control('GET', 'usage')['used']
        answer = self.run_parts(
            ('acc', 'POST', 'sobjects/Account', {'Name': 'A'}),
            ('con', 'POST', 'sobjects/Contact', {'LastName': 'C', 'AccountId': '@{acc.id}'}),
            ('read', 'GET', 'sobjects/Contact/@{con.id}?fields=AccountId', None))
        self.assertEqual(self.results(answer), [('acc', 201), ('con', 201), ('read', 200)])
        parts = answer[1]['compositeResponse']
        self.assertEqual(parts[2]['body']['AccountId'], parts[0]['body']['id'])
        self.assertIn('Location', parts[0]['httpHeaders'])
        self.assertEqual(self.standin.control('GET', 'usage')['used'], used + 1)

    def test_halting(self):
        parts = (('ok', 'POST', 'sobjects/Account', {'Name': 'A'}),
                 ('bad', 'POST', 'sobjects/Account', {}),
                 ('after', 'POST', 'sobjects/Contact', {'LastName': 'C',
                                                        'AccountId': '@{bad.id}'}))
        self.assertEqual(self.results(self.run_parts(*parts)),
                         [('ok', 201), ('bad', 400), ('after', 400)])
        self.assertEqual(self.standin.effects('object'), [('Account',)])
        answer = self.run_parts(*parts, allOrNone=True)
        self.assertEqual(self.results(answer), [('ok', 400), ('bad', 400), ('after', 400)])
        self.assertEqual([one['body'][0]['errorCode'] for one in answer[1]['compositeResponse']],
                         ['PROCESSING_HALTED', 'REQUIRED_FIELD_MISSING', 'PROCESSING_HALTED'])
        self.assertEqual(len(self.standin.effects()), 1)

    def test_bounds(self):
        part = ('GET', 'limits', None)
        self.refused(self.run_parts(*((f'r{n}', *part) for n in range(26))), 400,
                     'LIMIT_EXCEEDED')
        self.refused(self.run_parts(*((f'r{n}', 'GET', 'query?q=x', None) for n in range(6))),
                     400, 'LIMIT_EXCEEDED')
        self.refused(self.run_parts(('1', *part)), 400, 'INVALID_INPUT')
        self.refused(self.run_parts(('a', *part), ('a', *part)), 400, 'INVALID_INPUT')
        self.assertEqual(self.results(self.run_parts(('a', 'GET', 'nope', None))), [('a', 404)])
        good = {'method': 'GET', 'url': f'{ROOT}/limits', 'referenceId': 'a'}
        for bad in (5, {**good, 'url': None}, {**good, 'httpHeaders': 5}, {**good, 'method': 5},
                    {**good, 'httpHeaders': {'a': 5}}, {'method': 'GET', 'url': 'x'}):
            self.refused(self.api('POST', 'composite', {'compositeRequest': [bad]}), 400,
                         'JSON_PARSER_ERROR')
        self.refused(self.api('POST', 'composite', {'compositeRequest': [good],
                                                    'allOrNone': 1}), 400, 'JSON_PARSER_ERROR')


if __name__ == '__main__':
    unittest.main()
