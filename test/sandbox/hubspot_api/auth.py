"""Tokens: who may do what, and until when."""

import hashlib
from dataclasses import dataclass

from .errors import expired, unauthenticated

FULL = 'pat-na1-11111111-1111-4111-8111-111111111111'
READ_ONLY = 'pat-na1-22222222-2222-4222-8222-222222222222'
REVOKED = 'pat-na1-33333333-3333-4333-8333-333333333333'
SECOND = 'pat-na1-44444444-4444-4444-8444-444444444444'
CLIENT_ID = '55555555-5555-4555-8555-555555555555'
CLIENT_SECRET = '66666666-6666-4666-8666-666666666666'
REFRESH = 'na1-7777-7777-7777-777777777777'

READ = {f'crm.{area}.{kind}.read' for area in ('objects', 'schemas')
        for kind in ('contacts', 'companies')} | {'crm.objects.owners.read', 'oauth'}
WRITE = {scope.replace('.read', '.write') for scope in READ
         if scope not in ('oauth', 'crm.objects.owners.read')}
STATES = ('active', 'read_only', 'revoked')


@dataclass
class Token:
    name: str
    state: str = 'active'
    oauth: bool = False
    expires_at: int = None

    @property
    def scopes(self):
        return READ if self.state == 'read_only' else READ | WRITE


def _long(text):
    """An access token: 300 characters and more, of no form to rely on."""
    return 'C' + ''.join(hashlib.sha256(f'{text}/{part}'.encode()).hexdigest()
                         for part in range(5)) + '-_x'


class Tokens:
    client_id = CLIENT_ID
    client_secret = CLIENT_SECRET
    all_scopes = READ | WRITE

    def __init__(self, seed, now):
        self._seed = seed
        self._number = 0
        self._refresh = {REFRESH}
        self.refresh = REFRESH
        self.expired = _long(f'{seed}/expired')
        self._all = {FULL: Token('full'), READ_ONLY: Token('read_only', 'read_only'),
                     REVOKED: Token('revoked', 'revoked'), SECOND: Token('second'),
                     self.expired: Token('expired', oauth=True, expires_at=now - 60_000)}

    def issue(self, expires_at):
        self._number += 1
        token = _long(f'{self._seed}/{self._number}')
        self._all[token] = Token('oauth', oauth=True, expires_at=expires_at)
        return token

    def knows_refresh(self, token):
        return token in self._refresh

    def next_refresh(self, rotate):
        if rotate:
            self._refresh.discard(self.refresh)
            self.refresh = f'na1-{hashlib.sha256(self.refresh.encode()).hexdigest()[:24]}'
            self._refresh.add(self.refresh)
        return self.refresh

    def set_state(self, name, state):
        """For tests: revoke a token, take its write scopes away, or give all back."""
        if name == 'oauth' and state == 'expired':
            for token in self._all.values():
                if token.name == 'oauth':
                    token.expires_at = 0
            return
        named = [token for token in self._all.values() if token.name == name]
        if not named or state not in STATES:
            raise ValueError(f'{name}: {state}; states are {", ".join(STATES)}, '
                             'and expired for oauth')
        for token in named:
            token.state = state

    def states(self):
        return {token.name: token.state for token in self._all.values()}

    def of(self, request):
        """The Token that a request carries; its own name for strangers, or None."""
        scheme, _, value = request.headers.get('authorization', '').partition(' ')
        if scheme.lower() != 'bearer' or not value.strip():
            return None
        return self._all.get(value.strip(), Token('unknown', 'revoked'))


def check(token, now):
    """401 unless the token opens the account."""
    if token is None or token.state == 'revoked':
        raise unauthenticated()
    if token.expires_at is not None and now >= token.expires_at:
        raise expired((now - token.expires_at) // 1000)
