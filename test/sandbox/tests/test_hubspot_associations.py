"""Associations of the HubSpot stand-in: default and labelled, one by one and in batches."""

import unittest

from hubspot_support import COMPANIES, CONTACTS, TASKS, Case

V4 = '/crm/v4/objects'
BATCH = '/crm/v4/associations/contacts/companies/batch'


def types(*ids, category='HUBSPOT_DEFINED'):
    return [{'associationCategory': category, 'associationTypeId': each} for each in ids]


class Pair(Case):
    def setUp(self):
        super().setUp()
        self.one = self.company(name='One')
        self.two = self.company(name='Two')
        self.person = self.contact(email='p@example.org')
        self.path = f'{V4}/contacts/{self.person}/associations'

    def linked(self, path=None):
        rows = self.call('GET', path or f'{self.path}/companies')['results']
        return {row['toObjectId']: [kind['typeId'] for kind in row['associationTypes']]
                for row in rows}


class Associations(Pair):
    def test_default(self):
        answer = self.call('PUT', f'{self.path}/default/companies/{self.one}', expect=200)
        self.assertEqual(answer['results'], [{
            'from': {'id': self.person}, 'to': {'id': self.one},
            'associationSpec': types(279)[0]}])
        self.assertEqual(self.linked(), {self.one: [279]})
        self.assertEqual(self.linked(f'{V4}/companies/{self.one}/associations/0-1'),
                         {self.person: [280]})
        self.call('PUT', f'{self.path}/default/companies/{self.one}')     # again: no error
        self.assertEqual([entry['outcome'] for entry in self.effects()][-2:],
                         ['associated', 'unchanged'])

    def test_labelled(self):
        answer = self.call('PUT', f'{self.path}/companies/{self.one}',
                           types(31, category='USER_DEFINED'), expect=201)
        self.assertEqual(answer, {
            'fromObjectTypeId': '0-1', 'fromObjectId': self.person, 'toObjectTypeId': '0-2',
            'toObjectId': self.one, 'labels': ['Billing contact']})
        self.assertEqual(self.linked(), {self.one: [31]})
        self.hub.switches(label_adds_default='all')
        self.call('PUT', f'{self.path}/companies/{self.two}', types(31, category='USER_DEFINED'))
        self.assertEqual(self.linked(), {self.one: [31], self.two: [31, 279]})

    def test_one_primary_company(self):
        for company in (self.one, self.two):
            self.call('PUT', f'{self.path}/companies/{company}', types(1))
        self.assertEqual(self.linked(), {self.one: [279], self.two: [1, 279]})
        self.call('PUT', f'{V4}/companies/{self.one}/associations/contacts/{self.person}',
                  types(2))
        self.assertEqual(self.linked(), {self.one: [1, 279], self.two: [279]})

    def test_wrong_types(self):
        for body in (types(280), types(1, category='USER_DEFINED'), types(204), [], {},
                     [{'associationTypeId': 279}], [{**types(279)[0], 'x': 1}],
                     [{**types(279)[0], 'associationTypeId': '279'}]):
            self.refused(400, 'PUT', f'{self.path}/companies/{self.one}', body)
        self.refused(400, 'PUT', f'{V4}/tasks/1/associations/default/tasks/2')
        self.refused(404, 'PUT', f'{self.path}/default/companies/1')
        self.assertEqual(self.linked(), {})

    def test_dates_move(self):
        self.hub.advance(10)
        self.call('PUT', f'{self.path}/default/companies/{self.one}')
        moved = self.hub.record('companies', self.one)
        self.assertNotEqual(moved['updated_at'], moved['created_at'])
        self.hub.switches(association_bumps='no')
        self.call('PUT', f'{self.path}/default/companies/{self.two}')
        kept = self.hub.record('companies', self.two)
        self.assertEqual(kept['updated_at'], kept['created_at'])
        self.assertEqual(kept['associations'], {'contacts': {self.person: [280]}})

    def test_remove(self):
        self.call('PUT', f'{self.path}/companies/{self.one}', types(1))
        self.call('DELETE', f'{self.path}/companies/{self.one}', expect=204)
        self.call('DELETE', f'{self.path}/companies/{self.one}', expect=204)
        self.assertEqual(self.linked(), {})
        self.assertEqual([entry['outcome'] for entry in self.effects()][-2:],
                         ['dissociated', 'unchanged'])

    def test_archiving_ends_them(self):
        self.call('PUT', f'{self.path}/default/companies/{self.one}')
        self.call('DELETE', f'{COMPANIES}/{self.one}')
        self.assertEqual(self.linked(), {})

    def test_lists_page(self):
        for company in (self.one, self.two):
            self.call('PUT', f'{self.path}/default/companies/{company}')
        first = self.call('GET', f'{self.path}/companies?limit=1')
        after = first['paging']['next']['after']
        second = self.call('GET', f'{self.path}/companies?limit=1&after={after}')
        self.assertEqual([row['toObjectId'] for row in first['results'] + second['results']],
                         [self.one, self.two])
        self.assertNotIn('paging', second)
        self.refused(400, 'GET', f'{self.path}/companies?limit=501')

    def test_ids_may_be_numbers(self):
        self.call('PUT', f'{self.path}/default/companies/{self.one}')
        self.hub.switches(association_ids='integer')
        self.assertEqual(self.linked(), {int(self.one): [279]})

    def test_with_create(self):
        task = self.call('POST', TASKS, {
            'properties': {'hs_timestamp': '2026-01-31T12:00:00Z'}, 'associations': [
                {'to': {'id': self.person}, 'types': types(204)},
                {'to': {'id': self.one}, 'types': types(192)}]})['id']
        row = self.call('GET', f'{TASKS}/{task}?associations=contacts,companies')
        self.assertEqual(row['associations'], {
            'contacts': {'results': [{'id': self.person, 'type': 'task_to_contact'}]},
            'companies': {'results': [{'id': self.one, 'type': 'task_to_company'}]}})
        after = int(self.person) - 1
        listed = self.call('GET', f'{CONTACTS}?associations=tasks&after={after}')['results']
        self.assertIn({'results': [{'id': task, 'type': 'contact_to_task'}]},
                      [row.get('associations', {}).get('tasks') for row in listed])
        before = len(self.effects())
        for to_id, type_ids in (('1', types(204)), (self.person, types(279)), (self.person, [])):
            status = 404 if to_id == '1' else 400
            self.refused(status, 'POST', TASKS, {
                'properties': {'hs_timestamp': '2026-01-31T12:00:00Z'},
                'associations': [{'to': {'id': to_id}, 'types': type_ids}]})
        self.assertEqual(len(self.effects()), before)

    def test_labels(self):
        rows = self.call('GET', '/crm/v4/associations/contacts/companies/labels')['results']
        self.assertIn({'category': 'HUBSPOT_DEFINED', 'typeId': 279, 'label': None}, rows)
        self.assertIn({'category': 'USER_DEFINED', 'typeId': 31, 'label': 'Billing contact'}, rows)


class Batches(Pair):
    def pair(self, company, *kinds):
        row = {'from': {'id': self.person}, 'to': {'id': company}}
        return {**row, 'types': types(*kinds)} if kinds else row

    def test_batch_default(self):
        self.call('POST', f'{BATCH}/associate/default',
                  {'inputs': [self.pair(self.one), self.pair(self.two)]}, expect=200)
        self.assertEqual(self.linked(), {self.one: [279], self.two: [279]})

    def test_batch_create_and_unlabel(self):
        body = {'inputs': [self.pair(self.one, 1), self.pair('1', 279)]}
        answer = self.call('POST', f'{BATCH}/create', body, expect=207)
        self.assertEqual((len(answer['results']), answer['numErrors']), (1, 1))
        self.assertEqual(self.linked(), {self.one: [1, 279]})
        self.call('POST', f'{BATCH}/labels/archive', {'inputs': [self.pair(self.one, 1)]},
                  expect=204)
        self.assertEqual(self.linked(), {self.one: [279]})
        self.call('POST', f'{BATCH}/archive', {'inputs': [
            {'from': {'id': self.person}, 'to': [{'id': self.one}]}]}, expect=204)
        self.assertEqual(self.linked(), {})

    def test_dated_paths(self):
        path = '/crm/associations/2026-09/contacts/companies/batch'
        good = {'inputs': [self.pair(self.one, 279)]}
        self.call('POST', f'{path}/create', good, expect=200)
        bad = {'inputs': [self.pair(self.two, 279), self.pair('1', 279)]}
        self.refused(404, 'POST', f'{path}/create', bad)        # no 207 there
        self.assertEqual(self.linked(), {self.one: [279]})
        gone = {'inputs': [{'from': {'id': self.person}, 'to': [{'id': self.one}]}]}
        self.call('POST', f'{path}/archive', gone, expect=200)
        self.hub.switches(dated_association_status='numbered')
        self.call('POST', f'{path}/create', good, expect=201)
        self.call('POST', f'{path}/archive', gone, expect=204)
        dated = f'/crm/objects/2026-09/contacts/{self.person}/associations'
        self.call('PUT', f'{dated}/default/companies/{self.one}', expect=200)
        self.refused(404, 'GET', f'{dated}/companies')          # batch/read instead

    def test_batch_read(self):
        self.call('PUT', f'{self.path}/default/companies/{self.one}')
        lonely = self.contact(email='lonely@example.org')
        body = {'inputs': [{'id': self.person}, {'id': lonely}]}
        answer = self.call('POST', f'{BATCH}/read', body, expect=207)
        self.assertEqual([(row['from']['id'], [to['toObjectId'] for to in row['to']])
                          for row in answer['results']], [(self.person, [self.one])])
        self.assertEqual(answer['errors'][0]['context']['fromObjectId'], [lonely])
        self.hub.switches(no_associations='empty')
        answer = self.call('POST', f'{BATCH}/read', body, expect=200)
        self.assertEqual(sorted(len(row['to']) for row in answer['results']), [0, 1])
        self.hub.switches(no_associations='absent')
        self.assertEqual(len(self.call('POST', f'{BATCH}/read', body, expect=200)['results']), 1)

    def test_sizes(self):
        inputs = [self.pair(self.one, 279)] * 101
        self.call('POST', f'{BATCH}/create', {'inputs': inputs}, expect=201)
        self.hub.switches(association_batch='100')
        self.refused(400, 'POST', f'{BATCH}/create', {'inputs': inputs})
        ids = [{'id': str(n)} for n in range(1001)]
        self.refused(400, 'POST', f'{BATCH}/read', {'inputs': ids})


if __name__ == '__main__':
    unittest.main()
