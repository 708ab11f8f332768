"""Properties, owners and account of the HubSpot stand-in."""

import unittest

from hubspot_support import COMPANIES, TASKS, Case

PROPERTIES = '/crm/v3/properties'
SCORE = {'name': 'pendo_score', 'label': 'Score', 'type': 'number', 'fieldType': 'number',
         'groupName': 'companyinformation'}


class Properties(Case):
    def make(self, kind='companies', expect=201, **more):
        wish = {**SCORE, **more}
        return self.call('POST', f'{PROPERTIES}/{kind}', wish, expect=expect)

    def test_list_and_one(self):
        rows = {row['name']: row for row in
                self.call('GET', f'{PROPERTIES}/companies')['results']}
        self.assertIs(rows['createdate']['modificationMetadata']['readOnlyValue'], True)
        self.assertIs(rows['external_id']['hasUniqueValue'], True)
        self.assertIs(rows['name']['hubspotDefined'], True)
        self.assertEqual([row['value'] for row in rows['plan']['options']],
                         ['free', 'team', 'enterprise'])
        self.assertEqual(self.call('GET', f'{PROPERTIES}/0-2/plan'), rows['plan'])
        self.assertEqual(self.refused(404, 'GET', f'{PROPERTIES}/companies/nope')['category'],
                         'OBJECT_NOT_FOUND')

    def test_create_and_use(self):
        made = self.make()
        self.assertEqual((made['type'], made['hasUniqueValue']), ('number', False))
        self.company(name='x', pendo_score='5')
        again = self.make(expect=409)
        self.assertEqual((again['category'], again['subCategory']),
                         ('OBJECT_ALREADY_EXISTS', 'Properties.PROPERTY_WITH_NAME_EXISTS'))

    def test_usable_after_a_while(self):
        self.hub.switches(property_delay='ms:500')
        self.make()
        body = {'properties': {'name': 'x', 'pendo_score': '5'}}
        answer = self.refused(400, 'POST', COMPANIES, body)
        self.assertEqual(self.problems(answer)[0]['error'], 'PROPERTY_DOESNT_EXIST')
        self.call('GET', f'{PROPERTIES}/companies/pendo_score')
        self.hub.advance(0.5)
        self.call('POST', COMPANIES, body)

    def test_unique(self):
        self.make(name='own_key', type='string', fieldType='text', hasUniqueValue=True)
        first = self.company(name='x', own_key='k')
        answer = self.call('POST', f'{COMPANIES}/batch/upsert', {'inputs': [
            {'id': 'k', 'idProperty': 'own_key', 'properties': {'name': 'y'}}]})
        self.assertEqual(answer['results'][0]['id'], first)

    def test_at_most_ten_unique_ones(self):
        for number in range(9):         # external_id is there already
            self.make(name=f'own_{number}', hasUniqueValue=True)
        self.make(name='own_last', hasUniqueValue=True, expect=400)
        self.make(name='own_last')

    def test_unique_on_tasks_is_a_switch(self):
        wish = {'name': 'task_key', 'type': 'string', 'fieldType': 'text', 'groupName': 'task',
                'hasUniqueValue': True}
        self.make('tasks', expect=400, **wish)
        self.hub.switches(unique_on_tasks='allowed')
        self.make('tasks', **wish)
        body = {'inputs': [{'id': 'k', 'idProperty': 'task_key', 'properties': {
            'task_key': 'k', 'hs_timestamp': '2026-01-31T12:00:00Z'}}]}
        for new in (True, False):
            row, = self.call('POST', f'{TASKS}/batch/upsert', body)['results']
            self.assertIs(row['new'], new)

    def test_what_is_refused(self):
        for more in ({'name': 'Upper'}, {'name': '1st'}, {'name': ''}, {'type': 'text'},
                     {'fieldType': 'select'}, {'groupName': 'nope'}, {'label': None},
                     {'type': 'bool', 'fieldType': 'booleancheckbox'},
                     {'type': 'bool', 'fieldType': 'booleancheckbox', 'options': [
                         {'label': 'Yes', 'value': 'yes'}, {'label': 'No', 'value': 'no'}]},
                     {'options': 'x'}, {'nonsense': 1}, {'hasUniqueValue': 'true'}):
            with self.subTest(**more):
                self.make(expect=400, **more)
        options = [{'label': 'Yes', 'value': 'true'}, {'label': 'No', 'value': 'false'}]
        self.make(name='flag', type='bool', fieldType='booleancheckbox', options=options)
        self.assertEqual([entry['property'] for entry in self.effects()], ['flag'])

    def test_change(self):
        self.make(name='stage', type='enumeration', fieldType='select',
                  options=[{'label': 'A', 'value': 'a'}])
        path = f'{PROPERTIES}/companies/stage'
        row = self.call('PATCH', path, {'options': [{'label': 'B', 'value': 'b'}],
                                        'label': 'New', 'hasUniqueValue': True})
        self.assertEqual(([each['value'] for each in row['options']], row['label'],
                          row['hasUniqueValue']), (['b'], 'New', False))
        self.refused(400, 'POST', COMPANIES, {'properties': {'name': 'x', 'stage': 'a'}})
        self.call('DELETE', path, expect=204)
        self.refused(404, 'GET', path)
        self.call('GET', path + '?archived=true')
        self.refused(400, 'POST', COMPANIES, {'properties': {'name': 'x', 'stage': 'b'}})
        self.make(name='stage')

    def test_batches(self):
        batch = f'{PROPERTIES}/companies/batch'
        body = {'inputs': [{**SCORE, 'name': 'b_one'}, {**SCORE, 'name': 'plan'}]}
        answer = self.call('POST', f'{batch}/create', body, expect=207)
        self.assertEqual([row['name'] for row in answer['results']], ['b_one'])
        self.assertEqual(answer['errors'][0]['context'], {'name': ['plan']})
        names = {'inputs': [{'name': 'b_one'}, {'name': 'nope'}], 'archived': False}
        answer = self.call('POST', f'{batch}/read', names, expect=207)
        self.assertEqual(answer['errors'][0]['context'], {'name': ['nope']})
        self.call('POST', f'{batch}/archive', {'inputs': [{'name': 'b_one'}]}, expect=204)
        self.refused(404, 'GET', f'{PROPERTIES}/companies/b_one')

    def test_groups(self):
        path = f'{PROPERTIES}/companies/groups'
        self.call('POST', path, {'name': 'pendo', 'label': 'Pendo'}, expect=201)
        self.refused(409, 'POST', path, {'name': 'pendo', 'label': 'Pendo'})
        self.make(groupName='pendo')
        self.assertIn('pendo', [row['name'] for row in self.call('GET', path)['results']])
        self.call('GET', f'{path}/pendo')


class Account(Case):
    def test_details(self):
        answer = self.call('GET', '/account-info/v3/details')
        self.assertEqual((answer['portalId'], answer['timeZone'], answer['utcOffset']),
                         (self.hub.ready['portal_id'], 'America/New_York', '-04:00'))
        self.call('GET', '/account-info/2026-09/details')

    def test_daily_usage(self):
        path = '/account-info/v3/api-usage/daily/private-apps'
        first = self.call('GET', path)['results'][0]
        second = self.call('GET', path)['results'][0]
        self.assertEqual(second['currentUsage'], first['currentUsage'] + 1)
        self.assertEqual((first['usageLimit'], first['resetsAt']),
                         (650_000, '2024-03-21T04:00:00.000Z'))

    def test_owners(self):
        rows = self.call('GET', '/crm/v3/owners')['results']
        self.assertEqual([row['id'] for row in rows], ['71', '72', '73'])
        self.assertNotEqual(rows[0]['id'], str(rows[0]['userId']))
        one = self.call('GET', '/crm/v3/owners?email=SAM.seller@example.com')['results']
        self.assertEqual([row['id'] for row in one], ['72'])
        gone = self.call('GET', '/crm/v3/owners?archived=true')['results']
        self.assertEqual([row['id'] for row in gone], ['74'])
        page = self.call('GET', '/crm/owners/2026-09?limit=2')
        self.assertEqual(page['paging']['next']['after'], '72')
        self.assertEqual(self.call('GET', '/crm/v3/owners/9000002?idProperty=userId')['id'], '72')
        self.refused(404, 'GET', '/crm/v3/owners/74')


if __name__ == '__main__':
    unittest.main()
