"""The HubSpot stand-in's answers, against the vendor's published documents.

PENDO_FDW_SPECS names the folder of all vendors' documents; without it there is
nothing to compare with.
"""

import os
import unittest
from urllib.parse import urlencode

from hubspot_support import COMPANIES, CONTACTS, TASKS, Case
from openapi import Documents

FILES = ('companies.json', 'contacts.json', 'tasks.json', 'associations.json',
         'properties.json', 'crmOwners.json', 'oauth.json')
# Where the reference knows better than the documents.
NULLABLE = (r'(\.results\[\])?\.properties\.\w+',      # no value
            r'.*\.associationTypes\[\]\.label', r'\.results\[\]\.label')
EXTRA = (r'\.status',)                                  # of an error

FOLDER = os.path.join(os.environ.get('PENDO_FDW_SPECS', ''), 'hubspot')
V4 = '/crm/v4'
LINKS = f'{V4}/associations/contacts/companies/batch'


@unittest.skipUnless(os.environ.get('PENDO_FDW_SPECS') and os.path.isdir(FOLDER),
                     'PENDO_FDW_SPECS names no folder with the documents of HubSpot')
class Contract(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.documents = Documents(FOLDER, FILES, NULLABLE, EXTRA)

    def see(self, status, method, path, body=None, **more):
        got, _, answer = self.hub.request(method, path, body, **more)
        self.assertEqual(got, status, answer)
        self.assertEqual(
            self.documents.problems(method, path.partition('?')[0], got, answer), [],
            f'{method} {path}: {answer!r:.600}')
        return answer

    def test_reading(self):
        for path in (COMPANIES, CONTACTS, TASKS):
            page = self.see(200, 'GET', path + '?limit=3&associations=companies,contacts'
                            '&propertiesWithHistory=hubspot_owner_id,name')
            one = page['results'][0]['id']
            self.see(200, 'GET', f'{path}/{one}?associations=companies,contacts')
            self.see(404, 'GET', f'{path}/1')
            self.see(400, 'GET', f'{path}?limit=1000')
            self.see(401, 'GET', path, token='revoked_token')
            self.see(401, 'GET', path, token='expired_token')
            read = {'properties': [], 'propertiesWithHistory': ['name']}
            self.see(200, 'POST', f'{path}/batch/read', {'inputs': [{'id': one}], **read})
            self.see(207, 'POST', f'{path}/batch/read', {'inputs': [{'id': '1'}], **read})
            self.see(200, 'POST', f'{path}/search', {'limit': 3})
            self.see(400, 'POST', f'{path}/search', {'limit': 300})
        self.see(200, 'GET', f'{COMPANIES}?archived=true')

    def test_writing(self):
        made = self.see(201, 'POST', COMPANIES, {'properties': {'name': 'x', 'plan': ''}})['id']
        path = f'{COMPANIES}/{made}'
        self.see(200, 'PATCH', path, {'properties': {'city': 'x'}})
        self.see(400, 'PATCH', path, {'properties': {'nonsense': 'x'}})
        self.see(403, 'PATCH', path, {'properties': {'city': 'x'}}, token='read_only_token')
        other = self.company(name='y')
        self.see(200, 'POST', f'{COMPANIES}/merge',
                 {'primaryObjectId': made, 'objectIdToMerge': other})
        self.see(204, 'DELETE', path)
        contact = {'properties': {'email': 'c@example.org'}}
        self.see(201, 'POST', CONTACTS, contact)
        self.see(409, 'POST', CONTACTS, contact)
        self.hub.switches(property_errors='structured')
        self.see(400, 'POST', CONTACTS, {'properties': {'email': 'x'}})

    def test_batches(self):
        good = {'properties': {'name': 'x', 'external_id': 'X'}, 'objectWriteTraceId': 'g'}
        bad = {'properties': {'nonsense': 'x'}, 'objectWriteTraceId': 'b'}
        batch = f'{COMPANIES}/batch'
        made = self.see(201, 'POST', f'{batch}/create', {'inputs': [good]})['results'][0]['id']
        self.see(207, 'POST', f'{batch}/create', {'inputs': [{**good, 'properties': {
            'name': 'y'}}, bad]})
        self.see(400, 'POST', f'{batch}/create', {'inputs': [{'properties': {'q': 'x'}}]})
        self.hub.switches(requested_at='present')
        self.see(200, 'POST', f'{batch}/update', {'inputs': [{**good, 'id': made}]})
        self.see(207, 'POST', f'{batch}/update', {'inputs': [{**good, 'id': '1'}]})
        key = {'id': 'X', 'idProperty': 'external_id'}
        self.see(200, 'POST', f'{batch}/upsert', {'inputs': [{**good, **key}]})
        self.see(207, 'POST', f'{batch}/upsert', {'inputs': [{**bad, **key}]})
        self.see(204, 'POST', f'{batch}/archive', {'inputs': [{'id': made}]})

    def test_associations(self):
        company, contact = self.company(name='x'), self.contact(email='a@example.org')
        pair = {'from': {'id': contact}, 'to': {'id': company}}
        types = [{'associationCategory': 'HUBSPOT_DEFINED', 'associationTypeId': 1}]
        path = f'{V4}/objects/contacts/{contact}/associations'
        self.see(200, 'PUT', f'{path}/default/companies/{company}')
        self.see(201, 'PUT', f'{path}/companies/{company}', types)
        self.see(200, 'GET', f'{path}/companies?limit=5')
        self.see(200, 'POST', f'{LINKS}/associate/default', {'inputs': [pair]})
        self.see(201, 'POST', f'{LINKS}/create', {'inputs': [{**pair, 'types': types}]})
        wrong = {**pair, 'to': {'id': '1'}, 'types': types}
        self.see(207, 'POST', f'{LINKS}/create', {'inputs': [wrong]})
        self.see(200, 'POST', f'{LINKS}/read', {'inputs': [{'id': contact}]})
        self.see(207, 'POST', f'{LINKS}/read', {'inputs': [{'id': '1'}]})
        self.see(204, 'POST', f'{LINKS}/labels/archive', {'inputs': [{**pair, 'types': types}]})
        self.see(204, 'POST', f'{LINKS}/archive',
                 {'inputs': [{'from': {'id': contact}, 'to': [{'id': company}]}]})
        self.see(204, 'DELETE', f'{path}/companies/{company}')

    def test_properties_and_owners(self):
        path = '/crm/v3/properties/companies'
        wish = {'name': 'made', 'label': 'Made', 'type': 'enumeration', 'fieldType': 'select',
                'groupName': 'companyinformation',
                'options': [{'label': 'A', 'value': 'a', 'hidden': False}]}
        self.see(201, 'POST', path, wish)
        self.see(409, 'POST', path, wish)
        self.see(200, 'GET', path)
        self.see(200, 'GET', f'{path}/made')
        self.see(404, 'GET', f'{path}/nope')
        self.see(200, 'PATCH', f'{path}/made', {'label': 'New'})
        self.see(207, 'POST', f'{path}/batch/create', {'inputs': [wish]})
        self.see(201, 'POST', f'{path}/batch/create', {'inputs': [{**wish, 'name': 'more'}]})
        self.see(200, 'POST', f'{path}/batch/read', {'inputs': [{'name': 'made'}]})
        self.see(207, 'POST', f'{path}/batch/read', {'inputs': [{'name': 'nope'}]})
        self.see(204, 'POST', f'{path}/batch/archive', {'inputs': [{'name': 'more'}]})
        self.see(204, 'DELETE', f'{path}/made')
        self.see(200, 'GET', f'{path}/groups')
        self.see(201, 'POST', f'{path}/groups', {'name': 'g', 'label': 'G'})
        self.see(200, 'GET', f'{path}/groups/g')
        self.see(200, 'GET', '/crm/v3/owners?limit=2')
        self.see(200, 'GET', '/crm/v3/owners/71')

    def test_oauth(self):
        form = {'grant_type': 'refresh_token', 'client_id': self.hub.ready['client_id'],
                'client_secret': self.hub.ready['client_secret'],
                'refresh_token': self.hub.ready['refresh_token']}
        answer = self.see(200, 'POST', '/oauth/v3/token', urlencode(form), token=None,
                          headers={'Content-Type': 'application/x-www-form-urlencoded'})
        schema = self.documents.operation('POST', '/oauth/v3/token')[2]['components']['schemas']
        for name in schema['AccessTokenResponse']['required']:
            self.assertIn(name, answer)

    def test_the_checker_finds_what_is_wrong(self):
        made = self.company(name='x')
        path = f'{COMPANIES}/{made}'
        good = self.call('GET', path)

        def wrong(status=200, **change):
            body = {name: value for name, value in {**good, **change}.items()
                    if value is not Ellipsis}
            return self.documents.problems('GET', path, status, body)
        self.assertEqual(wrong(), [])
        for change in ({'id': ...}, {'id': 5}, {'id': None}, {'archived': 'false'},
                       {'properties': {'name': 5}}, {'more': 1}, {'properties': []}):
            self.assertNotEqual(wrong(**change), [], change)
        self.assertNotEqual(wrong(201), [])
        self.assertNotEqual(self.documents.problems('PUT', path, 200, good), [])


if __name__ == '__main__':
    unittest.main()
