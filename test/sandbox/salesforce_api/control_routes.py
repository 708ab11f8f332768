"""Control routes of this stand-in: records, effects, changes by others, rights, sessions."""

import resource

from standin.answer import Answer, text
from standin.clock import parse_instant

from .answers import answer
from .call import Call
from .errors import RecordRefused, Refused
from .ids import to18
from .objects import OBJECTS, find_object, object_of_id
from .schema import Permissions
from .values import show
from .wish import Reader
from .writer import Writer


class _Nothing:
    """In place of a request: changes by others come from nowhere."""

    path, method, headers, query, segments, body = '', 'CONTROL', {}, {}, [], b''


class _Change:
    """One change that somebody other than the client makes."""

    def __init__(self, app, wish):
        self._app = app
        self._wish = wish
        user = self._user(wish.get('user', 'olga'))
        self._call = Call(app, _Nothing, None, 68, None, user)
        self._call.permissions = Permissions(())
        self._call.now = parse_instant(wish['at']) if 'at' in wish else self._call.now
        self._writer = Writer(self._call)

    def _user(self, name):
        """An id, or the key of a user: integration, olga, sam, gone."""
        if to18(name):
            return to18(name)
        thing = OBJECTS['User']
        found = self._app.store.find(thing, thing.field('Pendo_User_Key__c'), name)
        if not found:
            raise ValueError(f'no user {name}')
        return found[0]['Id']

    def _record(self, member='id'):
        record_id = to18(self._wish[member])
        thing = record_id and object_of_id(record_id)
        record = thing and self._app.store.get(thing, record_id)
        if not record:
            raise ValueError(f'no record {self._wish[member]}')
        return record

    def _fields(self, thing):
        reader = Reader(self._call.permissions, self._call.switches)
        return reader.read(thing, self._wish.get('fields', {}))

    def make(self):
        do = {'create': self._create, 'update': self._update, 'delete': self._delete,
              'undelete': self._undelete, 'merge': self._merge}.get(self._wish.get('do'))
        if do is None:
            raise ValueError('"do" is create, update, delete, undelete or merge')
        with self._app.store.lock, self._app.store.transaction():
            return do()['Id']

    def _create(self):
        thing = find_object(self._wish['object'])
        return self._writer.create(thing, self._fields(thing), None)

    def _update(self):
        record = self._record()
        self._writer.update(record.thing, record, self._fields(record.thing), None)
        return record

    def _delete(self):
        record = self._record()
        self._writer.delete(record.thing, record, None)
        return record

    def _undelete(self):
        record = self._record()
        self._writer.undelete(record)
        return record

    def _merge(self):
        winner = self._record('winner')
        self._writer.merge(winner, self._record('loser'))
        return winner


def routes(app, log, switches):
    def records(request, rest):
        things = [find_object(rest[0])] if rest else OBJECTS.values()
        if None in things:
            return text(404, 'there are: ' + ', '.join(OBJECTS))
        snapshot = switches.snapshot()
        with app.store.lock:
            found = {thing.name: [
                {name: show(thing.fields[name], value, snapshot)
                 for name, value in record.items()}
                for record in app.store.records[thing.name].values()] for thing in things}
        return answer(next(iter(found.values())) if rest else found)

    def effects(request, rest):
        with app.store.lock:
            if request.method == 'DELETE':
                app.store.effects.clear()
                return Answer(204)
            after = int(request.query.get('after', 0))
            return answer([one for one in app.store.effects if one['sequence'] > after])

    def change(request, rest):
        try:
            return answer({'id': _Change(app, request.json()).make()})
        except RecordRefused as refusal:
            return answer([failure.single() for failure in refusal.failures], 400)
        except Refused as error:
            return answer(error.body(), 400)

    def permissions(request, rest):
        if request.method == 'PUT':
            wish = request.json()
            app.permissions.set(wish.get('hidden', ()), wish.get('read_only', ()))
            app.schema_changed = app.clock.now()
        elif request.method == 'DELETE':
            app.permissions.set()
            app.schema_changed = app.clock.now()
        return answer({'hidden': sorted(app.permissions.hidden),
                       'read_only': sorted(app.permissions.read_only)})

    def sessions(request, rest):
        if request.method == 'DELETE':
            return answer({'ended': app.oauth.expire()})
        return answer({'alive': app.oauth.alive()})

    def usage(request, rest):
        if request.method in ('PUT', 'POST'):
            app.usage.set(app.clock.now(), int(request.json()['used']))
        return answer({'used': app.usage.used(app.clock.now())})

    def locators(request, rest):
        if request.method == 'DELETE':
            app.locators.clear()
        return answer({'open': len(app.locators)})

    def reset(request, rest):
        with app.store.lock:
            app.reset()
        log.clear()
        app.faults.clear()
        switches.reset()
        return stats(request, rest)

    def stats(request, rest):
        counts = {name: len(records) for name, records in app.store.records.items()}
        return answer({**log.stats(), 'now': app.clock.now(), 'records': counts,
                       'effects': len(app.store.effects),
                       'peak_memory_mb': resource.getrusage(
                           resource.RUSAGE_SELF).ru_maxrss // 1024})

    return {'records': records, 'effects': effects, 'change': change,
            'permissions': permissions, 'sessions': sessions, 'usage': usage,
            'locators': locators, 'reset': reset, 'stats': stats}
