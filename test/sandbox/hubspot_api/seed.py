"""The account's first records: awkward on purpose, the same for the same seed."""

import random

from .instants import DAY, iso
from .objects import merge_records
from .schema import INDUSTRY, LIFECYCLE, OBJECTS

SIZES = {'none': 0, 'small': 60, 'medium': 2_000, 'large': 20_000}      # companies
CONTACTS_EACH = 4

WORDS = ('Acme', 'Globex', 'Initech', 'Umbrella', 'Hooli', 'Vandelay', 'Stark', 'Wayne',
         'Tyrell', 'Cyberdyne', 'Wonka', 'Soylent', 'Gringotts', 'Oceanic')
ENDINGS = ('Inc.', 'GmbH', 'S.A.', 'Ltd', '& Sons', 'Holding', '')
ODD_NAMES = (
    "O'Brien \"Quoted\" & Co", 'Łódź Świat Sp. z o.o.', '株式会社テスト', 'شركة المثال',
    '😀 Emoji 👩‍💻 Labs', '=HYPERLINK("http://x","y")', 'tab\there', 'line\nbreak',
    ' leading and trailing ', 'back\\slash', '<b>bold</b>', 'null', 'a;b;c', 'e\u0301 combining',
    'zero\u200bwidth', 'x' * 255, '0', 'NULL', "Robert'); DROP TABLE companies;--",
    '\u202eright to left')
FIRST = ('Ada', 'Grace', 'Linus', 'Søren', 'Zoë', 'María José', 'Li', "D'Arcy", '雅子')
LAST = ('Lovelace', 'Hopper', 'Torvalds', 'Kierkegaard', 'van der Berg', 'Núñez', 'O\'Neil',
        'Li', 'Smith-Jones')
TITLES = ('CTO', 'Admin', 'VP, Sales', None)


class SeedCall:
    """Stands where a request would."""

    number, key, operation, input, trace = 0, None, 'seed', None, None
    source = 'IMPORT'

    def __init__(self, now):
        self.now = now


def owners_of(now):
    made = now - 300 * DAY
    rows = (('71', 'Olivia', 'Owner', 'owner@example.com', 9_000_001, False),
            ('72', 'Sam', 'Seller', 'Sam.Seller@example.com', 9_000_002, False),
            ('73', 'Zoë', 'Ünal', 'zoe@example.com', 9_000_003, False),
            ('74', 'Gone', 'Away', 'gone@example.com', 9_000_004, True))
    return [{'id': owner_id, 'email': email, 'firstName': first, 'lastName': last,
             'userId': user, 'userIdIncludingInactive': user, 'type': 'PERSON',
             'archived': archived, 'createdAt': iso(made), 'updatedAt': iso(made),
             'teams': [{'id': '5', 'name': 'Sales', 'primary': True}]}
            for owner_id, first, last, email, user, archived in rows]


class Seeder:
    def __init__(self, app, seed, size, now):
        self.store = app.store
        self.rnd = random.Random(f'hubspot/{seed}')
        self.size = size
        self.now = now
        self.companies = []
        self.contacts = []

    def run(self):
        for number in range(self.size):
            self.companies.append(self._make('companies', self._company(number)))
        for number in range(self.size * CONTACTS_EACH):
            contact = self._make('contacts', self._contact(number))
            self.contacts.append(contact)
            self._employ(contact)
        if self.size >= 10:
            self._leave_marks()
        self.store.index.catch_up(self.now)

    def _chance(self, share):
        return self.rnd.random() < share

    def _past(self):
        return self.now - int(self.rnd.uniform(1, 380) * DAY)

    def _make(self, kind, values):
        row, made = OBJECTS[kind], self._past()
        changed = made + int(self.rnd.random() * (self.now - DAY // 2 - made))
        call = SeedCall(made)
        with self.store.transaction():
            record = self.store.new_record(kind, made, call.source)
            self.store.set_values(record, {name: value for name, value in values.items()
                                           if value is not None}, made, call.source)
            self.store.touch(record, changed, call.source)
            self.store.effect(call, record, 'created')
        assert record.properties[row.modified] == iso(changed)
        return record

    # -- companies ---------------------------------------------------------------

    def _company(self, number):
        rnd = self.rnd
        word = WORDS[number % len(WORDS)]
        name = (ODD_NAMES[number // 3 % len(ODD_NAMES)] if number % 3 == 2
                else f'{word} {rnd.choice(ENDINGS)} {number}'.replace('  ', ' '))
        return {**self._shared(number), 'name': None if number % 29 == 28 else name,
                'domain': self._domain(number), 'city': rnd.choice(('Köln', 'Oslo', None)),
                'industry': rnd.choice((*INDUSTRY, None)),
                'numberofemployees': rnd.choice(('1', '12.0', '250', '0', None)),
                'annualrevenue': rnd.choice(('1e6', '1250000.50', '-3', None)),
                'phone': rnd.choice(('+49 221 1234-5', None)),
                'external_id': f'EXT-{number}' if self._chance(0.4) else None}

    def _domain(self, number):
        if number % 29 == 28:
            return f'nameless-{number}.example.com'
        if number % 11 == 10:
            return None
        if number % 17 == 16:
            return 'shared.example.com'         # domain is not unique
        if number % 13 == 12:
            return f'WWW.Upper-{number}.Example.COM'
        return f'company-{number}.example.com'

    def _shared(self, number):
        rnd = self.rnd
        day = iso(self.now + rnd.randrange(-200, 400) * DAY)[:10]
        return {'lifecyclestage': rnd.choice((*LIFECYCLE, None, None)),
                'hubspot_owner_id': rnd.choice(('71', '72', '73', None, '74')),
                'health_score': rnd.choice(('7', '7.50', '-0.25', '100', None, None)),
                'renewal_date': rnd.choice((day, None)),
                'last_sync': rnd.choice((iso(self.now - DAY * 3), None)),
                'plan': rnd.choice(('free', 'team', 'enterprise', None)),
                'products': rnd.choice(('web', 'web;api', 'Analytics;mobile', None)),
                'is_key_account': rnd.choice(('true', 'false', None)),
                'notes_internal': rnd.choice((*ODD_NAMES[:8], None, None))}

    # -- contacts ------------------------------------------------------------------

    def _contact(self, number):
        rnd = self.rnd
        first, last = rnd.choice(FIRST), rnd.choice(LAST)
        return {**self._shared(number), 'firstname': first,
                'lastname': None if number % 7 == 6 else last,
                'email': None if number % 19 == 18 else self._email(number),
                'hs_additional_emails': (f'second-{number}@example.net'
                                         if number % 23 == 22 else None),
                'jobtitle': rnd.choice(TITLES), 'phone': rnd.choice(('555-0100', None)),
                'company': rnd.choice((*WORDS, None)),
                'external_id': f'C{number:07d}' if self._chance(0.3) else None}

    def _email(self, number):
        if number % 31 == 30:
            return f'with+tag.{number}@sub.example.co.uk'
        if number % 37 == 36:
            return f"o'neil-{number}@example.com"
        return f'person-{number}@company-{number // CONTACTS_EACH}.example.com'

    def _employ(self, contact):
        if self._chance(0.15):
            return
        here = ('contacts', contact.id)
        jobs = self.rnd.sample(self.companies, min(len(self.companies),
                                                   2 if self._chance(0.1) else 1))
        with self.store.transaction():
            for place, company in enumerate(jobs):
                there = ('companies', company.id)
                self.store.link(here, there, 279)
                if place == 0:
                    self.store.link(here, there, 1)
            # the dates stay; search only has to hear of the companies
            self.store.effect(SeedCall(self.now), contact, 'associated', (), jobs)

    # -- what a grown account has ---------------------------------------------------

    def _leave_marks(self):
        self._task()
        for record in (self.companies[3], self.contacts[5], self.contacts[9]):
            with self.store.transaction():
                self.store.archive(record, self.now - DAY)
                self.store.effect(SeedCall(self.now - DAY), record, 'archived')
        call = SeedCall(self.now - DAY)
        with self.store.transaction():
            merge_records(self.store, call, self.companies[4], self.companies[7])
            merge_records(self.store, call, self.contacts[10], self.contacts[11])

    def _task(self):
        task = self._make('tasks', {
            'hs_timestamp': iso(self.now + DAY), 'hs_task_subject': 'Call them back',
            'hs_task_status': 'NOT_STARTED', 'hs_task_type': 'CALL', 'hubspot_owner_id': '71'})
        with self.store.transaction():
            self.store.link(('tasks', task.id), ('companies', self.companies[0].id), 192)
            self.store.effect(SeedCall(self.now), task, 'associated', (), [self.companies[0]])


def fill(app, seed, size, now):
    Seeder(app, seed, size, now).run()
