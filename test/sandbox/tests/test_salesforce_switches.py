"""What each switch changes, where no other test has shown it; and the command line."""

import os
import re
import subprocess
import unittest

from salesforce_support import ROOT, Case, Salesforce
from support import HERE
from support import ROOT as FOLDER
from salesforce_api.switches import TABLE


class Switches(Case):
    def test_unknown_field(self):
        self.standin.switches(unknown_field='row')
        answer = self.standin.upsert({'Pendo_Key__c': 'a', 'Name': 'N'},
                                     {'Pendo_Key__c': 'b', 'Name': 'N', 'Nope__c': 1})
        self.assertEqual(self.codes(answer), [None, 'INVALID_FIELD'])

    def test_duplicate_keys(self):
        self.standin.switches(duplicate_keys='later')
        answer = self.standin.upsert(*({'Pendo_Key__c': 'a', 'Name': 'N'},) * 3)
        self.assertEqual(self.codes(answer), [None, 'DUPLICATE_VALUE', 'DUPLICATE_VALUE'])

    def test_lenient_types(self):
        self.standin.switches(lenient_types='accepted')
        one = self.account(Name=5, Pendo_Score__c='2.5')
        self.assertEqual((self.field(one, 'Name'), self.field(one, 'Pendo_Score__c')),
                         ('5', 2.5))
        self.refused(self.api('POST', 'sobjects/Account', {'Name': 'A', 'Pendo_Score__c': 'x'}),
                     400, 'JSON_PARSER_ERROR')

    def test_trim_strings(self):
        self.assertEqual(self.field(self.account(Name=' a '), 'Name'), ' a ')
        self.standin.switches(trim_strings='yes')
        self.assertEqual(self.field(self.account(Name=' a '), 'Name'), 'a')
        self.refused(self.api('POST', 'sobjects/Account', {'Name': ' '}), 400,
                     'REQUIRED_FIELD_MISSING')

    def test_length_unit(self):
        self.account(Pendo_Note__c='\U0001f600' * 20)
        self.standin.switches(length_unit='utf16')
        self.account(Pendo_Note__c='\U0001f600' * 10)
        self.refused(self.api('POST', 'sobjects/Account', {
            'Name': 'A', 'Pendo_Note__c': '\U0001f600' * 11}), 400, 'STRING_TOO_LONG')

    def test_errors_per_row(self):
        fields = {'Name': 'x' * 256, 'Pendo_Health__c': 'Blue'}
        self.assertEqual(len(self.api('POST', 'sobjects/Account', fields)[1]), 1)
        self.standin.switches(errors_per_row='all')
        self.assertEqual([error['errorCode'] for error in
                          self.api('POST', 'sobjects/Account', fields)[1]],
                         ['STRING_TOO_LONG', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'])

    def test_dotted_keys(self):
        path = 'sobjects/Account/Pendo_Key__c/a%40b.example'
        self.assertEqual(self.api('PATCH', path, {'Name': 'A'})[0], 201)
        self.standin.switches(dotted_keys='not_found')
        self.refused(self.api('PATCH', path, {'Name': 'A'}), 404, 'NOT_FOUND')
        self.assertEqual(self.codes(self.standin.upsert(
            {'Pendo_Key__c': 'a@b.example', 'Phone': '1'})), [None])

    def test_id_lookup_upsert(self):
        def upsert():
            return self.standin.collect('PATCH', 'Contact/Email', {'Email': 'n@b.example',
                                                                   'LastName': 'C'})
        self.refused(upsert(), 404, 'NOT_FOUND')
        self.standin.switches(id_lookup_upsert='accepted')
        self.assertEqual([upsert()[1][0]['created'] for _ in range(2)], [True, False])

    def test_upsert_race(self):
        self.standin.switches(upsert_race='seconds:5')

        def upsert(field):
            return self.standin.collect('PATCH', f'Account/{field}', {field: 'race', 'Name': 'N'})
        for field, code in (('Legacy_Key__c', None), ('Pendo_Key__c', 'DUPLICATE_VALUE')):
            self.assertIs(upsert(field)[1][0]['created'], True)
            self.assertEqual(self.codes(upsert(field)), [code])
        self.standin.control('POST', 'clock', {'advance_seconds': 6})
        self.assertIs(upsert('Pendo_Key__c')[1][0]['created'], False)
        self.assertEqual(self.codes(upsert('Legacy_Key__c')), ['DUPLICATE_EXTERNAL_ID'])
        self.assertEqual(self.api('PATCH', 'sobjects/Account/Legacy_Key__c/race', {})[0], 300)

    def test_unchanged_update(self):
        one = self.account()
        self.standin.control('POST', 'clock', {'advance_seconds': 60})
        for value, stamp in (('keeps', '2024-03-20T15:34:56.000+0000'),
                             ('bumps', '2024-03-20T15:35:56.000+0000')):
            self.standin.switches(unchanged_update=value)
            self.api('PATCH', f'sobjects/Account/{one}', {'Name': 'A'})
            self.assertEqual(self.field(one, 'SystemModstamp'), stamp)
        self.assertEqual(self.standin.effects('action')[1:], [('unchanged',)] * 2)

    def test_duplicate_rule(self):
        self.contact(Email='d@b.example')
        allow = {'Sforce-Duplicate-Rule-Header': 'allowSave=true; runAsCurrentUser=true'}

        def create(headers=None):
            return self.api('POST', 'sobjects/Contact', {'LastName': 'C',
                                                         'Email': 'D@b.example'}, headers)
        for value, plain, allowed in (('block', 400, 400), ('alert', 400, 201), ('off', 201, 201)):
            self.standin.switches(duplicate_rule=value)
            self.assertEqual((create()[0], create(allow)[0]), (plain, allowed))
        self.standin.switches(duplicate_rule='alert')
        error = self.refused(create(), 400, 'DUPLICATES_DETECTED')
        self.assertEqual(error, {'message': 'Use one of these records?', 'fields': [],
                                 'errorCode': 'DUPLICATES_DETECTED'})
        self.standin.switches(duplicate_result='present')
        self.assertIn('duplicateResult', self.refused(create(), 400, 'DUPLICATES_DETECTED'))

    def test_account_delete(self):
        for value, deleted in (('clears', False), ('cascades', True)):
            self.standin.switches(account_delete=value)
            account = self.account()
            contact = self.contact(AccountId=account)
            self.api('DELETE', f'sobjects/Account/{account}')
            row = [row for row in self.standin.records('Contact') if row['Id'] == contact][0]
            self.assertEqual((row['IsDeleted'], row['AccountId']),
                             (deleted, account if deleted else None))

    def test_message_ids(self):
        one = self.account(Pendo_Key__c='k')
        self.standin.switches(message_ids='18')
        error = self.api('POST', 'sobjects/Account', {'Name': 'A', 'Pendo_Key__c': 'k'})[1][0]
        self.assertTrue(error['message'].endswith(f'id: {one}'))

    def test_desc_nulls(self):
        text = 'SELECT Phone FROM Account ORDER BY Phone DESC LIMIT 1'
        self.account(Phone='1')
        self.assertEqual(self.rows(text)[0]['Phone'], None)
        self.standin.switches(desc_nulls='last')
        self.assertEqual(self.rows(text)[0]['Phone'], '1')

    def test_datetime_precision(self):
        self.standin.switches(datetime_precision='milliseconds')
        self.standin.control('POST', 'clock', {'set': '2024-03-20T15:34:56.789Z'})
        one = self.account(Pendo_Last_Visit__c='2024-01-01T00:00:00.5Z')
        for name, value in (('SystemModstamp', '2024-03-20T15:34:56.789+0000'),
                            ('Pendo_Last_Visit__c', '2024-01-01T00:00:00.500+0000')):
            self.assertEqual(self.field(one, name), value)

    def test_whole_numbers(self):
        self.account(Pendo_Key__c='k', Pendo_Score__c=5)

        def score():
            return self.standin.send(
                'GET', f'{ROOT}/sobjects/Account/Pendo_Key__c/k?fields=Pendo_Score__c',
                headers={'Authorization': f'Bearer {self.standin.token}'})[2]
        self.assertIn(b'"Pendo_Score__c":5.0}', score())
        self.standin.switches(whole_numbers='integer')
        self.assertIn(b'"Pendo_Score__c":5}', score())

    def test_unknown_members(self):
        self.standin.switches(unknown_members='some')
        self.assertIn('zzNew', self.soql('SELECT Id FROM Account')[1])
        self.assertIn('zzNew', self.api('GET', f'sobjects/Account/{self.account()}')[1])
        self.assertIn('sfdc_new', self.standin.grant()[1])

    def test_every_value_has_a_test(self):
        texts = []
        for name in os.listdir(HERE):
            if name.startswith('test_salesforce_'):
                with open(os.path.join(HERE, name)) as file:
                    texts.append(file.read())
        text = '\n'.join(texts)
        for switch in TABLE:
            for value in switch.values:
                if value == switch.default:
                    continue
                stem = re.escape(value[:-1] if value[-2:] in (':N', ':T') else value)
                used = re.search(rf"{switch.name}(=|': )'{stem}", text)
                swept = re.search(rf"'{stem}'", text) and re.search(rf'{switch.name}=\w+[,)]',
                                                                    text)
                self.assertTrue(used or swept, f'{switch.name}={value}')


class Start(unittest.TestCase):
    def test_readiness(self):
        with Salesforce('--client-id', 'id', '--client-secret', 's', '--refresh-token', 'r',
                        '--size', '50', '--switch', 'page_size=rows:5') as standin:
            self.assertLessEqual({'client_id': 'id', 'client_secret': 's',
                                  'refresh_token': 'r'}.items(), standin.ready.items())
            self.assertEqual(standin.ready['org_id'][:3], '00D')
            self.assertEqual(standin.ready['user_id'][:3], '005')
            self.assertEqual(standin.refresh()[0], 200)
            self.assertEqual(standin.control('GET', 'stats')['records']['Account'], 52)
            self.assertEqual(len(standin.soql('SELECT Id FROM Account')[1]['records']), 5)

    def test_seeds(self):
        def names(*options):
            with Salesforce(*options) as standin:
                return [(row['Id'], row['Name'], row['BillingCity'])
                        for row in standin.records('Account')]
        self.assertEqual(names(), names())
        self.assertNotEqual(names(), names('--seed', '2'))

    def test_bad_options(self):
        for options in (['--switch', 'nope=1'], ['--size', '3'], ['--now', 'x'],
                        ['--switch', 'page_size=rows:x'], ['--switch', 'instance_url=x']):
            done = subprocess.run(
                ['/usr/bin/python3', os.path.join(FOLDER, 'salesforce.py'), *options],
                capture_output=True, timeout=20)
            self.assertNotEqual(done.returncode, 0, options)
            self.assertNotIn(b'Traceback', done.stderr, options)


class Seed(Case):
    def test_awkward_data(self):
        accounts, contacts = self.standin.records('Account'), self.standin.records('Contact')
        names = [row['Name'] for row in accounts]
        self.assertGreater(names.count('Acme'), 2)
        self.assertTrue({'say "hi"', "o'brien", 'line\nbreak', 'smile-\U0001f600-astral'}
                        <= set(names))
        self.assertTrue({'acme', 'ACME'} <= {row['Pendo_Key__c'] for row in accounts})
        self.assertTrue(any(row['MasterRecordId'] for row in accounts))
        self.assertTrue(any(row['MasterRecordId'] for row in contacts))
        self.assertTrue(any(row['IsDeleted'] and not row['MasterRecordId'] for row in accounts))
        for name in ('Email', 'AccountId', 'FirstName', 'Pendo_Key__c'):
            values = [row[name] for row in contacts]
            self.assertIn(None, values, name)
            self.assertLess(len(set(values)), len(values), name)
        emails = [row['Email'] for row in contacts if row['Email'] and not row['IsDeleted']]
        self.assertLess(len(set(emails)), len(emails))
        keys = [row['Pendo_Key__c'] for row in contacts if row['Pendo_Key__c']]
        self.assertEqual(len(set(keys)), len(keys))

    def test_parents_are_alive(self):
        live = {row['Id'] for row in self.standin.records('Account') if not row['IsDeleted']}
        self.assertTrue({row['AccountId'] for row in self.standin.records('Contact')
                         if row['AccountId']} <= live)


if __name__ == '__main__':
    unittest.main()
