"""The organisation's records at the start: ordinary ones, and awkward ones among them."""

import random

from .derive import derived
from .objects import OBJECTS

DAY = 86_400_000
SIZES = {'small': 40, 'medium': 3000, 'large': 20_000}      # accounts
CONTACTS_EACH = 3

ODD_TEXTS = (
    'say "hi"', 'back\\slash', "o'brien", 'a/b/c', 'q?x=1&y=2', 'hash#tag', 'percent%41',
    'plus+plus', '<b>bold</b> & more', 'semi;colon', 'comma, comma', '日本語の会社', 'Größe',
    'smile-😀-astral', 'e\u0301-combining', '\u00e9-combining', 'nb\u00a0sp', 'مرحبا', '%_', "\\'",
    'null', 'true', '0', '007', '1e5', "'; DROP TABLE account; --", '{"json": true}', '-1',
    '\u202ertl', 'zero\u200bwidth', 'line\nbreak', 'tab\there', 'x' * 80,
)
CITIES = ('Berlin', 'Łódź', 'São Paulo', 'New York', None)
FIRST_NAMES = ('Ada', 'Björn', 'Chloé', 'Dmitri', 'Fatima', 'Grace', "Jo'", None)
LAST_NAMES = ('Lovelace', 'Ångström', 'van der Berg', "O'Neil", 'Ng', 'Smith-Jones', 'Lee')

USERS = (
    # last name, first name, user name, active, key
    ('User', 'Integration', None, True, 'integration'),
    ('Owner', 'Olga', 'olga@example.org', True, 'olga'),
    ('Seller', 'Sam', 'sam@example.org', True, 'sam'),
    ('Gone', 'Gerd', 'gone@example.org', False, 'gone'),
    ('Process', 'Automated', 'automated@example.org', True, None),
)


def pod_of(seed):
    """Two characters of every id that tell organisations apart."""
    number = random.Random(f'pod/{seed}').randrange(10 * 26)
    return '0123456789'[number % 10] + 'abcdefghijklmnopqrstuvwxyz'[number // 10]


class _Seed:
    def __init__(self, store, app):
        self._store = store
        self._rnd = random.Random(f'{app.seed}')
        self._now = app.clock.now() // 1000 * 1000
        self._app = app
        self.users = []

    def _insert(self, thing, values, created=None, by=None):
        rnd = self._rnd
        created = created or self._now - rnd.randrange(2, 400) * DAY - rnd.randrange(DAY)
        created -= created % 1000
        changed = created + rnd.randrange(max(1, self._now - created - DAY))
        changed -= changed % 1000
        full = dict(thing.blank)
        full.update(Id=self._store.ids.new(thing.prefix), CreatedDate=created,
                    LastModifiedDate=changed, SystemModstamp=changed)
        if self.users:
            author = by or rnd.choice(self.users[1:3])
            full.update(CreatedById=author, LastModifiedById=author)
        if 'OwnerId' in full:
            full['OwnerId'] = rnd.choice(self.users[1:4])
        full.update(values)
        return self._store.insert(thing, {**full, **derived(thing, full, self._store)})

    def organization(self):
        self._insert(OBJECTS['Organization'], {
            'Id': self._app.org_id, 'Name': 'Pendo & Friends', 'InstanceName': 'ZZ7',
            'OrganizationType': 'Developer Edition'})

    def make_users(self):
        thing, found = OBJECTS['User'], []
        for last, first, name, active, key in USERS:
            name = name or self._app.username
            found.append(self._insert(thing, {
                'LastName': last, 'FirstName': first, 'Username': name, 'Email': name,
                'Alias': last.lower()[:8], 'IsActive': active, 'Pendo_User_Key__c': key,
                'UserType': 'Standard' if last != 'Process' else 'AutomatedProcess'}))
        for user in found:
            self._store.change(user, {'CreatedById': found[0]['Id'],
                                      'LastModifiedById': found[0]['Id']})
        self.users = [user['Id'] for user in found]

    # -- accounts ------------------------------------------------------------------

    def account(self, number):
        rnd = self._rnd
        name = ODD_TEXTS[number - 5] if 5 <= number < 5 + len(ODD_TEXTS) else \
            'Acme' if number % 20 == 1 else f'Company {number}'
        values = {
            'Name': name, 'BillingCity': rnd.choice(CITIES),
            'Industry': rnd.choice(('Banking', 'Media', 'Something old', None)),
            'NumberOfEmployees': rnd.choice((None, 0, 12, 99_999)),
            'AnnualRevenue': rnd.choice((None, 0.0, 1234567.0)),
            'Website': rnd.choice((None, f'https://company{number}.example')),
        }
        if number % 3 == 0:
            values.update(self._pendo(f'account-{number:05d}'))
        if number % 10 == 4:
            values['Legacy_Key__c'] = 'twin'        # several with one key
        elif number % 2:
            values['Legacy_Key__c'] = f'L-{number}'
        return self._insert(OBJECTS['Account'], values,
                            by=self.users[0] if number % 7 == 0 else None)

    def _pendo(self, key):
        rnd = self._rnd
        return {'Pendo_Key__c': key, 'Pendo_Score__c': rnd.choice((None, 0.0, 55.5, 100.0)),
                'Pendo_Active__c': rnd.random() < 0.5,
                'Pendo_Health__c': rnd.choice(('Green', 'Yellow', 'Red', None)),
                'Pendo_Last_Visit__c': self._now - rnd.randrange(100 * DAY) // 1000 * 1000}

    def case_twins(self):
        """Keys that differ in case alone, allowed where the field is case-sensitive."""
        for key in ('acme', 'ACME'):
            self._insert(OBJECTS['Account'], {'Name': 'Acme', 'Pendo_Key__c': key})

    # -- contacts, tasks -------------------------------------------------------------

    def contact(self, number, accounts):
        rnd = self._rnd
        odd = number - 8
        values = {
            'LastName': ODD_TEXTS[odd] if 0 <= odd < len(ODD_TEXTS)
            else rnd.choice(LAST_NAMES),
            'FirstName': rnd.choice(FIRST_NAMES),
            'Email': None if number % 11 == 5 else f'user{number // 4 * 4}@example.org'
            if number % 13 == 0 else f'user{number}@example.org',
            'AccountId': None if number % 9 == 8 else rnd.choice(accounts)['Id'],
            'Title': rnd.choice((None, 'CEO', 'Leiterin für „Alles“')),
        }
        if number % 4 == 0:
            values.update(self._pendo(f'user{number}@example.org'))
        return self._insert(OBJECTS['Contact'], values)

    def task(self, number, contacts):
        status = self._rnd.choice(OBJECTS['Task'].field('Status').values)
        self._insert(OBJECTS['Task'], {
            'Subject': f'Call {number}', 'Status': status, 'IsArchived': number % 8 == 7,
            'WhoId': self._rnd.choice(contacts)['Id'],
            'ActivityDate': None if number % 2 else '2024-02-29'})

    # -- what has happened to them -----------------------------------------------------

    def equal_stamps(self, records):
        """A bulk load: one time for many, so that a page must not end in between."""
        stamp = self._now - 30 * DAY
        for record in records:
            self._store.change(record, {'SystemModstamp': stamp, 'LastModifiedDate': stamp})

    def delete(self, record, days_ago, master=None):
        stamp = self._now - days_ago * DAY
        values = {'SystemModstamp': stamp, 'LastModifiedDate': stamp}
        if master is not None:
            values['MasterRecordId'] = master['Id']
        self._store.remove(record, values, stamp)

    def parents(self, accounts):
        for child, parent in zip(accounts[10:14], accounts[9:13]):
            self._store.change(child, {'ParentId': parent['Id']})


def fill(store, app):
    """Make everything; returns the id of the integration user."""
    seed = _Seed(store, app)
    seed.make_users()
    seed.organization()
    accounts = [seed.account(number) for number in range(app.size)]
    seed.case_twins()
    live = accounts[:-6]            # the last six are deleted or merged away
    contacts = [seed.contact(number, live) for number in range(app.size * CONTACTS_EACH)]
    for number in range(app.size // 2):
        seed.task(number, contacts[:-6])
    seed.equal_stamps(contacts[:len(contacts) // 4])
    seed.parents(accounts)
    for days, record in zip((1, 3, 14, 20), accounts[-6:]):
        seed.delete(record, days)
    for record in accounts[-2:]:
        seed.delete(record, 2, accounts[0])
    for days, record in zip((1, 3, 14, 20), contacts[-6:]):
        seed.delete(record, days)
    for record in contacts[-2:]:
        seed.delete(record, 2, contacts[0])
    return seed.users[0]
