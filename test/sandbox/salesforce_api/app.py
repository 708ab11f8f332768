"""The Salesforce application: versions, sessions, limits, routing."""

import re
import threading

from standin.faults import Faults

from . import composite, describe, many, query, single
from .answers import answer, of_refusal
from .call import Call
from .describe import SCHEMA_CHANGED
from .errors import Refused, not_found
from .ids import Ids, base62, to18
from .limits import Usage
from .objects import HIDDEN
from .oauth import OAuth
from .own_faults import KINDS, REQUEST, request_rule
from .schema import Permissions
from .seed import fill, pod_of
from .store import Store

NEWEST, OLDEST, RETIRED = 68, 31, 30
_SEASONS = ('Spring', 'Summer', 'Winter')
_VERSION = re.compile(r'v(\d{1,3})\.0', re.ASCII)
_BEARER = re.compile(r'Bearer [!-~]+', re.ASCII)
MAX_LOCATORS = 200


def _resources(call):
    names = ('composite', 'limits', 'query', 'queryAll', 'sobjects')
    return answer({name: f'{call.base}/{name}' for name in names})


# The path below /services/data/vNN.0, and for each method: what it is called in
# the log and in fault rules, and the function.
ROUTES = (
    ((), {'GET': ('resources', _resources)}),
    (('limits',), {'GET': ('limits', query.limits)}),
    (('query',), {'GET': ('query', query.query)}),
    (('queryAll',), {'GET': ('query_all', query.query_all)}),
    (('query', '*'), {'GET': ('query_more', query.more)}),
    (('queryAll', '*'), {'GET': ('query_more', query.more)}),
    (('sobjects',), {'GET': ('describe_global', describe.everything)}),
    (('sobjects', '*'), {'GET': ('basic_information', describe.basic_information),
                         'POST': ('create', single.create)}),
    (('sobjects', '*', 'describe'), {'GET': ('describe', describe.one)}),
    (('sobjects', '*', 'updated'), {'GET': ('updated', query.updated)}),
    (('sobjects', '*', 'deleted'), {'GET': ('deleted', query.deleted)}),
    (('sobjects', '*', 'Id'), {'POST': ('create', single.create)}),
    (('sobjects', '*', '*'), {'GET': ('read', single.read), 'PATCH': ('update', single.update),
                              'DELETE': ('delete', single.delete)}),
    (('sobjects', '*', '*', '*'), {'GET': ('read', single.read_by_key),
                                   'PATCH': ('upsert', single.upsert),
                                   'DELETE': ('delete', single.delete_by_key)}),
    (('composite',), {'POST': ('composite', composite.composite)}),
    (('composite', 'sobjects'), {'POST': ('collection_create', many.create),
                                 'PATCH': ('collection_update', many.update),
                                 'DELETE': ('collection_delete', many.delete)}),
    (('composite', 'sobjects', '*'), {'POST': ('collection_retrieve', many.retrieve)}),
    (('composite', 'sobjects', '*', '*'), {'PATCH': ('collection_upsert', many.upsert)}),
)
WRITES = {'create', 'update', 'delete', 'upsert', 'composite', 'collection_create',
          'collection_update', 'collection_delete', 'collection_upsert'}
COLLECTIONS_SINCE, COLLECTION_UPSERT_SINCE = 42, 46


def _find(segments):
    """(methods, the path's variable parts) or None."""
    for pattern, methods in ROUTES:
        if len(pattern) == len(segments) and all(
                wanted in ('*', part) for wanted, part in zip(pattern, segments)):
            return methods, [part for wanted, part in zip(pattern, segments) if wanted == '*']
    return None


def _method(request):
    """POST ...?_HttpMethod=PATCH is for clients without PATCH."""
    if request.method == 'POST':
        return request.query.get('_HttpMethod', 'POST').upper()
    return 'GET' if request.method == 'HEAD' else request.method


def _below(request):
    """Path segments below the version."""
    segments = list(request.segments[3:])
    if segments and segments[-1] == '':
        segments.pop()
    return tuple(segments)


class SalesforceApp:
    def __init__(self, settings, switches, clock, log):
        self.switches, self.clock, self.log = switches, clock, log
        self.faults = Faults(KINDS)
        self.url = None                 # known once the server listens
        self._settings = settings
        self.username = 'integration@example.org.sandbox'
        self._locator_lock = threading.Lock()
        self.reset()
        self.oauth = OAuth(self, settings.client_id, settings.client_secret,
                           settings.refresh_token)

    def reset(self):
        """Data, rights, counts and locators as at the start; sessions stay."""
        pod = pod_of(self._settings.seed)
        self.org_id = to18(f'00D{pod}0{base62(7, 9)}')
        store = Store(pod)
        self.user_id = fill(store, self)
        self.store = store
        self.permissions = Permissions(HIDDEN)
        self.schema_changed = SCHEMA_CHANGED
        self.usage = Usage()
        self.locators = {}
        self._locator_ids = Ids(pod)

    @property
    def seed(self):
        return self._settings.seed

    @property
    def size(self):
        return self._settings.size

    def keep_locator(self, locator):
        with self._locator_lock:
            name = self._locator_ids.new('01g')
            self.locators[name] = locator
            while len(self.locators) > MAX_LOCATORS:
                del self.locators[next(iter(self.locators))]
            return name

    # -- for the delivery ------------------------------------------------------

    def describe(self, request):
        source = self._source(request)
        request.facts.update(operation=source, write=source in WRITES)
        return source, None

    @staticmethod
    def _source(request):
        parts = request.segments
        if parts[:2] == ['services', 'oauth2']:
            return parts[2] if len(parts) == 3 else None
        if parts[:2] != ['services', 'data']:
            return None
        if len(parts) == 2:
            return 'versions'
        found = _find(_below(request))
        route = found and found[0].get(_method(request))
        return route[0] if route else None

    def key_name(self, request):
        return self.oauth.name(request.headers.get('authorization'))

    def answer(self, request, entry):
        parts = request.segments
        if parts[:2] == ['services', 'oauth2']:
            return self.oauth.answer(request, '/'.join(parts[2:]))
        if parts[:2] != ['services', 'data']:
            return of_refusal(not_found())
        if len([part for part in parts if part]) == 2:
            return self._versions(request)
        found = self._rest(request, entry)
        info = self._limit_info()
        if info:
            found.headers['Sforce-Limit-Info'] = info
        return found

    @staticmethod
    def _versions(request):
        if request.method not in ('GET', 'HEAD'):
            return of_refusal(_not_allowed(request.method, ('GET',)))
        return answer([{'label': f"{_SEASONS[number % 3]} '{(number + 13) // 3}",
                        'url': f'/services/data/v{number}.0', 'version': f'{number}.0'}
                       for number in range(OLDEST, NEWEST + 1)])

    # -- the REST API --------------------------------------------------------------

    def _rest(self, request, entry):
        try:
            version = self._version(request.segments[2])
            self._session(request)
            self._limits(entry)
            source = self._source(request)
            rule = request_rule(self.faults, request, source)
            if rule is not None and rule.args.get('when', 'before') == 'before':
                return self._spoiled(rule, request)
            found = self._run(Call(self, request, entry['n'], version, source), entry)
            return found if rule is None else self._spoiled(rule, request)
        except Refused as error:
            return of_refusal(error)

    @staticmethod
    def _version(text):
        match = _VERSION.fullmatch(text)
        number = int(match[1]) if match else 0
        if 7 <= number <= RETIRED:
            raise Refused('GONE', f'API version {number}.0 has been retired', 410)
        if not OLDEST <= number <= NEWEST:
            raise not_found()
        return number

    def _session(self, request):
        header = request.headers.get('authorization')
        if header is not None and not _BEARER.fullmatch(header):
            raise Refused('INVALID_AUTH_HEADER', 'INVALID_HEADER_TYPE', 401)
        if header is None or not self.oauth.use(header[7:]):
            raise Refused('INVALID_SESSION_ID', 'Session expired or invalid', 401)

    def _limits(self, entry):
        now = self.clock.now()
        if self.usage.used(now) >= self.switches.number('daily_limit'):
            raise Refused('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', 403)
        running = self.log.running(self.switches.number('long_after'), entry)
        if running >= self.switches.number('concurrent_limit'):
            raise Refused('REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests (Concurrent API '
                          'Requests) Limit exceeded.', 403)
        self.usage.add(now)

    def _limit_info(self):
        kind = self.switches['limit_info']
        used = self.usage.used(self.clock.now())
        info = f'api-usage={used}/{int(self.switches.number("daily_limit"))}'
        return {'org': info, 'absent': None,
                'per_app': f'{info}; per-app-api-usage={used}/250000(appName=pendo)'}[kind]

    def _spoiled(self, rule, request):
        """The answer of a rule that spoils whole requests."""
        status, code, message = REQUEST[rule.fault]
        if rule.fault == 'expired_session':
            self.oauth.expire(request.headers['authorization'][7:])
        return of_refusal(Refused(rule.args.get('code', code),
                                  rule.args.get('message', message),
                                  int(rule.args.get('status', status))))

    def _run(self, call, entry):
        try:
            with self.store.lock:
                organization = self.store.records['Organization'][self.org_id]
                organization['IsSandbox'] = call.switches['is_sandbox'] == 'yes'
                return self._route(call)
        finally:
            entry['rows'] = call.rows

    def _route(self, call):
        found = _find(_below(call.request))
        if found is None:
            raise not_found()
        methods, arguments = found
        method = _method(call.request)
        if method not in methods:
            raise _not_allowed(method, methods)
        source, function = methods[method]
        if call.version < COLLECTIONS_SINCE and source.startswith('collection_') \
                or call.version < COLLECTION_UPSERT_SINCE and source == 'collection_upsert':
            raise not_found()
        return function(call, *arguments)

    def inner(self, outer, request):
        """Answer a subrequest of a composite call, under its session and count."""
        try:
            if request.segments[:2] != ['services', 'data'] or len(request.segments) < 3:
                raise not_found()
            version = self._version(request.segments[2])
            source, _ = self.describe(request)
            call = Call(self, request, outer.number, version, source)
            if call.source == 'composite':
                raise not_found()
            return self._route(call)
        except Refused as error:
            return of_refusal(error)


def _not_allowed(method, methods):
    return Refused('METHOD_NOT_ALLOWED', f"HTTP Method '{method}' not allowed. Allowed are "
                   + ','.join(methods), 405)
