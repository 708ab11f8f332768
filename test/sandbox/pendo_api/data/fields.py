"""Metadata fields as data: name, type, how often set, how values are made.

The schema routes and the generator both read this table. Names are "as is";
what the wire shows is lower-cased or not by the switch metadata_case.
"""

from collections import namedtuple

from . import words as w

Field = namedtuple('Field', 'name type share make dirty flags')

LONG = 'aVeryLongCustomFieldNameThatGoesBeyondSixtyThreeBytesOfPostgreSQLNames'
NON_ASCII_LONG = 'Schlüsselkennzahl_für_die_größte_Überschreitung_aller_möglichen_Längen'
BIG_INTEGERS = (9007199254740991, 9007199254740992, 9007199254740993, -9007199254740993,
                9223372036854775807, -9223372036854775808, 1234567890123456789, 0, 7)
FLOATS = (0.1, -0.0, 1.5, 1e-07, 2.5e15, 1.7976931348623157e308, 5e-324, 3.0, -17.25)
DAY = 86_400_000


def pick(values):
    def make(rnd, base):
        return values[int(rnd.random() * len(values))]
    return make


def email(rnd, base):
    number = int(rnd.random() * 1e6)
    return f'user{number}@{"example.org" if number % 3 else "Example.COM"}'


def full_name(rnd, base):
    return (w.FIRST_NAMES[int(rnd.random() * len(w.FIRST_NAMES))] + ' '
            + w.LAST_NAMES[int(rnd.random() * len(w.LAST_NAMES))])


def integer(rnd, base):
    return int(rnd.random() * 1000)


def instant(rnd, base):
    return base - int(rnd.random() * 700 * DAY)


def iso_or_ms(rnd, base):
    """Dates come as milliseconds and as ISO strings."""
    kind = rnd.random()
    day = 1 + int(rnd.random() * 28)
    if kind < 0.4:
        return instant(rnd, base)
    if kind < 0.7:
        return f'2024-{1 + day % 12:02d}-{day:02d}'
    return f'2023-{1 + day % 12:02d}-{day:02d}T{day % 24:02d}:30:00.250Z'


def boolean(rnd, base):
    return rnd.random() < 0.5


def labels(rnd, base):
    return [w.ROLES[int(rnd.random() * 5)] for _ in range(int(rnd.random() * 4))]


def mixed_list(rnd, base):
    return [1, 'two', None, 3.5, True][:int(rnd.random() * 6)]


def address(rnd, base):
    return {'city': w.LAST_NAMES[int(rnd.random() * 13)], 'zip': integer(rnd, base),
            'geo': {'lat': 1.5, 'tags': labels(rnd, base)}}


def field(name, kind, make, share=0.8, dirty=(), **flags):
    return Field(name, kind, share, make, dirty, flags)


VISITOR = {
    'agent': (
        field('email', 'string', email, 0.9, (17, True)),
        field('name', 'string', full_name, 0.8, (42.5, None)),
        field('role', 'string', pick(w.ROLES)),
        field('language', 'string', pick(w.LANGUAGES), 0.7),
        field('my-field', 'string', pick(w.ODD_TEXTS), 0.5),
        field('my_field', 'string', pick(('x', 'y', 'z')), 0.5),
        field('my field', 'string', pick(('blank', 'Blank')), 0.4),
        field('isAdmin', 'boolean', boolean, 0.6, ('true', 'false', 1, 'yes')),
        field('signupDate', 'time', iso_or_ms, 0.6, ('yesterday', True, '')),
        field('loginCount', 'integer', integer, 0.7, ('12', 'many', 3.5, [1])),
        field('score', 'float', pick(FLOATS), 0.6, ('1.5', '', {'v': 1})),
        field('teams', 'list', labels, 0.5, ('solo',), ElementType='string'),
        field('preferences', '', address, 0.3),
        field('Größe', 'string', pick(('S', 'M', 'L', 'XL')), 0.3),
        field('note', 'string', pick(w.ODD_TEXTS), 0.6, (0, [], {})),
    ),
    'custom': (
        field('plan', 'string', pick(w.PLANS)),
        field('ARRAnnuallyRecurringRevenue', 'integer', integer, 0.5, ('1,000',)),
        field('bigId', 'integer', pick(BIG_INTEGERS), 0.6, ('99999999999999999999',)),
        field('ratio', 'float', pick(FLOATS), 0.5),
        field('amount', 'float', pick((1, 2.5, -3)), 0.4, ('n/a',)),
        field('renewalDate', 'date', iso_or_ms, 0.5, ('2024-02-30', 1e300)),
        field('active', 'boolean', boolean, 0.6, ('TRUE', 0)),
        field('labels', 'list', mixed_list, 0.4, ElementType=''),
        field('address', '', address, 0.4),
        field('select', 'string', pick(('from', 'where')), 0.3),
        field('1st', 'string', pick(('one',)), 0.3),
        field('dot.ted', 'string', pick(('d',)), 0.2),
        field('quo"ted', 'string', pick(('q"',)), 0.2),
        field('emoji😀', 'string', pick(('😀', '👍')), 0.2),
        field(LONG + '_first', 'string', pick(('one', 'uno')), 0.3),
        field(LONG + '_second', 'string', pick(('two', 'dos')), 0.3),
        field(NON_ASCII_LONG, 'integer', integer, 0.3),
        field('hiddenField', 'string', pick(('h',)), 0.2, isHidden=True),
        field('deletedField', 'string', pick(('d',)), 0.1, isDeleted=True),
        field('calculated', 'float', pick((0.5, 1.5)), 0.3, isCalculated=True),
        field('neverSeen', 'string', pick(('-',)), 0.0),
    ),
    'salesforce': (
        field('Contact__c', 'string', pick(('003A0000000001', '003A0000000002')), 0.3),
    ),
    'hubspot': (field('lifecyclestage', 'string', pick(('lead', 'customer')), 0.2),),
}

ACCOUNT = {
    'agent': (
        field('name', 'string', full_name, 0.9, (12,)),
        field('is_paying', 'boolean', boolean, 0.6, ('true',)),
        field('created', 'time', iso_or_ms, 0.6, ('n/a',)),
        field('seats', 'integer', integer, 0.7, ('ten', 2.5)),
        field('tags', 'list', labels, 0.4, ElementType='string'),
    ),
    'custom': (
        field('plan', 'string', pick(w.PLANS), 0.7),
        field('ARR', 'float', pick((0, 1200.5, 99000, 1e6)), 0.6, ('1e3', '')),
        field('crm-id', 'string', pick(('001A', '001B', '001C')), 0.5),
        field('bigId', 'integer', pick(BIG_INTEGERS), 0.5),
        field('Notes', 'string', pick(w.ODD_TEXTS), 0.5, (3,)),
        field('profile', '', address, 0.3),
    ),
    'salesforce': (field('Id', 'string', pick(('0011', '0012')), 0.4),
                   field('Amount__c', 'float', pick((1.25, 100)), 0.3)),
}

FIELDS = {'visitor': VISITOR, 'account': ACCOUNT}

# Fields Pendo itself fills: name -> (type, per application)
AUTO = {
    'visitor': {'id': ('string', False), 'idhash': ('integer', False),
                'firstvisit': ('time', True), 'lastvisit': ('time', True),
                'lastupdated': ('time', False), 'accountid': ('string', False),
                'accountids': ('list', False), 'lastbrowsername': ('string', True),
                'lastbrowserversion': ('string', True),
                'lastoperatingsystem': ('string', True),
                'lastservername': ('string', True), 'lastuseragent': ('string', True),
                'nid': ('integer', False)},
    'account': {'id': ('string', False), 'idhash': ('integer', False),
                'firstvisit': ('time', True), 'lastvisit': ('time', True),
                'lastupdated': ('time', False)},
}
PENDO = {
    'visitor': {'donotprocess': 'boolean', 'blacklistguides': 'boolean',
                'designerenabled': 'boolean', 'lastemailstatus': 'string'},
    'account': {'donotprocess': 'boolean'},
}


def _descriptor(kind, display, flags=None, per_app=False):
    return {'Type': kind, 'DisplayName': display, 'ElementType': '',
            'ElementFormat': '', 'Dirty': False, 'isHidden': False,
            'isDeleted': False, 'isCalculated': False, 'isPerApp': per_app,
            'neverIndex': False, **(flags or {})}


def schema(kind):
    """group -> name as is -> descriptor, as the schema route shows it."""
    groups = {'auto': {name: _descriptor(t, name.title(), per_app=per_app,
                                         flags={'ElementType': 'string'} if t == 'list' else None)
                       for name, (t, per_app) in AUTO[kind].items()},
              'pendo': {name: _descriptor(t, name.title())
                        for name, t in PENDO[kind].items()}}
    for group, fields in FIELDS[kind].items():
        groups[group] = {f.name: _descriptor(f.type, f.name.title(), f.flags)
                         for f in fields}
    return groups
