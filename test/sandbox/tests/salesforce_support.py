"""The Salesforce stand-in as tests see it."""

import json
import time
import unittest
from urllib.parse import quote, urlencode

from support import Program

FORM = {'Content-Type': 'application/x-www-form-urlencoded'}
ROOT = '/services/data/v68.0'


def eventually(condition, seconds=30):
    """Ask until it holds; the deadline is for a stand-in that hangs."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError('it never came true')


class Salesforce(Program):
    program = 'salesforce.py'

    def __init__(self, *options):
        super().__init__(*options)
        self._token = None

    def grant(self, **form):
        """(status, body) of a token request; client credentials unless told otherwise."""
        form = {'grant_type': 'client_credentials', 'client_id': self.ready['client_id'],
                'client_secret': self.ready['client_secret'], **form}
        form = {name: value for name, value in form.items() if value is not None}
        status, _, body = self.send('POST', '/services/oauth2/token', urlencode(form), FORM)
        return status, json.loads(body)

    def refresh(self, **form):
        return self.grant(**{'grant_type': 'refresh_token',
                             'refresh_token': self.ready['refresh_token'], **form})

    @property
    def token(self):
        if self._token is None:
            self._token = self.grant()[1]['access_token']
        return self._token

    def forget_token(self):
        self._token = None

    def full(self, method, path, body=None, headers=None, timeout=20):
        """(status, headers, body as JSON or None); paths are below the version."""
        headers = {'Authorization': f'Bearer {self.token}', **(headers or {})}
        if body is not None:
            headers.setdefault('Content-Type', 'application/json; charset=UTF-8')
        if not path.startswith('/services'):
            path = f'{ROOT}/{path}'
        status, got, data = self.send(method, path, body, headers, timeout)
        return status, got, json.loads(data) if data else None

    def api(self, *args, **named):
        status, _, body = self.full(*args, **named)
        return status, body

    def soql(self, text, what='query', **headers):
        return self.api('GET', f'{what}?q={quote(text)}', headers=headers)

    def rows(self, text, what='query'):
        status, body = self.soql(text, what)
        if status != 200:
            raise AssertionError(body)
        return body['records']

    def collect(self, method, path, *records, **members):
        kind = path.split('/')[0] if path else 'Account'
        records = [{'attributes': {'type': kind}, **record} for record in records]
        return self.api(method, '/'.join(['composite/sobjects', path]).rstrip('/'),
                        {'records': records, **members})

    def upsert(self, *records, **members):
        """Accounts by Pendo_Key__c."""
        return self.collect('PATCH', 'Account/Pendo_Key__c', *records, **members)

    def records(self, name):
        return self.control('GET', f'records/{name}')

    def effects(self, *names):
        """The log of effects, or just these members of each."""
        found = self.control('GET', 'effects')
        return [tuple(one[name] for name in names) for one in found] if names else found


class Case(unittest.TestCase):
    """Every test meets the seeded organisation."""

    options = ()

    @classmethod
    def setUpClass(cls):
        cls.standin = Salesforce(*cls.options)
        cls.addClassCleanup(cls.standin.stop)

    def setUp(self):
        self.standin.control('POST', 'clock', {'set': '2024-03-20T15:34:56Z'})
        self.standin.control('POST', 'reset')
        self.api, self.soql, self.rows = (self.standin.api, self.standin.soql,
                                          self.standin.rows)

    def account(self, **fields):
        """The id of a new account."""
        status, body = self.api('POST', 'sobjects/Account', {'Name': 'A', **fields})
        self.assertEqual(status, 201, body)
        return body['id']

    def contact(self, **fields):
        status, body = self.api('POST', 'sobjects/Contact', {'LastName': 'C', **fields})
        self.assertEqual(status, 201, body)
        return body['id']

    def field(self, record_id, name, kind='Account'):
        return self.api('GET', f'sobjects/{kind}/{record_id}?fields={name}')[1][name]

    def refused(self, answer, status, code):
        """The one error of an answer, of this status and code."""
        self.assertEqual(answer[0], status, answer[1])
        self.assertEqual([error['errorCode'] for error in answer[1]], [code])
        return answer[1][0]

    def codes(self, answer):
        """For each record of a collection: None or its statusCode."""
        self.assertEqual(answer[0], 200, answer[1])
        for one in answer[1]:
            self.assertEqual(one['success'], 'id' in one)
            self.assertEqual(one['success'], not one['errors'])
        return [one['errors'][0]['statusCode'] if one['errors'] else None for one in answer[1]]
