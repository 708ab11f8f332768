"""Search of the HubSpot stand-in: filters, paging, the cap, and the lag."""

import unittest

from hubspot_support import COMPANIES, CONTACTS, Case


def group(*filters):
    names = ('propertyName', 'operator', 'value', 'highValue')
    rows = []
    for row in filters:
        made = dict(zip(names, row))
        if isinstance(made.get('value'), list):
            made['values'] = made.pop('value')
        rows.append(made)
    return {'filters': rows}


class Filters(Case):
    SWITCHES = {'index_lag': 'none'}

    def setUp(self):
        super().setUp()
        for name, score, city, day in (('Alpha One', '7', 'Oslo', '2026-01-01'),
                                       ('Beta two', '10', 'Rome', '2026-02-01'),
                                       ('gamma-three', None, None, None)):
            self.company(**{'name': name, 'health_score': score, 'city': city,
                            'renewal_date': day, 'domain': 'filters.example.org'})

    def search(self, *filters, path=COMPANIES, **more):
        own = ('domain', 'EQ', 'filters.example.org')
        body = {'filterGroups': [group(own, *filters)], 'properties': ['name'], **more}
        return self.call('POST', path + '/search', body)

    def names(self, *filters, **more):
        return sorted(row['properties']['name'][:1]
                      for row in self.search(*filters, **more)['results'])

    def test_operators(self):
        for condition, found in (
                (('name', 'EQ', 'alpha one'), 'A'), (('name', 'EQ', 'Alpha'), ''),
                (('name', 'NEQ', 'ALPHA ONE'), 'Bg'),
                (('name', 'IN', ['alpha one', 'beta two']), 'AB'),
                (('name', 'IN', ['Alpha One', 'Beta two']), ''),
                (('name', 'NOT_IN', ['alpha one']), 'Bg'),
                (('health_score', 'GT', '7'), 'B'), (('health_score', 'GTE', 7), 'AB'),
                (('health_score', 'LT', '10'), 'A'), (('health_score', 'LTE', '10.0'), 'AB'),
                (('health_score', 'EQ', '10.00'), 'B'),
                (('health_score', 'BETWEEN', '7', '9'), 'A'),
                (('health_score', 'HAS_PROPERTY'), 'AB'),
                (('health_score', 'NOT_HAS_PROPERTY'), 'g'),
                (('name', 'CONTAINS_TOKEN', 'two'), 'B'),
                (('name', 'CONTAINS_TOKEN', 'three'), 'g'),
                (('name', 'CONTAINS_TOKEN', 'thr'), ''),
                (('name', 'CONTAINS_TOKEN', 'thr*'), 'g'),
                (('name', 'NOT_CONTAINS_TOKEN', 'two'), 'Ag'),
                (('renewal_date', 'LT', '2026-01-15'), 'A'),
                (('renewal_date', 'GTE', '1769904000000'), 'B'),
                (('createdate', 'GTE', '2024-03-20T15:34:56Z'), 'ABg'),
                (('createdate', 'GT', '1710948896000'), ''),
                (('hubspot_owner_id', 'HAS_PROPERTY'), '')):
            with self.subTest(condition=condition):
                self.assertEqual(self.names(condition), list(found))

    def test_switches(self):
        self.assertEqual(self.names(('city', 'NEQ', 'Oslo')), ['B'])
        self.hub.switches(search_negative_null='included', search_eq_case='exact')
        self.assertEqual(self.names(('city', 'NEQ', 'Oslo')), ['B', 'g'])
        self.assertEqual(self.names(('name', 'EQ', 'alpha one')), [])

    def test_groups_are_alternatives(self):
        body = {'filterGroups': [group(('name', 'EQ', 'Alpha One'), ('city', 'EQ', 'Rome')),
                                 group(('name', 'EQ', 'Beta two'), ('city', 'EQ', 'Rome'))],
                'properties': ['name']}
        answer = self.call('POST', COMPANIES + '/search', body)
        self.assertEqual([row['properties']['name'] for row in answer['results']], ['Beta two'])

    def test_sort(self):
        def sorted_by(*sorts):
            return [row['properties']['name'][:1]
                    for row in self.search(sorts=list(sorts))['results']]
        self.assertEqual(sorted_by({'propertyName': 'health_score', 'direction': 'DESCENDING'}),
                         ['B', 'A', 'g'])
        self.assertEqual(sorted_by('health_score'), ['A', 'B', 'g'])
        self.assertEqual(sorted_by('-name'), ['g', 'B', 'A'])
        self.assertEqual(sorted_by({'propertyName': 'hs_object_id'}), ['A', 'B', 'g'])
        self.refused(400, 'POST', COMPANIES + '/search', {'sorts': ['name', 'city']})

    def test_no_sort_no_order(self):
        def ids():
            return [row['id'] for row in self.call('POST', CONTACTS + '/search',
                                                   {'limit': 50})['results']]
        self.assertNotEqual(ids(), sorted(ids(), key=int))
        self.hub.switches(result_order='request')
        self.assertEqual(ids(), sorted(ids(), key=int))

    def test_query(self):
        body = {'query': 'GAMMA', 'properties': ['name']}
        found = self.call('POST', COMPANIES + '/search', body)
        self.assertEqual((found['total'], found['results'][0]['properties']['name']),
                         (1, 'gamma-three'))
        self.refused(400, 'POST', COMPANIES + '/search', {'query': 'x' * 3001})

    def test_associations(self):
        company = self.company(name='linked')
        contact = self.contact(email='linked@example.org')
        self.call('PUT', f'/crm/v4/objects/companies/{company}/associations/default/'
                         f'contacts/{contact}')
        body = {'filterGroups': [group(('associations.company', 'EQ', company))]}
        found = self.call('POST', CONTACTS + '/search', body)
        self.assertEqual([row['id'] for row in found['results']], [contact])

    def test_what_is_refused(self):
        one = group(('name', 'EQ', 'x'))
        for body in ({'filterGroups': [one] * 6},
                     {'filterGroups': [group(*[('name', 'EQ', 'x')] * 7)]},
                     {'filterGroups': [group(*[('name', 'EQ', 'x')] * 5)] * 4},
                     {'filterGroups': [group(('nonsense', 'EQ', 'x'))]},
                     {'filterGroups': [group(('name', 'LIKE', 'x'))]},
                     {'filterGroups': [group(('name', 'EQ'))]},
                     {'filterGroups': [group(('name', 'IN', 'x'))]},
                     {'filterGroups': [group(('health_score', 'GT', 'many'))]},
                     {'filterGroups': [{}]}, {'limit': 201}, {'limit': 0}, {'after': 'x'},
                     {'filters': []}):
            with self.subTest(body=body):
                self.refused(400, 'POST', COMPANIES + '/search', body)
        self.hub.switches(search_filters='5-10-25')
        self.call('POST', COMPANIES + '/search',
                  {'filterGroups': [group(*[('name', 'EQ', 'x')] * 7)]})
        self.hub.switches(search_filters='6-6-18')
        self.call('POST', COMPANIES + '/search', {'filterGroups': [one] * 6})


class Paging(Case):
    OPTIONS = ('--size', '2600')
    SWITCHES = {'index_lag': 'none'}

    def test_pages_and_the_cap(self):
        path = CONTACTS + '/search'
        body = {'sorts': ['hs_object_id'], 'limit': 200}
        ids, after = [], None
        while after != '10000':
            answer = self.call('POST', path, {**body, 'after': after} if after else body)
            self.assertGreater(answer['total'], 10_000)
            ids += [int(row['id']) for row in answer['results']]
            after = answer['paging']['next']['after']
        self.assertEqual(len(ids), 10_000)
        self.assertEqual(ids, sorted(set(ids)))
        self.refused(400, 'POST', path, {**body, 'after': '10000'})
        self.refused(400, 'POST', path, {**body, 'after': '9801'})
        rest = self.call('POST', path, {**body, 'filterGroups': [
            group(('hs_object_id', 'GT', str(ids[-1])))]})
        self.assertEqual(rest['total'], answer['total'] - 10_000)
        last = self.call('POST', path, {**body, 'after': str(rest['total'] // 200 * 200),
                                        'filterGroups': [group(('hs_object_id', 'GT',
                                                                str(ids[-1])))]})
        self.assertNotIn('paging', last)


class Lag(Case):
    def found(self, name):
        body = {'filterGroups': [group(('name', 'EQ', name))]}
        return self.call('POST', COMPANIES + '/search', body)['total']

    def test_lag(self):
        made = self.company(name='fresh')
        self.assertEqual(self.found('fresh'), 0)
        self.assertEqual(self.call('GET', f'{COMPANIES}/{made}')['id'], made)
        self.hub.advance(29)
        self.call('PATCH', f'{COMPANIES}/{made}', {'properties': {'name': 'changed'}})
        self.hub.advance(1)
        self.assertEqual((self.found('fresh'), self.found('changed')), (1, 0))
        self.hub.advance(29)
        self.call('DELETE', f'{COMPANIES}/{made}')
        self.assertEqual((self.found('fresh'), self.found('changed')), (0, 1))
        self.hub.switches(index_lag='seconds:3')
        self.hub.advance(3)
        self.assertEqual(self.found('changed'), 0)

    def test_what_was_undone_is_never_found(self):
        self.hub.switches(index_lag='none')
        self.refused(400, 'POST', COMPANIES + '/batch/create', {'inputs': [
            {'properties': {'name': 'undone'}}, {'properties': {'nonsense': 'x'}}]})
        self.assertEqual(self.found('undone'), 0)


if __name__ == '__main__':
    unittest.main()
