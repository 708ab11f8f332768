"""Calls for one record: statuses, checks, stamps."""

import unittest
from urllib.parse import quote

from salesforce_support import ROOT, Case

NOW = '2024-03-20T15:34:56.000+0000'


class Basic(Case):
    def test_create(self):
        status, headers, body = self.standin.full('POST', 'sobjects/Account', {
            'Name': 'Größe "A"', 'Pendo_Key__c': 'k1', 'Pendo_Score__c': 7})
        self.assertEqual(status, 201)
        self.assertEqual(body, {'id': body['id'], 'success': True, 'errors': []})
        self.assertEqual(headers['Location'], f'{ROOT}/sobjects/Account/{body["id"]}')
        self.assertEqual(len(body['id']), 18)
        row = self.api('GET', f'sobjects/Account/{body["id"]}')[1]
        me = self.standin.ready['user_id']
        self.assertEqual(row['attributes'], {
            'type': 'Account', 'url': f'{ROOT}/sobjects/Account/{body["id"]}'})
        for name, value in (('Name', 'Größe "A"'), ('Pendo_Key__c', 'k1'), ('OwnerId', me),
                            ('Pendo_Score__c', 7.0), ('Pendo_Active__c', False),
                            ('CreatedById', me), ('LastModifiedById', me), ('Phone', None),
                            ('SystemModstamp', NOW), ('LastModifiedDate', NOW),
                            ('CreatedDate', NOW), ('IsDeleted', False),
                            ('Pendo_Label__c', 'Größe "A" (7)')):
            self.assertEqual(row[name], value, name)

    def test_both_lengths_of_ids(self):
        one = self.account()
        for text in (one, one[:15]):
            status, body = self.api('GET', f'sobjects/Account/{text}?fields=Id,Name')
            self.assertEqual((status, body['Id'], set(body)),
                             (200, one, {'attributes', 'Id', 'Name'}))
        for text in ('nope', '003' + one[3:15]):
            self.refused(self.api('GET', f'sobjects/Account/{text}'), 400, 'MALFORMED_ID')
        self.refused(self.api('GET', 'sobjects/Account/0019s000000zzzz'), 404, 'NOT_FOUND')

    def test_update(self):
        one = self.account(Phone='1')
        self.standin.control('POST', 'clock', {'advance_seconds': 5})
        status, headers, body = self.standin.full('PATCH', f'sobjects/Account/{one}',
                                                  {'Name': 'B', 'Phone': None})
        self.assertEqual((status, body), (204, None))
        row = self.api('GET', f'sobjects/Account/{one}')[1]
        self.assertEqual((row['Name'], row['Phone'], row['CreatedDate']), ('B', None, NOW))
        for name in ('SystemModstamp', 'LastModifiedDate'):
            self.assertEqual(row[name], '2024-03-20T15:35:01.000+0000')
        self.assertEqual(self.standin.effects('action', 'id'),
                         [('created', one), ('updated', one)])

    def test_patch_by_post(self):
        one = self.account()
        self.assertEqual(self.api('POST', f'sobjects/Account/{one}?_HttpMethod=PATCH',
                                  {'Name': 'B'})[0], 204)
        self.assertEqual(self.field(one, 'Name'), 'B')

    def test_delete(self):
        one = self.account()
        self.assertEqual(self.api('DELETE', f'sobjects/Account/{one}'), (204, None))
        for method, body in (('DELETE', None), ('GET', None), ('PATCH', {'Name': 'B'})):
            self.refused(self.api(method, f'sobjects/Account/{one}', body), 404,
                         'ENTITY_IS_DELETED')
        self.standin.control('POST', 'clock', {'advance_seconds': 16 * 86400})
        self.standin.forget_token()
        self.refused(self.api('GET', f'sobjects/Account/{one}'), 404, 'NOT_FOUND')

    def test_conditional_requests(self):
        one = self.account()
        path = f'sobjects/Account/{one}'
        now, before = 'Wed, 20 Mar 2024 15:34:56 GMT', 'Wed, 20 Mar 2024 15:34:55 GMT'
        self.assertEqual(self.api('GET', path, headers={'If-Modified-Since': now})[0], 304)
        self.assertEqual(self.api('GET', path, headers={'If-Modified-Since': before})[0], 200)
        self.refused(self.api('PATCH', path, {'Name': 'B'}, {'If-Unmodified-Since': before}),
                     412, 'PRECONDITION_FAILED')
        self.assertEqual(self.field(one, 'Name'), 'A')
        self.assertEqual(self.api('PATCH', path, {'Name': 'B'},
                                  {'If-Unmodified-Since': now})[0], 204)

    def test_names_in_any_case(self):
        status, body = self.api('POST', 'sobjects/ACCOUNT', {'name': 'x', 'PENDO_key__C': 'k'})
        self.assertEqual((status, self.field(body['id'], 'Pendo_Key__c')), (201, 'k'))


class Checks(Case):
    def create(self, fields, kind='Account'):
        base = {'Account': {'Name': 'A'}, 'Contact': {'LastName': 'C'}}.get(kind, {})
        return self.api('POST', f'sobjects/{kind}', {**base, **fields})

    def test_refusals(self):
        gone = [user['Id'] for user in self.standin.records('User') if not user['IsActive']][0]
        deleted = [row['Id'] for row in self.standin.records('Account') if row['IsDeleted']][0]
        taken = self.account(Pendo_Key__c='taken')
        contact = self.contact()
        before = len(self.standin.records('Account')), len(self.standin.records('Contact'))
        for fields, code, message, names in (
                ({'Name': None}, 'REQUIRED_FIELD_MISSING',
                 'Required fields are missing: [Name]', ['Name']),
                ({'Name': ''}, 'REQUIRED_FIELD_MISSING', None, ['Name']),
                ({'Name': 'x' * 256}, 'STRING_TOO_LONG', 'Name: data value too large: '
                 + 'x' * 256 + ' (max length=255)', ['Name']),
                ({'Pendo_Note__c': 'ü' * 21}, 'STRING_TOO_LONG', None, ['Pendo_Note__c']),
                ({'Pendo_Health__c': 'Blue'}, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
                 'Pendo Health: bad value for restricted picklist field: Blue',
                 ['Pendo_Health__c']),
                ({'Pendo_Tags__c': 'New;Old'}, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', None,
                 ['Pendo_Tags__c']),
                ({'Pendo_Score__c': 1000}, 'NUMBER_OUTSIDE_VALID_RANGE',
                 'Pendo Score: value outside of valid range on numeric field: 1000',
                 ['Pendo_Score__c']),
                ({'Pendo_Active__c': None}, 'INVALID_TYPE_ON_FIELD_IN_RECORD', None,
                 ['Pendo_Active__c']),
                ({'ParentId': 'nope'}, 'MALFORMED_ID',
                 'Parent: id value of incorrect type: nope', ['ParentId']),
                ({'ParentId': contact}, 'MALFORMED_ID', None, ['ParentId']),
                ({'ParentId': taken[:13] + 'ZZ'}, 'INVALID_CROSS_REFERENCE_KEY',
                 'invalid cross reference id', ['ParentId']),
                ({'ParentId': deleted}, 'INVALID_CROSS_REFERENCE_KEY', None, ['ParentId']),
                ({'OwnerId': gone}, 'INACTIVE_OWNER_OR_USER',
                 f'operation performed with inactive user [{gone[:15]}]', ['OwnerId']),
                ({'Pendo_Key__c': 'taken'}, 'DUPLICATE_VALUE', 'duplicate value found: '
                 f'Pendo_Key__c duplicates value on record with id: {taken[:15]}',
                 ['Pendo_Key__c']),
                ({'Nope__c': 1}, 'INVALID_FIELD',
                 "No such column 'Nope__c' on sobject of type Account", None),
                ({'Pendo_Secret__c': 'x'}, 'INVALID_FIELD', None, None),
                ({'SystemModstamp': NOW}, 'INVALID_FIELD_FOR_INSERT_UPDATE', None,
                 ['SystemModstamp']),
                ({'Pendo_Label__c': 'x'}, 'INVALID_FIELD_FOR_INSERT_UPDATE', None,
                 ['Pendo_Label__c']),
                ({'Id': taken}, 'INVALID_FIELD_FOR_INSERT_UPDATE', None, ['Id']),
                ({'Name': 5}, 'JSON_PARSER_ERROR', None, None),
                ({'Name': ['x']}, 'JSON_PARSER_ERROR', None, None),
                ({'Pendo_Score__c': '5'}, 'JSON_PARSER_ERROR', None, None),
                ({'NumberOfEmployees': 1.5}, 'JSON_PARSER_ERROR', None, None),
                ({'Pendo_Active__c': 'true'}, 'JSON_PARSER_ERROR', None, None),
                ({'Pendo_First_Visit__c': '2024-02-30'}, 'JSON_PARSER_ERROR', None, None),
                ({'Pendo_Last_Visit__c': '2024-02-01'}, 'JSON_PARSER_ERROR', None, None)):
            with self.subTest(**fields):
                error = self.refused(self.create(fields), 400, code)
                self.assertEqual(error.get('fields'), names)
                if message:
                    self.assertEqual(error['message'], message)
        for fields, code in (({'Email': 'nope'}, 'INVALID_EMAIL_ADDRESS'),
                             ({'Email': 'x' * 80 + '@b.example'}, 'STRING_TOO_LONG'),
                             ({'LastName': None}, 'REQUIRED_FIELD_MISSING')):
            self.refused(self.create(fields, 'Contact'), 400, code)
        self.refused(self.create({'LastName': 'U'}, 'User'), 400,
                     'INSUFFICIENT_ACCESS_OR_READONLY')
        self.assertEqual(before, (len(self.standin.records('Account')),
                                  len(self.standin.records('Contact'))))

    def test_a_required_field_cannot_be_cleared(self):
        one = self.account()
        for fields in ({'Name': None}, {'OwnerId': None}):
            self.refused(self.api('PATCH', f'sobjects/Account/{one}', fields), 400,
                         'REQUIRED_FIELD_MISSING')
        self.assertEqual(self.api('PATCH', f'sobjects/Account/{one}', {'Phone': '1'})[0], 204)

    def test_values_that_fit(self):
        fields = {'Name': 'x' * 255, 'Pendo_Score__c': 999.994, 'Pendo_Tags__c': 'New;Champion',
                  'Pendo_Segment__c': 'of its own', 'NumberOfEmployees': 5,
                  'Pendo_Events__c': 12345678901, 'Pendo_First_Visit__c': '2024-02-29',
                  'Pendo_Last_Visit__c': '2024-02-29T10:00:00.999+02:00',
                  'Pendo_Story__c': 'ü' * 131_072, 'BillingStreet': 'a\nb', 'Phone': ''}
        one = self.account(**fields)
        row = self.api('GET', f'sobjects/Account/{one}')[1]
        shown = {**fields, 'Pendo_Score__c': 999.99, 'Phone': None,
                 'Pendo_Last_Visit__c': '2024-02-29T08:00:00.000+0000'}
        self.assertEqual({name: row[name] for name in fields}, shown)

    def test_what_a_record_has_it_may_keep(self):
        one = self.account(Pendo_Key__c='k')
        gone = [user['Id'] for user in self.standin.records('User') if not user['IsActive']][0]
        owned = [row['Id'] for row in self.standin.records('Account')
                 if row['OwnerId'] == gone and not row['IsDeleted']][0]
        for record_id, fields, status in ((one, {'Pendo_Key__c': 'k'}, 204),
                                          (owned, {'OwnerId': gone, 'Phone': '1'}, 204),
                                          (one, {'OwnerId': gone}, 400)):
            self.assertEqual(self.api('PATCH', f'sobjects/Account/{record_id}', fields)[0],
                             status)

    def test_unique_and_case(self):
        self.account(Pendo_Key__c='Case', Pendo_Code__c='Case')
        self.account(Pendo_Key__c='case')
        self.refused(self.create({'Pendo_Code__c': 'cASE'}), 400, 'DUPLICATE_VALUE')

    def test_a_deleted_record_frees_its_key(self):
        one = self.account(Pendo_Key__c='k')
        self.api('DELETE', f'sobjects/Account/{one}')
        self.account(Pendo_Key__c='k')

    def test_tasks(self):
        account, contact = self.account(), self.contact()
        task = self.api('POST', 'sobjects/Task', {'WhatId': account, 'WhoId': contact})[1]['id']
        row = self.api('GET', f'sobjects/Task/{task}')[1]
        self.assertEqual([row[name] for name in ('Status', 'Priority', 'AccountId', 'IsClosed',
                                                 'TaskSubtype')],
                         ['Not Started', 'Normal', account, False, 'Task'])
        self.api('PATCH', f'sobjects/Task/{task}', {'Status': 'Completed'})
        self.assertIs(self.field(task, 'IsClosed', 'Task'), True)
        self.refused(self.api('PATCH', f'sobjects/Task/{task}', {'TaskSubtype': 'Call'}), 400,
                     'INVALID_FIELD_FOR_INSERT_UPDATE')
        self.refused(self.create({'WhoId': account}, 'Task'), 400, 'MALFORMED_ID')

    def test_rights(self):
        one = self.account()
        self.standin.control('PUT', 'permissions', {'hidden': ['Account.Phone'],
                                                    'read_only': ['Account.Website']})
        self.refused(self.create({'Phone': '1'}), 400, 'INVALID_FIELD')
        self.refused(self.api('GET', f'sobjects/Account/{one}?fields=Phone'), 400,
                     'INVALID_FIELD')
        self.refused(self.create({'Website': 'x'}), 400, 'INVALID_FIELD_FOR_INSERT_UPDATE')
        self.assertIn('Website', self.api('GET', f'sobjects/Account/{one}')[1])
        self.standin.control('DELETE', 'permissions')
        self.assertEqual(self.create({'Phone': '1', 'Website': 'x'})[0], 201)


class Upsert(Case):
    def upsert(self, key, body=None, field='Pendo_Key__c', query='', **named):
        return self.api('PATCH', f'sobjects/Account/{field}/{quote(key, safe="")}{query}',
                        {'Name': 'A'} if body is None else body, **named)

    def test_insert_then_update(self):
        status, created = self.upsert('k')
        self.assertEqual((status, created), (201, {'id': created['id'], 'success': True,
                                                   'errors': [], 'created': True}))
        status, updated = self.upsert('k', {'Name': 'B'})
        self.assertEqual((status, updated), (200, {**created, 'created': False}))
        self.assertEqual(self.field(created['id'], 'Name'), 'B')
        self.assertEqual(self.standin.effects('action', 'external_ids'),
                         [('created', {'Pendo_Key__c': 'k'}),
                          ('updated', {'Pendo_Key__c': 'k'})])

    def test_old_versions_answer_204(self):
        path = '/services/data/v45.0/sobjects/Account/Pendo_Key__c/k'
        self.assertEqual(self.api('PATCH', path, {'Name': 'A'})[0], 201)
        self.assertEqual(self.api('PATCH', path, {'Name': 'B'}), (204, None))

    def test_several_match(self):
        twins = {row['Id'] for row in self.standin.records('Account')
                 if row['Legacy_Key__c'] == 'twin' and not row['IsDeleted']}
        status, body = self.upsert('TWIN', field='Legacy_Key__c')
        self.assertEqual(status, 300)
        self.assertEqual(set(body), {f'{ROOT}/sobjects/Account/{one}' for one in twins})
        self.assertEqual(self.standin.effects(), [])
        for method in ('GET', 'DELETE'):
            self.assertEqual(self.api(method, 'sobjects/Account/Legacy_Key__c/twin')[0], 300)

    def test_fields_that_are_no_external_id(self):
        for field in ('Name', 'Nope__c', 'Pendo_Secret__c'):
            error = self.refused(self.upsert('k', field=field), 404, 'NOT_FOUND')
            self.assertEqual(error['message'], 'Provided external ID field does not exist or '
                             f'is not accessible: {field}')

    def test_update_only(self):
        self.refused(self.upsert('k', query='?updateOnly=true'), 404, 'NOT_FOUND')
        self.upsert('k')
        self.assertEqual(self.upsert('k', query='?updateOnly=true')[0], 200)

    def test_case(self):
        first = self.upsert('Key')[1]['id']
        self.assertNotEqual(self.upsert('KEY')[1]['id'], first)
        first = self.upsert('Key', field='Pendo_Code__c')[1]['id']
        self.assertEqual(self.upsert('KEY', field='Pendo_Code__c')[1]['id'], first)

    def test_awkward_keys(self):
        for key in ('a/b', 'q?x=1&y', 'hash#', 'plus+', 'per%41', ' sp ace', 'a@b.example',
                    "o'b", 'ü', '\U0001f600', '..', '"', '\\'):
            with self.subTest(key):
                one = self.upsert(key)[1]['id']
                self.assertEqual(self.field(one, 'Pendo_Key__c'), key)
                self.assertEqual(self.upsert(key)[1]['id'], one)

    def test_number_keys(self):
        one = self.upsert('17', field='Legacy_Number__c')[1]['id']
        self.assertEqual(self.upsert('17.0', field='Legacy_Number__c')[1]['id'], one)
        self.refused(self.upsert('x', field='Legacy_Number__c'), 404, 'NOT_FOUND')
        self.refused(self.upsert('nan', field='Legacy_Number__c'), 400, 'JSON_PARSER_ERROR')
        self.refused(self.upsert('1e300', field='Legacy_Number__c'), 400,
                     'NUMBER_OUTSIDE_VALID_RANGE')
        answer = self.standin.collect('PATCH', 'Account/Legacy_Number__c',
                                      {'Legacy_Number__c': 10 ** 30, 'Name': 'A'})
        self.assertEqual(self.codes(answer), ['NUMBER_OUTSIDE_VALID_RANGE'])

    def test_the_path_is_not_repeated(self):
        one = self.upsert('k')[1]['id']
        for body in ({'Name': 'A', 'Pendo_Key__c': 'k'}, {'Name': 'A', 'Id': one}):
            self.refused(self.upsert('k', body), 400, 'INVALID_FIELD')
        self.refused(self.api('PATCH', f'sobjects/Account/{one}', {'Id': one}), 400,
                     'INVALID_FIELD')
        self.standin.switches(key_in_body='accepted')
        self.assertEqual(self.upsert('k', {'Name': 'A', 'Pendo_Key__c': 'k', 'Id': one})[0], 200)

    def test_checks_of_the_record(self):
        self.refused(self.upsert('k', {}), 400, 'REQUIRED_FIELD_MISSING')
        self.refused(self.upsert('k', {'Name': 'x' * 256}), 400, 'STRING_TOO_LONG')

    def test_by_id(self):
        one = self.account()
        self.assertEqual(self.upsert(one, {'Name': 'B'}, 'Id'),
                         (200, {'id': one, 'success': True, 'errors': [], 'created': False}))
        self.assertEqual(self.api('POST', 'sobjects/Account/Id', {'Name': 'C'})[0], 201)

    def test_read_and_delete(self):
        one = self.upsert('k')[1]['id']
        path = 'sobjects/Account/Pendo_Key__c/k'
        self.assertEqual(self.api('GET', path)[1]['Id'], one)
        self.assertEqual(self.api('DELETE', path), (204, None))
        for method in ('GET', 'DELETE'):
            self.refused(self.api(method, path), 404, 'NOT_FOUND')
        self.assertNotEqual(self.upsert('k')[1]['id'], one)

    def test_parents_by_external_id(self):
        account = self.upsert('k')[1]['id']

        def contact(**members):
            return self.api('POST', 'sobjects/Contact', {'LastName': 'C', **members})
        one = contact(Account={'Pendo_Key__c': 'k'})[1]['id']
        self.assertEqual(self.field(one, 'AccountId', 'Contact'), account)
        error = self.refused(contact(Account={'Pendo_Key__c': 'A-17'}), 400, 'INVALID_FIELD')
        self.assertEqual(error['message'], 'Foreign key external ID: A-17 not found for field '
                         'Pendo_Key__c in entity Account')
        self.refused(contact(Account={'Legacy_Key__c': 'twin'}), 400, 'DUPLICATE_EXTERNAL_ID')
        for wrong in ({'Account': {'Name': 'A'}}, {'Account': {}},
                      {'Account': {'attributes': 5, 'Name': 'k'}},
                      {'Account': {'attributes': {'type': 'Task'}, 'Pendo_Key__c': 'k'}},
                      {'Account': {'Pendo_Key__c': 'k'}, 'AccountId': account}):
            self.refused(contact(**wrong), 400, 'INVALID_FIELD')
        self.refused(contact(Account=None), 400, 'JSON_PARSER_ERROR')
        owner = {'attributes': {'type': 'User'}, 'Pendo_User_Key__c': 'sam'}
        one = contact(Owner=owner)[1]['id']
        sam = [user['Id'] for user in self.standin.records('User')
               if user['Pendo_User_Key__c'] == 'sam'][0]
        self.assertEqual(self.field(one, 'OwnerId', 'Contact'), sam)
        self.refused(contact(Owner={**owner, 'Pendo_User_Key__c': 'gone'}), 400,
                     'INACTIVE_OWNER_OR_USER')


if __name__ == '__main__':
    unittest.main()
