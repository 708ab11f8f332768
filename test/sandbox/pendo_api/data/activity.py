"""Raw events, one local day at a time, made when first asked for.

A day depends on seed and date alone, so days beyond the start of the clock
exist too and come into sight as the clock moves.
"""

import random
from collections import namedtuple

from . import words as w
from .ids import id_hash
from .people import SYSTEM

# Properties, tab, place and the like follow from visitor, tag and address alone,
# so that all raw events of one grouped row agree on them.
# kind: load, click, track or identify; tags: ids of the pages, features or
# track types that the event matches (several, one or none).
RawEvent = namedtuple('RawEvent', (
    'time', 'kind', 'visitor', 'account', 'app', 'ip', 'server', 'agent', 'tags',
    'properties', 'path', 'number', 'place', 'signs', 'late'))
GuideEvent = namedtuple('GuideEvent', (
    'time', 'type', 'visitor', 'account', 'accounts', 'app', 'ip', 'server', 'agent',
    'guide', 'step', 'poll', 'poll_type', 'response', 'path', 'number', 'place',
    'late', 'reason'))
EmailEvent = namedtuple('EmailEvent', 'time type visitor accounts number target late')

SERVER_SIDE = '__apitrackevent__'
NO_SIGNS = (0, 0, 0, 0)         # rage, error, u-turn and dead clicks
GUIDE_TYPES = ('guideActivity', 'guideAdvanced', 'guideAdvanced', 'guideDismissed',
               'guideDismissed', 'guideTimeout', 'guideSnoozed', 'guideNotSeen')
EMAIL_TYPES = ('sent', 'delivered', 'opened', 'clicked', 'bounced', 'unsubscribed',
               'complaint', 'subscribed')
PROPERTIES = (
    {'orderId': 9007199254740993, 'amount': 12.5, 'odd key': 'x "y"'},
    {'orderId': 1, 'amount': None, 'nested': {'a': [1, {'b': 'ü'}]}},
    {'flag': True, 'text': 'line\nbreak', 'big': 9223372036854775807},
    {'empty': '', 'list': [], 'object': {}},
    None,
)
PARAMETERS = ({'parameter': 'tab=1'}, {'parameter': 'größe'}, None, None)


class Day:
    __slots__ = ('start', 'end', 'raw', 'guide', 'email', 'has_late')

    def __init__(self, start, end, raw, guide, email):
        self.start, self.end = start, end
        self.raw, self.guide, self.email = raw, guide, email
        self.has_late = False


class Catalogue:
    """Ids to draw from, per application."""

    def __init__(self, objects, app_id):
        def of_app(items):
            return [item for item in items if item['appId'] == app_id]
        self.app = app_id
        self.pages = tuple(page['id'] for page in of_app(objects.pages))
        self.features = tuple(item['id'] for item in of_app(objects.features))
        self.tracks = tuple(item['id'] for item in of_app(objects.track_types))
        self.guides = tuple(guide for guide in of_app(objects.guides)
                            if guide['publishedEver'])


class Activity:
    def __init__(self, seed, zone, people, objects, per_day):
        self._seed = seed
        self._zone = zone
        self._people = people
        self._catalogues = {app['id']: Catalogue(objects, app['id'])
                            for app in objects.apps}
        self._default = self._catalogues[objects.apps[0]['id']]
        self._per_day = per_day

    def day(self, ordinal):
        start = self._zone.day_start(ordinal)
        end = self._zone.day_start(ordinal + 1)
        maker = _DayMaker(random.Random(f'{self._seed}/{ordinal}'), start, end)
        for visitor in self._visitors_of(ordinal, maker.random):
            maker.session(visitor, self._catalogues)
        for _ in range(3 + len(self._people.visitors) // 500):
            maker.server_side(self._default)
        return maker.finish()

    def _visitors_of(self, ordinal, rnd):
        """Who comes on that day; at most as many as the volume asks for."""
        visitors = self._people.visitors
        wanted = self._per_day / 4
        share = min(0.45, wanted / max(1, len(visitors)) * 1.8)
        if share < 0.05:
            visitors = random.Random(f'{self._seed}:{ordinal}').sample(
                visitors, min(len(visitors), int(wanted * 2)))
            share = 1.0
        times = max(1, round(wanted / max(1, len(visitors) * share * 0.6)))
        for visitor in visitors:
            if visitor.first is None or ordinal < visitor.first:
                continue
            if visitor.last is not None and ordinal > visitor.last:
                continue
            if rnd() < share:
                for _ in range(times):
                    yield visitor


class _DayMaker:
    def __init__(self, rnd, start, end):
        self.random = rnd.random
        self._start, self._end = start, end
        self._length = end - start
        self._raw, self._guide, self._email = [], [], []
        self._number = start // 1000 * 1000

    def _next(self):
        self._number += 1
        return self._number

    def session(self, visitor, catalogues):
        """A visit: a few minutes of loads and clicks in one application."""
        random = self.random
        app = visitor.apps[int(random() * len(visitor.apps))]
        catalogue = catalogues[app]
        accounts = visitor.accounts
        account = accounts[int(random() * len(accounts))] if accounts else ''
        ip, server, agent, place = visitor.devices[int(random() * len(visitor.devices))]
        who = (visitor.id, account, app, ip, server, w.USER_AGENTS[agent])
        time = self._start + int(random() * (self._length - 1))
        if random() < 0.2:
            self._add(time, 'identify', who, (), None, place)
        for _ in range(1 + int(random() * 6)):
            time += int(random() ** 3 * 900_000)
            self._one(time, who, catalogue, place)
        if random() < 0.35 and catalogue.guides:
            self._guided(time, visitor, who, catalogue, place)
        if random() < 0.03:
            self._mailed(time, visitor)

    def _one(self, time, who, catalogue, place):
        random = self.random
        kind = random()
        if kind < 0.45:
            pages = catalogue.pages
            page = int(random() * len(pages))
            tags = (pages[page],) if random() < 0.85 else ()
            if tags and random() < 0.15:        # two rules match this address
                tags = (pages[page], pages[page - 1])
            parameters = PARAMETERS[id_hash(who[0]) % 4]
            self._add(time, 'load', who, tags, parameters, place, f'/p{page}/')
        elif kind < 0.85:
            features = catalogue.features
            feature = int(random() * len(features))
            tags = (features[feature],) if random() < 0.8 else ()
            if tags and random() < 0.1:
                tags = (features[feature], features[feature - 1])
            signs = NO_SIGNS
            if random() < 0.05:
                signs = (int(random() * 3), int(random() * 2), 1, int(random() * 2))
            self._add(time, 'click', who, tags, None, place, f'/p{feature}/', signs)
        else:
            tracks = catalogue.tracks
            self._tracked(time, who, tracks[int(random() * len(tracks))], place)

    def server_side(self, catalogue):
        """Track events from a server: no address, no browser."""
        random = self.random
        who = (SYSTEM, '', catalogue.app, '', SERVER_SIDE, '')
        time = self._start + int(random() * (self._length - 1))
        self._tracked(time, who, catalogue.tracks[int(random() * len(catalogue.tracks))], None)

    def _tracked(self, time, who, tag, place):
        self._add(time, 'track', who, (tag,), PROPERTIES[id_hash(who[0] + tag) % 5], place)

    def _add(self, time, kind, who, tags, properties, place, path='/', signs=NO_SIGNS):
        if time >= self._end:
            return
        number = self._next()
        self._raw.append(RawEvent(time, kind, *who, tags, properties, path, number,
                                  place, signs, number % 20 == 7))

    def _guided(self, time, visitor, who, catalogue, place):
        random = self.random
        guide = catalogue.guides[int(random() * len(catalogue.guides))]
        steps = guide['steps']
        for step in steps[:1 + int(random() * len(steps))]:
            self._guide_event(time, 'guideSeen', visitor, who, guide, step, place,
                              reason=('auto', 'badge', 'dom')[int(random() * 3)])
            time += 1 + int(random() * 30_000)
            if random() < 0.7:
                kind = GUIDE_TYPES[int(random() * len(GUIDE_TYPES))]
                if random() < 0.05:
                    kind = 'ui:web:' + kind
                self._guide_event(time, kind, visitor, who, guide, step, place)
        for poll in guide['polls']:
            if random() < 0.8:
                time += 1000 + int(random() * 20_000)
                self._guide_event(time, 'ui:web:pollResponse', visitor, who, guide,
                                  steps[0], place, poll=poll)

    def _guide_event(self, time, kind, visitor, who, guide, step, place, poll=None,
                     reason=None):
        if time >= self._end:
            return
        number = self._next()
        poll_type = poll['attributes']['type'] if poll else None
        self._guide.append(GuideEvent(
            time, kind, who[0], who[1], visitor.accounts, *who[2:], guide['id'],
            step['id'], poll and poll['id'], poll_type, poll and self._response(poll),
            '/p1/', number, place, number % 20 == 7, reason))

    def _response(self, poll):
        random = self.random
        kind = poll['attributes']['type']
        if kind == 'NPSRating':
            return int(random() ** 0.5 * 11)
        if kind == 'NumberScale':
            return 1 + int(random() * 5)
        if kind == 'PickList':
            choices = tuple(poll['idResponses'])
            return choices[int(random() * len(choices))]
        if kind == 'YesNo':
            return ('yes', 'no')[int(random() * 2)]
        return w.ODD_TEXTS[int(random() * len(w.ODD_TEXTS))]

    def _mailed(self, time, visitor):
        if time >= self._end:
            return
        kind = EMAIL_TYPES[int(self.random() * len(EMAIL_TYPES))]
        number = self._next()
        self._email.append(EmailEvent(time, kind, visitor.id, visitor.accounts, number,
                                      f'mail-{number % 5}', number % 20 == 7))

    def finish(self):
        for events in (self._raw, self._guide, self._email):
            events.sort(key=lambda event: (event.time, event.number))
        return Day(self._start, self._end, self._raw, self._guide, self._email)
