"""Tokens and sessions: /services/oauth2/."""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass
from urllib.parse import parse_qsl

from standin.answer import empty

from .answers import answer
from .errors import OAuthRefused

LOGIN_HOST = 'https://login.salesforce.com'
SCOPE = 'refresh_token api'
FORM = 'application/x-www-form-urlencoded'
JWT_BYTES = 3000

# switch login -> error, error_description
_LOGIN = {
    'not_approved': ('invalid_grant', "user hasn't approved this consumer"),
    'not_admin_approved': ('invalid_app_access',
                           'user is not admin approved to access this app'),
    'authentication_failure': ('invalid_grant', 'authentication failure'),
    'inactive_user': ('invalid_grant', 'inactive user'),
    'locked': ('invalid_grant', 'user is locked'),
    'inactive_organization': ('invalid_grant', 'inactive organization'),
    'expired_code': ('invalid_grant', 'expired authorization code'),
}


@dataclass
class Session:
    token: str
    used_at: int
    revoked: bool = False


class OAuth:
    def __init__(self, app, client_id, client_secret, refresh_token):
        self._app = app
        self._client_id = client_id
        self._client_secret = client_secret
        self._lock = threading.Lock()
        self._sessions = {}
        self._refresh_tokens = {refresh_token}
        self._refreshing = Counter()

    # -- sessions ----------------------------------------------------------------

    def _alive(self, session, now):
        life = self._app.switches.number('session_timeout') * 60_000
        return session is not None and not session.revoked and now - session.used_at < life

    def use(self, token):
        """Whether the token opens a session; each use pushes its end forward."""
        now = self._app.clock.now()
        with self._lock:
            session = self._sessions.get(token)
            if not self._alive(session, now):
                return False
            session.used_at = now
            return True

    def expire(self, token=None):
        """End one session, or all; returns how many were alive."""
        now, ended = self._app.clock.now(), 0
        with self._lock:
            for session in self._sessions.values():
                if token in (None, session.token) and self._alive(session, now):
                    session.revoked, ended = True, ended + 1
        return ended

    def name(self, header):
        """What the log calls an Authorization header."""
        if header is None or header.startswith('Basic '):
            return None if header is None else 'client'
        with self._lock:
            session = self._sessions.get(header.partition(' ')[2])
        alive = self._alive(session, self._app.clock.now())
        return 'session' if alive else 'ended' if session else 'unknown'

    def alive(self):
        now = self._app.clock.now()
        with self._lock:
            return sum(self._alive(session, now) for session in self._sessions.values())

    def _open(self, now):
        with self._lock:
            if self._app.switches['token_reuse'] == 'same':
                for session in self._sessions.values():
                    if self._alive(session, now):
                        session.used_at = now
                        return session.token
            token = f'{self._app.org_id[:15]}!{secrets.token_urlsafe(72)}'
            if self._app.switches['token_form'] == 'jwt':
                token = f'{secrets.token_urlsafe(90)}.{secrets.token_urlsafe(JWT_BYTES)}.' \
                        f'{secrets.token_urlsafe(256)}'
            self._sessions[token] = Session(token, now)
            return token

    # -- routes ------------------------------------------------------------------

    def answer(self, request, name):
        route = {'token': self._token, 'revoke': self._revoke,
                 'introspect': self._introspect, 'userinfo': self._userinfo}.get(name)
        if route is None:
            return answer({'error': 'unsupported_endpoint', 'error_description': name}, 404)
        try:
            return route(request)
        except OAuthRefused as error:
            return answer({'error': error.error, 'error_description': str(error)},
                          error.status)

    @staticmethod
    def _form(request):
        if request.method != 'POST':
            raise OAuthRefused('invalid_request', 'must use HTTP POST')
        kind = request.headers.get('content-type', '').partition(';')[0].strip().lower()
        if kind != FORM:
            raise OAuthRefused('invalid_request', f'the body must be {FORM}')
        return dict(parse_qsl(request.body.decode('utf-8', 'replace'),
                              keep_blank_values=True))

    def _client(self, request, form, secret_needed=True):
        client_id, secret = form.get('client_id'), form.get('client_secret')
        header = request.headers.get('authorization', '')
        if header.startswith('Basic '):
            try:
                pair = base64.b64decode(header[6:], validate=True).decode()
            except (ValueError, binascii.Error):
                pair = ''
            client_id, _, secret = pair.partition(':')
        status = int(self._app.switches['client_error_status'])
        if client_id != self._client_id:
            raise OAuthRefused('invalid_client_id', 'client identifier invalid', status)
        if (secret is not None or secret_needed) and secret != self._client_secret:
            raise OAuthRefused('invalid_client', 'invalid client credentials', status)

    def _token(self, request):
        form = self._form(request)
        grant = {'client_credentials': self._client_credentials,
                 'refresh_token': self._refresh}.get(form.get('grant_type'))
        if grant is None:
            raise OAuthRefused('unsupported_grant_type', 'grant type not supported')
        return grant(request, form)

    def _wait(self):
        seconds = self._app.switches.number('token_seconds')
        if seconds:
            time.sleep(seconds)

    def _check_user(self):
        refusal = _LOGIN.get(self._app.switches['login'])
        if refusal:
            raise OAuthRefused(*refusal)

    def _client_credentials(self, request, form):
        if self._app.switches['my_domain'] == 'no':
            raise OAuthRefused('unsupported_grant_type', 'grant type not supported')
        self._client(request, form)
        if self._app.switches['run_as_user'] == 'unset':
            raise OAuthRefused('invalid_grant', 'no client credentials user enabled')
        self._check_user()
        self._wait()
        return answer(self._granted())

    def _refresh(self, request, form):
        self._client(request, form)
        token = form.get('refresh_token')
        with self._lock:
            if token not in self._refresh_tokens:
                raise OAuthRefused('invalid_grant', 'expired access/refresh token')
            self._refreshing[token] += 1
            first = self._refreshing[token] == 1
        try:
            self._only_one(first)
            self._check_user()
            self._wait()
            return answer({**self._granted(), **self._rotated(token)})
        finally:
            with self._lock:
                self._refreshing[token] -= 1

    def _only_one(self, first):
        rule = self._app.switches['concurrent_refresh']
        if not first and rule != 'allowed':
            raise OAuthRefused('invalid_grant', {
                'being_processed': 'token request is already being processed',
                'expired_code': 'expired authorization code'}[rule])

    def _rotated(self, token):
        if self._app.switches['refresh_rotation'] == 'no':
            return {}
        fresh = '5Aep' + secrets.token_urlsafe(60)
        with self._lock:
            self._refresh_tokens.discard(token)
            self._refresh_tokens.add(fresh)
        return {'refresh_token': fresh}

    def _granted(self):
        app, now = self._app, self._app.clock.now()
        identity = f'{LOGIN_HOST}/id/{app.org_id}/{app.user_id}'
        members = {'access_token': self._open(now)}
        if app.switches['token_members'] == 'all':
            issued_at = str(now)
            signed = hmac.new(self._client_secret.encode(), (identity + issued_at).encode(),
                              hashlib.sha256).digest()
            members['signature'] = base64.b64encode(signed).decode()
        members.update(scope=SCOPE, id=identity, token_type='Bearer',
                       instance_url=app.switches.words('instance_url') or app.url)
        if app.switches['token_members'] == 'all':
            members['issued_at'] = issued_at
        if app.switches['unknown_members'] == 'some':
            members['sfdc_new'] = {'a': [1, None]}
        return members

    def _revoke(self, request):
        token = self._form(request).get('token')
        with self._lock:
            known = token in self._refresh_tokens
            self._refresh_tokens.discard(token)
            known = known or token in self._sessions
        if not known:
            raise OAuthRefused('invalid_token', 'invalid token')
        self.expire(token)
        return empty(200)

    def _introspect(self, request):
        form = self._form(request)
        self._client(request, form)
        now = self._app.clock.now()
        with self._lock:
            session = self._sessions.get(form.get('token'))
            alive = self._alive(session, now)
        if not alive:
            return answer({'active': False})
        life = self._app.switches.number('session_timeout') * 60
        return answer({'active': True, 'scope': SCOPE, 'client_id': self._client_id,
                       'username': self._app.username, 'token_type': 'access_token',
                       'sub': f'{LOGIN_HOST}/id/{self._app.org_id}/{self._app.user_id}',
                       'exp': int(session.used_at / 1000 + life)})

    def _userinfo(self, request):
        scheme, _, token = request.headers.get('authorization', '').partition(' ')
        if scheme != 'Bearer' or not self.use(token):
            return empty(403)
        return answer({'sub': f'{LOGIN_HOST}/id/{self._app.org_id}/{self._app.user_id}',
                       'user_id': self._app.user_id, 'organization_id': self._app.org_id,
                       'preferred_username': self._app.username})
