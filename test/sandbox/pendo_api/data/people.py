"""Visitors and accounts with their metadata, clean and dirty."""

from . import words as w
from .fields import FIELDS, DAY
from .ids import anonymous_id, id_hash
from .objects import DEFAULT_APP

SYSTEM = 'system'
DIRTY_SHARE = 0.03


class Person:
    """A visitor or account: its row as Pendo answers it, and its habits."""

    __slots__ = ('id', 'row', 'dirty', 'accounts', 'devices', 'apps', 'first',
                 'last', 'excluded', 'kind')

    def __init__(self, kind, identifier, row):
        self.kind = kind
        self.id = identifier
        self.row = row
        self.dirty = ()         # (group, key, the clean value)
        self.accounts = ()
        self.devices = ()
        self.apps = (DEFAULT_APP,)
        self.first = self.last = None
        self.excluded = False

    @property
    def do_not_process(self):
        return bool(self.row.get('metadata', {}).get('pendo', {}).get('donotprocess'))


def _metadata(kind, rnd, now, turns):
    """(groups, dirty patches): random fields, a few of the wrong type.

    turns counts them, so that all wrong values of a field get their turn.
    """
    random = rnd.random
    groups, dirty = {}, []
    for group, fields in FIELDS[kind].items():
        if random() < 0.08:
            continue
        values = {}
        for field in fields:
            if random() >= field.share:
                continue
            key = field.name.lower()
            value = field.make(rnd, now)
            if field.dirty and random() < DIRTY_SHARE:
                dirty.append((group, key, value))
                turn = turns[group, key] = turns.get((group, key), -1) + 1
                value = field.dirty[turn % len(field.dirty)]
            values[key] = value
        if values or random() < 0.1:
            groups[group] = values
    return groups, tuple(dirty)


def app_group(app_id):
    return f'auto__{abs(app_id)}'


class People:
    def __init__(self, rnd, now, zone, first_day, count, apps):
        self._rnd = rnd
        self._now = now
        self._turns = {}
        self._zone = zone
        self._first_day = first_day
        self._today = zone.ordinal(now)
        self._apps = [app['id'] for app in apps]
        self.accounts = [self._account(number) for number in range(max(30, count // 8))]
        self._account_ids = [account.id for account in self.accounts]
        self.visitors = [self._visitor(number) for number in range(count - 1)]
        self.visitors.append(self._system())

    # -- accounts ------------------------------------------------------------

    def _account(self, number):
        rnd = self._rnd
        odd = number - 3
        identifier = (w.ODD_ACCOUNTS[odd] if 0 <= odd < len(w.ODD_ACCOUNTS)
                      else f'account-{number:05d}')
        groups, dirty = _metadata('account', rnd, self._now, self._turns)
        first = self._now - int((0.02 + rnd.random()) * 600 * DAY)
        last = first + int(rnd.random() * (self._now - first))
        auto = {'id': identifier, 'idhash': id_hash(identifier), 'firstvisit': first,
                'lastvisit': last, 'lastupdated': last + 60_000}
        if rnd.random() < 0.05:
            del auto['lastupdated']
        groups['auto'] = auto
        groups[app_group(DEFAULT_APP)] = {'firstvisit': first, 'lastvisit': last}
        if number % 17 == 16:
            groups['pendo'] = {'donotprocess': True}
        row = {'accountId': identifier, 'metadata': groups}
        if number % 17 == 16 and number % 2:
            row['metadata'] = {'pendo': {'donotprocess': True}}
            dirty = ()
        account = Person('account', identifier, row)
        account.dirty = dirty
        return account

    # -- visitors ------------------------------------------------------------

    def _visitor(self, number):
        rnd = self._rnd
        odd = number - 5
        anonymous = False
        if 0 <= odd < len(w.ODD_IDS):
            identifier = w.ODD_IDS[odd]
        elif rnd.random() < 0.15:
            identifier, anonymous = anonymous_id(rnd), True
        elif number % 3:
            identifier = f'visitor-{number * 7919 % 1_000_003:06d}'
        else:
            identifier = f'user{number}@example.org'
        visitor = Person('visitor', identifier, None)
        self._habits(visitor, anonymous)
        self._visitor_row(visitor, number, anonymous)
        return visitor

    def _system(self):
        """The customary visitor of events that servers send."""
        first = self._zone.day_start(self._first_day)
        system = Person('visitor', SYSTEM, {'visitorId': SYSTEM, 'metadata': {
            'auto': {'id': SYSTEM, 'idhash': id_hash(SYSTEM), 'firstvisit': first,
                     'lastvisit': self._now - DAY, 'lastupdated': self._now - DAY}}})
        return system

    def _habits(self, visitor, anonymous):
        """Where, when and for whom somebody comes."""
        rnd = self._rnd
        random = rnd.random
        span = self._today - self._first_day
        visitor.first = self._first_day + int(random() * span * 0.7)
        visitor.last = None
        if random() < 0.4:
            visitor.last = visitor.first + int(random() * (self._today - visitor.first))
        if not anonymous and random() < 0.9:
            count = 1 if random() < 0.75 else 2 + int(random() * 2)
            visitor.accounts = tuple({self._account_ids[
                int(random() * len(self._account_ids))]: 1 for _ in range(count)})
        second = int(random() * len(self._apps))
        if random() < 0.4 and self._apps[second] != DEFAULT_APP:
            visitor.apps = (DEFAULT_APP, self._apps[second])
        visitor.devices = tuple(self._device() for _ in range(1 + (random() < 0.3)))
        visitor.excluded = random() < 0.02

    def _device(self):
        rnd = self._rnd
        random = rnd.random
        address = (f'192.0.2.{int(random() * 250)}' if random() < 0.8
                   else f'2001:db8::{int(random() * 65535):x}')
        if random() < 0.03:
            address = ''
        place = w.PLACES[id_hash(address) % len(w.PLACES)]
        agent = int(random() * len(w.USER_AGENTS))
        return (address, w.SERVERS[int(random() * len(w.SERVERS))], agent, place)

    def _visitor_row(self, visitor, number, anonymous):
        rnd = self._rnd
        if anonymous:
            groups, visitor.dirty = {}, ()
        else:
            groups, visitor.dirty = _metadata('visitor', rnd, self._now, self._turns)
        first = self._zone.day_start(visitor.first) + 36_000_000
        last_day = min(visitor.last or self._today - 1, self._today - 1)
        last = max(first, self._zone.day_start(last_day) + int(rnd.random() * 80_000_000))
        groups['auto'] = self._auto(visitor, first, last)
        for app_id in visitor.apps:
            groups[app_group(app_id)] = {'firstvisit': first, 'lastvisit': last}
        if rnd.random() < 0.1:
            groups['pendo'] = {'blacklistguides': rnd.random() < 0.5,
                               'designerenabled': False}
        visitor.row = {'visitorId': visitor.id, 'metadata': groups}
        if number % 53 == 52:
            self._flag(visitor, number)

    def _auto(self, visitor, first, last):
        random = self._rnd.random
        browser = w.BROWSERS[visitor.devices[0][2]]
        auto = {'id': visitor.id, 'idhash': id_hash(visitor.id), 'firstvisit': first,
                'lastvisit': last, 'lastbrowsername': browser[0],
                'lastbrowserversion': browser[1], 'lastoperatingsystem': browser[2],
                'lastservername': visitor.devices[0][1],
                'lastuseragent': w.USER_AGENTS[visitor.devices[0][2]]}
        if visitor.accounts:
            auto['accountid'] = visitor.accounts[-1]
            auto['accountids'] = list(visitor.accounts)
        elif random() < 0.5:
            auto['accountid'] = ''
            auto['accountids'] = []
        if random() < 0.96:
            auto['lastupdated'] = last + int(random() * 3_600_000)
        if random() < 0.7:
            auto['nid'] = 0 if random() < 0.8 else int(random() * 1e6)
        if random() < 0.03:
            auto['lastoperatingsystem'] = None
        return auto

    @staticmethod
    def _flag(visitor, number):
        """Do-not-process visitors miss what others have; they do nothing."""
        visitor.excluded = False
        visitor.first = None
        groups = visitor.row['metadata']
        groups['pendo'] = {'donotprocess': True}
        if number % 2:
            visitor.row = {'metadata': {'pendo': {'donotprocess': True}}}
            visitor.dirty = ()
        else:
            groups.pop('auto')
