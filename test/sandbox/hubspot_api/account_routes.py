"""Routes of the account itself: details, use of the day, owners, tokens."""

from urllib.parse import parse_qsl

from .errors import Refused, invalid, not_found
from .instants import iso
from .objects import page


def details(call):
    offset = call.app.limits.utc_offset_ms(call.now)
    sign = '-' if offset < 0 else '+'
    hours, minutes = divmod(abs(offset) // 60_000, 60)
    return 200, {
        'portalId': call.app.portal_id, 'accountType': 'STANDARD',
        'timeZone': call.app.limits.zone_name, 'companyCurrency': 'USD',
        'additionalCurrencies': [], 'utcOffset': f'{sign}{hours:02d}:{minutes:02d}',
        'utcOffsetMilliseconds': offset, 'uiDomain': 'app.hubspot.com',
        'dataHostingLocation': 'na1'}


def daily_usage(call):
    limit = call.app.limits.daily_limit(call.switches)
    return 200, {'results': [{
        'name': 'private-apps-api-calls-daily', 'usageLimit': limit,
        'currentUsage': call.app.limits.used_today(call.now), 'collectedAt': iso(call.now),
        'fetchStatus': 'SUCCESS', 'resetsAt': iso(call.app.limits.midnight_after(call.now))}]}


# -- owners ------------------------------------------------------------------------

def list_owners(call):
    archived, email = call.flag('archived'), call.request.query.get('email')
    limit = call.limit(100, 500)
    after = call.whole_number('after', 0, 0, 10 ** 15)
    rows = [owner for owner in call.app.owners
            if owner['archived'] == archived and int(owner['id']) > after
            and (email is None or owner.get('email', '').lower() == email.lower())]
    return 200, page(call, rows[:limit],
                     rows[limit - 1]['id'] if len(rows) > limit else None)


def read_owner(call):
    member = call.request.query.get('idProperty', 'id')
    if member not in ('id', 'userId'):
        raise invalid('idProperty is id or userId')
    for owner in call.app.owners:
        if (str(owner.get(member)) == call.args['id']
                and owner['archived'] == call.flag('archived')):
            return 200, owner
    raise not_found()


# -- OAuth ---------------------------------------------------------------------------

def _bad_token_request(status, message):
    refusal = Refused(400, None, message)
    refusal.members['status'] = status
    return refusal


def token(call):
    """The refresh-token grant; everything stands in the form-encoded body."""
    kind = call.request.headers.get('content-type', '').partition(';')[0].strip().lower()
    if kind != 'application/x-www-form-urlencoded':
        raise Refused(415, None, f'Unsupported media type: {kind or "none"}')
    form = dict(parse_qsl(call.request.body.decode('utf-8', 'replace'),
                          keep_blank_values=True))
    tokens = call.app.tokens
    if form.get('grant_type') != 'refresh_token':
        raise _bad_token_request('BAD_GRANT_TYPE', 'missing or unknown grant type')
    if form.get('client_id') != tokens.client_id:
        raise _bad_token_request('BAD_CLIENT_ID', 'missing or unknown client id')
    if form.get('client_secret') != tokens.client_secret:
        raise _bad_token_request('BAD_CLIENT_SECRET', 'missing or invalid client secret')
    if not tokens.knows_refresh(form.get('refresh_token')):
        raise _bad_token_request('BAD_REFRESH_TOKEN', 'missing or invalid refresh token')
    life = int(float(call.switches['token_life'].partition(':')[2]))
    refresh = tokens.next_refresh(call.switches['refresh_rotation'] == 'new')
    body = {'access_token': tokens.issue(call.now + life * 1000), 'expires_in': life,
            'refresh_token': refresh, 'token_type': 'bearer'}
    if call.version != 'v1':
        body.update(hub_id=call.app.portal_id, user_id=9_000_001, token_use='access_token',
                    scopes=sorted(tokens.all_scopes))
    return 200, body
