"""The application: who asks, whether it may, what it gets."""

import threading
import time

from standin.answer import Answer, json_value
from standin.effects import Effects

from . import auth, routes
from .call import Call
from .errors import LIMITS, Refused, expired, limited, locked, migrating, missing_scope, \
    no_such_path, unauthenticated
from .limits import Limits, retry_after
from .properties import Registry
from .schema import OBJECTS, find_object
from .search import Index
from .seed import fill, owners_of
from .store import Store

PORTAL_ID = 62515

# faults of this service's own, and what each answers instead of the application
EARLY = {
    'limited': lambda args: limited(
        _policy(args), headers=_retry_after(args.get('retry_after'))),
    'quota': lambda args: limited('DAILY', headers=_retry_after(args.get('retry_after'))),
    'unauthorized': lambda args: unauthenticated(),
    'expired_token': lambda args: expired(int(args.get('seconds', 7))),
    'missing_scope': lambda args: missing_scope(args.get('scopes',
                                                         ['crm.objects.contacts.write'])),
    'locked': lambda args: locked(),
    'migrating': lambda args: migrating(int(args.get('retry_after', 3600))),
}
# faults of chosen inputs; see batch.py
OF_INPUTS = ('fail_inputs', 'lose_inputs')
FAULTS = (*EARLY, *OF_INPUTS)


def _policy(args):
    policy = args.get('policy', 'TEN_SECONDLY_ROLLING')
    return policy if policy in LIMITS else 'TEN_SECONDLY_ROLLING'


def _retry_after(setting):
    if setting is None:
        return {}
    if setting == 'date':
        return retry_after('date', 2000)
    return {'Retry-After': str(setting)}


class HubSpotApp:
    def __init__(self, switches, clock, faults, seed, size, zone_name):
        self.switches = switches
        self.clock = clock
        self.faults = faults
        self.seed = seed
        self.size = size
        self.portal_id = PORTAL_ID
        self.url = ''               # set once the port is known
        self.limits = Limits(zone_name)
        self.lock = threading.RLock()
        self._started = clock.now()
        self._busy = set()
        self.reset()

    def reset(self):
        """Everything as it was at the start; switches, faults and clock stay."""
        with self.lock:
            self.effects = Effects()
            self.limits.clear()
            self.tokens = auth.Tokens(self.seed, self._started)
            self.owners = owners_of(self._started)
            self.owner_ids = {owner['id'] for owner in self.owners if not owner['archived']}
            self.registry = Registry(self._started - 400 * 86_400_000)
            self.store = Store(self.effects, Index())
            self.store.UNIQUE = self._is_unique
            fill(self, self.seed, self.size, self._started)

    def _is_unique(self, kind, name):
        found = self.registry.usable(kind, name, 1 << 62)
        return found is not None and found.unique

    # -- for the delivery ----------------------------------------------------------

    def describe(self, request):
        route = routes.find(request.method, request.segments)
        request.route = route
        name = route.args.get('type', route.args.get('from'))
        kind = find_object(name) if name else None
        request.facts.update(operation=route.operation, write=route.writes,
                             source=kind.name if kind else route.area,
                             clock=self.clock.now())
        return request.facts['source'], None

    def key_name(self, request):
        token = self.tokens.of(request)
        return token.name if token else None

    def answer(self, request, entry):
        call = Call(self, request, request.route, entry['key'], entry['n'])
        headers = {}
        try:
            self._check_early(call)
            token = self._admit(call, headers)
            self._check_scope(call, token)
            status, body = self._carry_out(call)
        except Refused as refusal:
            answer = json_value(refusal.body(call.dated), refusal.status)
            answer.headers = refusal.headers
            return answer
        finally:
            entry.update(call.told)
        answer = Answer(status) if body is None else json_value(body, status)
        answer.headers = headers
        return answer

    # -- before the route --------------------------------------------------------------

    def _check_early(self, call):
        rule = call.acting(*EARLY)
        if rule is not None:
            raise EARLY[rule.fault](rule.args)
        most = float(self.switches['uri_limit'].partition(':')[2])
        if len(call.request.target) > most:
            raise Refused(414, None, 'URI Too Long')

    def _admit(self, call, headers):
        """The token that may go on, counted; `headers` gains its limits."""
        if call.operation == 'token':
            return None
        token = self.tokens.of(call.request)
        auth.check(token, call.now)
        search = call.operation == 'search'
        with self.lock:
            self.limits.take(token, search, call.now, call.switches)
            if not search:
                headers.update(self.limits.headers(token, call.now, call.switches))
        if call.operation is None:
            if call.request.route.methods:
                raise Refused(405, None, 'Method Not Allowed', headers={
                    'Allow': ', '.join(sorted(call.request.route.methods))})
            raise no_such_path()
        return token

    def _check_scope(self, call, token):
        area, _, verb = call.request.route.needs.partition('.')
        if not verb:
            return
        if area == 'owners':
            scopes = ['crm.objects.owners.read']
        else:
            kinds = {call.kind(name) for name in ('type', 'from', 'to') if name in call.args}
            scopes = sorted({f'crm.{area}.{OBJECTS[kind].scope}.{verb}' for kind in kinds})
        missing = [scope for scope in scopes if scope not in token.scopes]
        if missing:
            raise missing_scope(missing)

    # -- the route -----------------------------------------------------------------------

    def _carry_out(self, call):
        if not call.request.route.writes:
            with self.lock:
                return call.request.route.function(call)
        held = self._hold(call)
        try:
            seconds = float(call.switches['write_time'].partition(':')[2] or 0) / 1000
            if seconds:
                time.sleep(seconds)
            with self.lock:
                call.now = self.clock.now()
                return call.request.route.function(call)
        finally:
            with self.lock:
                self._busy -= held

    def _hold(self, call):
        """Mark the records of a write as being written, or refuse it."""
        setting = call.switches['concurrent_writes']
        if setting == 'serialised':
            return set()
        wanted = _written(call)
        with self.lock:
            if wanted & self._busy:
                if setting == '423':
                    raise locked()
                raise Refused(409, 'CONFLICT', 'The object is being written by another request')
            self._busy |= wanted
        return wanted

    def writing(self):
        """How many records are being written, under the switch concurrent_writes."""
        with self.lock:
            return len(self._busy)


def _written(call):
    """(object, how it is named, its name) of what a request says it writes."""
    source = call.request.facts['source']
    found = set()
    if 'id' in call.args:
        found.add((source, call.request.query.get('idProperty'), call.args['id']))
    body = call.request.json_or_text()
    inputs = body.get('inputs') if isinstance(body, dict) else None
    for wish in inputs if isinstance(inputs, list) else ():
        if isinstance(wish, dict) and isinstance(wish.get('id'), str):
            found.add((source, wish.get('idProperty'), wish['id']))
    return found


def show_body(request):
    """What the log keeps of a body: no secrets."""
    if request.path.startswith('/oauth/'):
        names = [part.partition(b'=')[0].decode('latin-1') for part in request.body.split(b'&')]
        return {'form': names}
    return request.json_or_text()
