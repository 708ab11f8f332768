"""The HubSpot stand-in started for the tests."""

import json
import unittest

from support import NOW, Program  # noqa: F401


class HubSpot(Program):
    program = 'hubspot.py'

    def request(self, method, path, body=None, headers=None, token='token', timeout=20):
        """(status, headers, parsed body or None)."""
        headers = dict(headers or {})
        if token:
            headers.setdefault('Authorization', 'Bearer ' + self.ready.get(token, token))
        if body is not None:
            headers.setdefault('Content-Type', 'application/json')
        status, got, data = self.send(method, path, body, headers, timeout)
        return status, got, json.loads(data) if data else None

    def call(self, method, path, body=None, expect=None, **more):
        """The parsed body; the status must be as expected, by default 2xx."""
        status, _, answer = self.request(method, path, body, **more)
        if status != expect and (expect is not None or status >= 300):
            raise AssertionError(f'{method} {path}: {status} {json.dumps(answer)[:400]}')
        return answer

    def rows(self, path):
        """Lines of a control route."""
        status, _, data = self.send('GET', '/_sandbox/' + path)
        if status != 200:
            raise AssertionError(data)
        return [json.loads(line) for line in data.split(b'\n') if line]

    def record(self, kind, record_id):
        found = self.rows(f'records/{kind}?id={record_id}')
        return found[0] if found else None

    def advance(self, seconds):
        self.control('POST', 'clock', {'advance_seconds': seconds})


class Case(unittest.TestCase):
    """One stand-in a class; each test begins with the first records and settings."""

    OPTIONS = ()

    @classmethod
    def setUpClass(cls):
        cls.hub = HubSpot('--size', '30', *cls.OPTIONS)
        cls.addClassCleanup(cls.hub.stop)

    def setUp(self):
        for route in ('switches', 'faults', 'log'):
            self.hub.control('DELETE', route)
        self.hub.control('POST', 'clock', {'set': NOW})
        self.hub.control('POST', 'reset')
        # limits have tests of their own
        self.hub.switches(burst_limit='none', search_limit='none', property_delay='none',
                          **self.SWITCHES)
        self.call = self.hub.call

    SWITCHES = {}

    def effects(self):
        return self.hub.rows('effects')

    def company(self, **properties):
        """The id of a new company."""
        properties = properties or {'name': 'New'}
        return self.call('POST', COMPANIES, {'properties': properties})['id']

    def contact(self, **properties):
        return self.call('POST', CONTACTS, {'properties': properties})['id']

    def refused(self, status, method, path, body=None, **more):
        """The body of an answer that must have this status."""
        return self.call(method, path, body, expect=status, **more)

    def problems(self, answer):
        """The problems of values within an answer's message."""
        head, _, found = answer['message'].partition(': ')
        self.assertEqual(head, 'Property values were not valid')
        return json.loads(found)


COMPANIES = '/crm/v3/objects/companies'
CONTACTS = '/crm/v3/objects/contacts'
TASKS = '/crm/v3/objects/tasks'
