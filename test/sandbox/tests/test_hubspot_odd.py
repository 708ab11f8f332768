"""Requests that make no sense get a refusal from every route, and do nothing."""

import json
import unittest

from hubspot_support import Case
from hubspot_api.routes import TABLE

ODD = (None, 5, 'x', True, [], [[]], {}, {'inputs': None}, {'inputs': [None]}, {'inputs': [5]},
       {'inputs': [[]]}, {'inputs': [{}]}, {'inputs': {'a': 1}},
       {'inputs': [{'id': None, 'properties': None}]}, {'inputs': [{'id': [], 'properties': {}}]},
       {'inputs': [{'id': {}, 'properties': {'name': 'x'}, 'idProperty': 5}]},
       {'inputs': [{'id': '1', 'properties': {'name': 'x'}, 'idProperty': {}}]},
       {'inputs': [{'id': True, 'properties': 'x', 'objectWriteTraceId': {}}]},
       {'inputs': [{'properties': {'name': 'x'}, 'objectWriteTraceId': ['a']}]},
       {'inputs': [{'properties': {'name': 'x'}, 'associations': 'x'}]},
       {'inputs': [{'properties': {'name': 'x'}, 'associations': [5]}]},
       {'inputs': [{'properties': {'name': 'x'}, 'associations': [{'to': 5, 'types': 5}]}]},
       {'inputs': [{'from': 5, 'to': 5, 'types': 5}]},
       {'inputs': [{'from': {}, 'to': {}, 'types': [{}]}]},
       {'inputs': [{'from': {'id': []}, 'to': [{'id': {}}]}]},
       {'inputs': [{'from': {'id': '1'}, 'to': 5}]}, {'inputs': [{'id': '1', 'after': {}}]},
       {'inputs': [{'name': []}]}, {'inputs': [{'name': 'x', 'label': 5}]},
       {'inputs': [{'id': '1'}], 'properties': 5}, {'inputs': [{'id': '1'}], 'idProperty': 5},
       {'properties': None}, {'properties': {'name': {}}}, {'properties': {'a\0b': 'x'}},
       {'filterGroups': 5}, {'filterGroups': [5]}, {'filterGroups': [{'filters': [5]}]},
       {'filterGroups': [{'filters': [{'propertyName': [], 'operator': []}]}]},
       {'filterGroups': [{'filters': [{'propertyName': 'name', 'operator': 'IN',
                                       'values': [{}]}]}]},
       {'sorts': 5}, {'sorts': [5]}, {'sorts': [{'propertyName': 5}]}, {'limit': []},
       {'after': {}}, {'query': 5}, {'primaryObjectId': {}, 'objectIdToMerge': 5},
       {'name': 5, 'label': [], 'type': {}, 'fieldType': 5, 'groupName': []},
       {'name': 'x', 'label': 'x', 'type': 'string', 'fieldType': 'text',
        'groupName': 'companyinformation', 'options': [5]})


class Odd(Case):
    def test_no_route_fails_or_acts(self):
        args = {'type': 'companies', 'from': 'contacts', 'to': 'companies', 'id': '1',
                'to_id': '2', 'name': 'x'}
        before = {kind: self.hub.rows(f'records/{kind}') for kind in ('companies', 'contacts')}
        roots = {'objects': {'v3': '/crm/v3/objects/', 'v4': '/crm/v4/objects/'},
                 'associations': {'v4': '/crm/v4/associations/'},
                 'properties': {'v3': '/crm/v3/properties/'}}
        tried = 0
        for area, versions, method, pattern, *_ in TABLE:
            if area not in roots or method in ('GET', 'DELETE'):
                continue
            path = roots[area][versions[0]] + pattern.format(**args)
            for body in ODD:
                status, _, answer = self.hub.send(
                    method, path, 'null' if body is None else json.dumps(body),
                    {'Authorization': 'Bearer ' + self.hub.ready['token'],
                     'Content-Type': 'application/json'})
                if not (status == 200 and pattern.endswith(('search', 'batch/read'))):
                    tried += 1
                    with self.subTest(path, body=body):
                        self.assertTrue(400 <= status < 500 or status == 207, (status, answer))
        self.assertGreater(tried, 500)
        acted = [entry for entry in self.effects()]
        self.assertEqual(acted, [])
        self.assertEqual({kind: self.hub.rows(f'records/{kind}') for kind in before}, before)

    def test_odd_addresses(self):
        for path in ('/', '//', '/crm', '/crm/v3', '/crm/v3/objects', '/crm/objects/2026-09',
                     '/crm/v3/objects//', '/crm/v9/objects/companies', '/oauth/v1',
                     '/crm/v3/objects/companies/1/2/3'):
            self.assertEqual(self.hub.request('GET', path)[0], 404, path)


if __name__ == '__main__':
    unittest.main()
