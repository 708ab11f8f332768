"""Queries: what is matched, in which order, in which pages, and what is refused."""

import unittest
from urllib.parse import quote

from salesforce_support import ROOT, Case

DAY = 86400

MALFORMED = (
    '', 'x', 'SELECT', 'SELECT Id', 'SELECT Id FROM', 'SELECT * FROM Account',
    'SELECT Id, Id FROM Account', 'SELECT COUNT(Id) FROM Account',
    'SELECT COUNT(), Id FROM Account', 'SELECT (SELECT Id FROM Contacts) FROM Account',
    'SELECT Id FROM Account; DROP',
) + tuple('SELECT Id FROM Account ' + tail for tail in (
    'WHERE', 'WHERE Name', 'WHERE Name = ', "WHERE 'a' = Name", "WHERE Name = 'a",
    'WHERE Name = "a"', "WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", "WHERE (Name = 'a'",
    'WHERE Name IN ()', 'WHERE Id IN (SELECT AccountId FROM Contact)',
    'WHERE CreatedDate > 2024-13-01T00:00:00Z', 'WHERE CreatedDate > 2024-01-01T00:00:00',
    r"WHERE Name = 'a\q'", 'WHERE ' + '(' * 300 + "Name='a'" + ')' * 300,
    'ORDER BY', 'ORDER BY Name NULLS', 'ORDER BY Description', 'GROUP BY Name',
    'LIMIT x', 'LIMIT -1', 'LIMIT 1 LIMIT 2',
))


class Rows(Case):
    """Five accounts that only these queries meet."""

    def setUp(self):
        super().setUp()
        self.ids = {}
        for name, fields in (
                ('Alpha', {'Phone': '1', 'Pendo_Score__c': 10, 'NumberOfEmployees': 5}),
                ('beta', {'Phone': '2', 'Pendo_Score__c': 2.5, 'Pendo_Active__c': True}),
                ("o'neil %_\\x", {'Phone': '3', 'Pendo_First_Visit__c': '2024-02-29'}),
                ('Gamma\nray', {'Phone': '4', 'Pendo_Last_Visit__c': '2024-01-01T00:00:00Z'}),
                ('delta', {'Phone': '5', 'Pendo_Tags__c': 'New;Champion',
                           'Pendo_Key__c': 'Key', 'Pendo_Code__c': 'Code'})):
            self.ids[name] = self.account(Name=name, AccountNumber='q', **fields)

    def phones(self, where='', order='Phone'):
        where = f' AND ({where})' if where else ''
        rows = self.rows(f"SELECT Phone FROM Account WHERE AccountNumber = 'q'{where} "
                         f'ORDER BY {order}')
        return ''.join(row['Phone'] for row in rows)

    def test_conditions(self):
        one = self.ids['Alpha']
        for where, phones in (
                ("Name = 'ALPHA'", '1'), ("Name != 'alpha'", '2345'), ("Name <> 'alpha'", '2345'),
                ("Name < 'C'", '12'), ("Name >= 'delta'", '345'), ("Name LIKE 'B%'", '2'),
                ("Name LIKE '_eta'", '2'), ("Name LIKE '%\\%\\_%'", '3'),
                ("Name LIKE '%_x'", '3'), ("Name LIKE '%\\\\x'", '3'),
                (r"Name = 'o\'neil %_\\x'", '3'), (r"Name = 'gamma\nray'", '4'),
                ('Pendo_Score__c = null', '345'), ('Pendo_Score__c != null', '12'),
                ('Pendo_Score__c > 2.5', '1'), ('Pendo_Score__c >= 2.5', '12'),
                ('Pendo_Score__c <= 1e1', '12'), ('Pendo_Score__c != 10', '2345'),
                ('Pendo_Score__c < 100', '12'), ('Pendo_Score__c IN (10, 2.5, null)', '12345'),
                ('Pendo_Score__c NOT IN (10)', '2345'), ('NumberOfEmployees = 5', '1'),
                ('Pendo_Active__c = TRUE', '2'), ('Pendo_Active__c != true', '1345'),
                ('Pendo_First_Visit__c = 2024-02-29', '3'),
                ('Pendo_First_Visit__c > 2024-02-29', ''),
                ('Pendo_Last_Visit__c = 2024-01-01T01:00:00+01:00', '4'),
                ('Pendo_Last_Visit__c < 2024-01-01T00:00:00.001Z', '4'),
                ("Pendo_Tags__c INCLUDES ('champion')", '5'),
                ("Pendo_Tags__c INCLUDES ('New;Champion', 'Detractor')", '5'),
                ("Pendo_Tags__c INCLUDES ('New;Detractor')", ''),
                ("Pendo_Tags__c EXCLUDES ('New')", '1234'),
                ("Pendo_Key__c = 'key'", ''), ("Pendo_Key__c = 'Key'", '5'),
                ("Pendo_Code__c = 'cODE'", '5'), (f"Id = '{one}'", '1'),
                (f"Id = '{one[:15]}'", '1'), (f"Id IN ('{one}', '{one}')", '1'),
                (f"Id != '{one}'", '2345'), (f"Id > '{one}'", '2345'),
                ("NOT Name = 'alpha'", '2345'), ("NOT (Phone = '1' OR Phone = '2')", '345'),
                ("Phone = '1' OR (Phone > '2' AND Phone < '4')", '13'),
                ("Owner.Name = 'Integration User'", '12345'), ("Parent.Name = null", '12345'),
                ("Parent.Name != 'x'", '12345'), ("Parent.Name = 'x'", ''),
                ("Account.Name = 'delta'", '5'), ("account.name = 'delta'", '5')):
            with self.subTest(where):
                self.assertEqual(self.phones(where), phones)

    def test_order(self):
        for order, phones in (('Phone DESC', '54321'), ('Name', '12543'),
                              ('Pendo_Score__c, Phone', '34521'),
                              ('Pendo_Score__c NULLS LAST, Phone DESC', '21543'),
                              ('Pendo_Score__c DESC NULLS LAST, Phone', '12345'),
                              ('Pendo_Score__c DESC, Phone', '34512'),
                              ('Owner.Name, Id DESC', '54321')):
            with self.subTest(order):
                self.assertEqual(self.phones(order=order), phones)

    def test_limit_and_offset(self):
        def phones(tail):
            return [row['Phone'] for row in self.rows(
                f"SELECT Phone FROM Account WHERE AccountNumber = 'q' ORDER BY Phone {tail}")]
        self.assertEqual(phones('LIMIT 2'), ['1', '2'])
        self.assertEqual(phones('LIMIT 2 OFFSET 4'), ['5'])
        self.assertEqual(phones('LIMIT 0'), [])

    def test_shape(self):
        one = self.ids['Alpha']
        contact = self.contact(AccountId=one)
        status, body = self.soql('SELECT Id, Account.Name, Account.Owner.LastName, ReportsTo.Name, '
                                 f"CreatedDate FROM Contact WHERE Id = '{contact}'")
        me = self.standin.ready['user_id']

        def attributes(kind, record_id):
            return {'type': kind, 'url': f'{ROOT}/sobjects/{kind}/{record_id}'}
        self.assertEqual((status, body), (200, {'totalSize': 1, 'done': True, 'records': [{
            'attributes': attributes('Contact', contact), 'Id': contact,
            'Account': {'attributes': attributes('Account', one), 'Name': 'Alpha',
                        'Owner': {'attributes': attributes('User', me), 'LastName': 'User'}},
            'ReportsTo': None, 'CreatedDate': '2024-03-20T15:34:56.000+0000'}]}))

    def test_count(self):
        self.assertEqual(self.soql("SELECT COUNT() FROM Account WHERE AccountNumber = 'q'"),
                         (200, {'totalSize': 5, 'done': True, 'records': []}))

    def test_fields(self):
        def names(group):
            return set(self.rows(f'SELECT FIELDS({group}) FROM Account LIMIT 1')[0])
        self.assertIn('Pendo_Key__c', names('ALL') & names('CUSTOM'))
        self.assertNotIn('Pendo_Key__c', names('STANDARD'))
        self.assertNotIn('Pendo_Secret__c', names('ALL'))
        self.refused(self.soql('SELECT FIELDS(ALL) FROM Account'), 400, 'MALFORMED_QUERY')
        self.refused(self.soql('SELECT FIELDS(ALL) FROM Account LIMIT 201'), 400,
                     'MALFORMED_QUERY')

    def test_deleted(self):
        self.api('DELETE', f'sobjects/Account/{self.ids["beta"]}')
        text = "SELECT Phone, IsDeleted FROM Account WHERE AccountNumber = 'q'"
        self.assertEqual([row['Phone'] for row in self.rows(text)], ['1', '3', '4', '5'])
        self.assertEqual([row['Phone'] for row in self.rows(text, 'queryAll')
                          if row['IsDeleted']], ['2'])
        since = ' AND IsDeleted = true AND SystemModstamp >= 2024-03-20T15:34:56Z'
        self.assertEqual(len(self.rows(text + since, 'queryAll')), 1)
        self.assertEqual(self.rows(text + since), [])
        for days, left in ((15, 1), (1, 0)):
            self.standin.control('POST', 'clock', {'advance_seconds': days * DAY})
            self.standin.forget_token()
            self.assertEqual(len(self.rows(text + since, 'queryAll')), left)

    def test_archived_tasks(self):
        count = 'SELECT COUNT() FROM Task WHERE IsArchived = true'
        self.assertEqual(self.soql(count)[1]['totalSize'], 0)
        self.assertEqual(self.soql(count, 'queryAll')[1]['totalSize'], 2)

    def test_indexed_lookups_find_deleted_records(self):
        self.api('DELETE', f'sobjects/Account/{self.ids["delta"]}')
        text = "SELECT Id FROM Account WHERE Pendo_Key__c = 'Key'"
        self.assertEqual((len(self.rows(text)), len(self.rows(text, 'queryAll'))), (0, 1))


class Refused(Case):
    def test_malformed(self):
        for text in MALFORMED:
            with self.subTest(text[:60]):
                self.refused(self.soql(text), 400, 'MALFORMED_QUERY')
        self.refused(self.api('GET', 'query'), 400, 'MALFORMED_QUERY')

    def test_the_message_points_at_the_place(self):
        error = self.refused(self.soql('SELECT Id\nFROM Account\nWHERE Name ~ 1'), 400,
                             'MALFORMED_QUERY')
        self.assertTrue(error['message'].startswith(
            '\nWHERE Name ~ 1\n           ^\nERROR at Row:3:Column:12\n'), error['message'])

    def test_fields_and_types(self):
        for text, code in (
                ('SELECT Nope FROM Account', 'INVALID_FIELD'),
                ('SELECT Pendo_Secret__c FROM Account', 'INVALID_FIELD'),
                ('SELECT Nope.Name FROM Contact', 'INVALID_FIELD'),
                ('SELECT Account.Nope FROM Contact', 'INVALID_FIELD'),
                ('SELECT Id FROM Account WHERE Nope = 1', 'INVALID_FIELD'),
                ('SELECT Id FROM Account ORDER BY Nope', 'INVALID_FIELD'),
                ("SELECT Id FROM Account WHERE CreatedDate > '2024-01-01T00:00:00Z'",
                 'INVALID_FIELD'),
                ('SELECT Id FROM Account WHERE CreatedDate > 2024-01-01', 'INVALID_FIELD'),
                ('SELECT Id FROM Account WHERE Name = 5', 'INVALID_FIELD'),
                ("SELECT Id FROM Account WHERE Pendo_Score__c = '5'", 'INVALID_FIELD'),
                ("SELECT Id FROM Account WHERE Description = 'a'", 'INVALID_FIELD'),
                ("SELECT Id FROM Account WHERE Pendo_Score__c LIKE '5'", 'INVALID_FIELD'),
                ('SELECT Id FROM Account WHERE Pendo_Score__c < null', 'INVALID_FIELD'),
                ('SELECT Id FROM Account WHERE IsDeleted > false', 'INVALID_FIELD'),
                ("SELECT Id FROM Account WHERE Name INCLUDES ('a')", 'INVALID_FIELD'),
                ('SELECT Id FROM Account WHERE Pendo_Tags__c INCLUDES (null)', 'INVALID_FIELD'),
                ("SELECT Id FROM Account WHERE Id = 'x'", 'INVALID_QUERY_FILTER_OPERATOR'),
                ('SELECT Id FROM Nope', 'INVALID_TYPE'),
                ('SELECT Id FROM Account LIMIT 1 OFFSET 2001', 'NUMBER_OUTSIDE_VALID_RANGE')):
            with self.subTest(text):
                self.refused(self.soql(text), 400, code)

    def test_lengths(self):
        self.refused(self.soql('SELECT Id FROM Account' + ' ' * 16_400), 414, 'URI_TOO_LONG')

    def test_a_plus_is_a_blank(self):
        text = 'SELECT Id FROM Account WHERE CreatedDate > 2024-01-01T00:00:00+00:00'
        self.assertEqual(self.soql(text)[0], 200)
        self.refused(self.api('GET', 'query?q=' + quote(text, safe='+')), 400,
                     'MALFORMED_QUERY')


class Pages(Case):
    def pages(self, text, what='query', **headers):
        """Sizes of the pages, all rows."""
        status, body = self.soql(text, what, **headers)
        sizes, rows = [], []
        while True:
            self.assertEqual(status, 200, body)
            sizes.append(len(body['records']))
            rows += body['records']
            self.assertEqual('nextRecordsUrl' in body, not body['done'])
            if body['done']:
                self.assertEqual(body['totalSize'], len(rows))
                return sizes, rows
            status, body = self.api('GET', body['nextRecordsUrl'])

    def test_paging(self):
        self.standin.switches(page_size='rows:50')
        sizes, rows = self.pages('SELECT Id FROM Contact ORDER BY Id')
        self.assertEqual(sizes, [50, 50, 14])
        self.assertEqual([row['Id'] for row in rows], sorted(
            row['Id'] for row in self.standin.records('Contact') if not row['IsDeleted']))
        self.assertEqual(self.pages('SELECT Id FROM Contact LIMIT 100')[0], [50, 50])
        self.assertEqual(self.pages('SELECT Id FROM Contact', 'queryAll')[0], [50, 50, 19])

    def test_the_hint(self):
        self.standin.collect('POST', '', *({'Name': f'n{n}', 'AccountNumber': 'p'}
                                           for n in range(200)))
        for batch, sizes in (('batchSize=10', [200, 36]), ('batchSize=2000', [236]),
                             ('nope', [236])):
            self.assertEqual(self.pages('SELECT Id FROM Account',
                                        **{'Sforce-Query-Options': batch})[0], sizes)

    def test_what_is_written_meanwhile_changes_no_page(self):
        self.standin.switches(page_size='rows:100')
        first = self.soql('SELECT Id FROM Contact ORDER BY Id')[1]
        self.contact()
        gone = self.standin.records('Contact')[105]['Id']
        self.api('DELETE', f'sobjects/Contact/{gone}')
        rest = self.api('GET', first['nextRecordsUrl'])[1]
        self.assertEqual((rest['totalSize'], len(rest['records'])), (114, 14))

    def test_locators_end(self):
        def first():
            return self.soql('SELECT Id FROM Contact')[1]['nextRecordsUrl']
        self.standin.switches(page_size='rows:50', session_timeout='minutes:99999')
        url = first()
        self.assertRegex(url, r'^/services/data/v68\.0/query/01g\w{15}-50$')
        for hours, status in ((47, 200), (2, 400)):
            self.standin.control('POST', 'clock', {'advance_seconds': hours * 3600})
            self.assertEqual(self.api('GET', url)[0], status)
        self.standin.switches(locator_life='hours:1')
        url = first()
        self.standin.control('POST', 'clock', {'advance_seconds': 3601})
        self.refused(self.api('GET', url), 400, 'INVALID_QUERY_LOCATOR')
        url = first()
        self.standin.control('DELETE', 'locators')
        self.refused(self.api('GET', url), 400, 'INVALID_QUERY_LOCATOR')
        beyond = first().rsplit('/', 1)[1].replace('-50', '-999')
        for name in ('x', '01g000000000000AAA-50', beyond):
            self.refused(self.api('GET', f'query/{name}'), 400, 'INVALID_QUERY_LOCATOR')

    def test_keyset_pages_over_equal_stamps(self):
        """The pattern of incremental reads meets every record once."""
        mark, last, seen = '2000-01-01T00:00:00Z', '000000000000000AAA', []
        while True:
            rows = self.rows('SELECT Id, SystemModstamp FROM Contact WHERE (SystemModstamp = '
                             f"{mark} AND Id > '{last}') OR SystemModstamp > {mark} "
                             'ORDER BY SystemModstamp, Id LIMIT 10')
            if not rows:
                break
            seen += rows
            mark, last = rows[-1]['SystemModstamp'].replace('+0000', 'Z'), rows[-1]['Id']
        self.assertEqual(sorted(row['Id'] for row in seen), sorted(
            row['Id'] for row in self.standin.records('Contact') if not row['IsDeleted']))
        stamps = [row['SystemModstamp'] for row in seen]
        self.assertEqual(max(stamps.count(one) for one in stamps), 30)


class Windows(Case):
    def window(self, what, start, end, kind='Account'):
        return self.api('GET', f'sobjects/{kind}/{what}?start={quote(start)}&end={quote(end)}')

    def test_updated(self):
        one = self.account()
        two = self.account()
        self.api('DELETE', f'sobjects/Account/{two}')
        status, body = self.window('updated', '2024-03-20T15:34:00Z', '2024-03-20T15:35:59Z')
        self.assertEqual((status, body), (200, {
            'ids': [one], 'latestDateCovered': '2024-03-20T15:34:56.000+0000'}))
        self.assertEqual(self.window('updated', '2024-03-20T15:30:00+00:00',
                                     '2024-03-20T15:34:00Z')[1]['ids'], [])
        self.standin.switches(updated_limit='ids:0')
        self.refused(self.window('updated', '2024-03-20T15:34:00Z', '2024-03-20T15:35:00Z'),
                     400, 'EXCEEDED_ID_LIMIT')

    def test_deleted(self):
        one = self.account()
        self.api('DELETE', f'sobjects/Account/{one}')
        status, body = self.window('deleted', '2024-03-20T15:34:00Z', '2024-03-20T15:35:00Z')
        self.assertEqual((status, body), (200, {
            'deletedRecords': [{'id': one, 'deletedDate': '2024-03-20T15:34:56.000+0000'}],
            'earliestDateAvailable': '2024-03-05T15:34:56.000+0000',
            'latestDateCovered': '2024-03-20T15:34:56.000+0000'}))

    def test_bounds(self):
        for what, start, end in (('updated', '2024-02-01T00:00:00Z', '2024-03-20T00:00:00Z'),
                                 ('updated', '2024-03-20T00:00:10Z', '2024-03-20T00:00:20Z'),
                                 ('updated', 'x', '2024-03-20T00:00:00Z'),
                                 ('deleted', '2024-03-04T00:00:00Z', '2024-03-05T00:00:00Z')):
            self.refused(self.window(what, start, end), 400, 'INVALID_REPLICATION_DATE')


class Describe(Case):
    def test_global(self):
        status, body = self.api('GET', 'sobjects')
        self.assertEqual((status, body['encoding'], body['maxBatchSize']), (200, 'UTF-8', 200))
        self.assertEqual([(one['name'], one['keyPrefix'], one['createable'])
                          for one in body['sobjects']],
                         [('Account', '001', True), ('Contact', '003', True),
                          ('Task', '00T', True), ('User', '005', False),
                          ('Organization', '00D', False)])
        url = body['sobjects'][0]['urls']['describe']
        self.assertEqual(self.api('GET', url)[1]['name'], 'Account')
        self.assertEqual(self.api('GET', 'sobjects/Account')[1]['objectDescribe']['name'],
                         'Account')

    def fields(self, name='Account'):
        return {one['name']: one for one in
                self.api('GET', f'sobjects/{name}/describe')[1]['fields']}

    def test_fields(self):
        fields = self.fields()
        for name, members in (
                ('Pendo_Key__c', {'type': 'string', 'length': 255, 'externalId': True,
                                  'unique': True, 'caseSensitive': True, 'custom': True,
                                  'idLookup': True, 'nillable': True}),
                ('Pendo_Code__c', {'unique': True, 'caseSensitive': False}),
                ('Legacy_Key__c', {'externalId': True, 'unique': False}),
                ('Name', {'nillable': False, 'defaultedOnCreate': False, 'nameField': True}),
                ('OwnerId', {'type': 'reference', 'referenceTo': ['User'],
                             'relationshipName': 'Owner', 'defaultedOnCreate': True}),
                ('SystemModstamp', {'type': 'datetime', 'createable': False,
                                    'updateable': False}),
                ('Pendo_Score__c', {'precision': 5, 'scale': 2, 'type': 'double'}),
                ('NumberOfEmployees', {'type': 'int', 'digits': 8}),
                ('Pendo_Label__c', {'calculated': True, 'createable': False}),
                ('Pendo_Health__c', {'restrictedPicklist': True})):
            self.assertLessEqual(members.items(), fields[name].items(), name)
        self.assertEqual([one['value'] for one in fields['Pendo_Health__c']['picklistValues']],
                         ['Green', 'Yellow', 'Red'])
        self.assertNotIn('Pendo_Secret__c', fields)

    def test_what_is_required(self):
        for name, wanted in (('Account', ['Name']), ('Contact', ['LastName']), ('Task', [])):
            self.assertEqual([one['name'] for one in self.fields(name).values()
                              if one['createable'] and not one['nillable']
                              and not one['defaultedOnCreate']], wanted)

    def test_rights(self):
        self.standin.control('PUT', 'permissions', {'hidden': ['Account.Phone'],
                                                    'read_only': ['Account.Website']})
        fields = self.fields()
        self.assertNotIn('Phone', fields)
        self.assertEqual((fields['Website']['createable'], fields['Website']['updateable']),
                         (False, False))

    def test_not_modified(self):
        path = 'sobjects/Account/describe'
        last = self.standin.full('GET', path)[1]['Last-Modified']
        since = {'If-Modified-Since': last}
        self.assertEqual(self.api('GET', path, headers=since), (304, None))
        self.standin.control('PUT', 'permissions', {'hidden': ['Account.Phone']})
        self.assertEqual(self.api('GET', path, headers=since)[0], 200)

    def test_relations(self):
        body = self.api('GET', 'sobjects/Account/describe')[1]
        self.assertIn(('Contacts', 'Contact', 'AccountId'),
                      [(one['relationshipName'], one['childSObject'], one['field'])
                       for one in body['childRelationships']])
        self.assertEqual(len(body['recordTypeInfos']), 1)


if __name__ == '__main__':
    unittest.main()
