"""Refusals: status and body, as the service words them."""

import json
import uuid


class Refused(Exception):
    """An answer with an error status. `members` join the body."""

    def __init__(self, status, category, message, **members):
        super().__init__(message)
        self.status = status
        self.category = category
        self.message = message
        self.headers = members.pop('headers', {})
        self.members = members

    def body(self, dated=False):
        """The whole body; documents with dated paths know no `status` member."""
        body = {} if dated else {'status': 'error'}
        body.update(message=self.message, correlationId=str(uuid.uuid4()))
        if self.category:
            body['category'] = self.category
        body.update(self.members)
        return body

    def entry(self, few):
        """As an entry of `errors` in a batch's answer, but for its context."""
        entry = {'status': 'error', 'category': self.category, 'message': self.message,
                 'context': dict(self.members.get('context', {})),
                 'errors': self.members.get('errors', []), 'links': {}}
        if few:
            entry = {name: value for name, value in entry.items()
                     if value or name == 'context'}
        return entry


def invalid(message, **members):
    return Refused(400, 'VALIDATION_ERROR', message, **members)


def not_found(message='resource not found', **members):
    return Refused(404, 'OBJECT_NOT_FOUND', message, **members)


def no_such_path():
    return Refused(404, None, 'resource not found')


def conflict(label, record_id=None):
    """A unique value that a record has already; `label` is Contact, Company ..."""
    message = f'{label} already exists'
    if record_id is not None:
        message += f'. Existing ID: {record_id}'
    return Refused(409, 'CONFLICT', message)


class Malformed(Refused):
    """Of the wrong shape: fails a whole request, whatever its inputs may do alone."""


def bad_json(problem):
    return Malformed(400, 'VALIDATION_ERROR', f'Invalid input JSON: {problem}')


class Problem:
    """One value that its property does not take."""

    CODES = {'INVALID_LONG': 'INVALID_INTEGER'}

    def __init__(self, name, error, message):
        self.name, self.error, self.message = name, error, message

    def embedded(self, portal_id):
        return {'isValid': False, 'message': self.message, 'error': self.error,
                'name': self.name, 'localizedErrorMessage': self.message,
                'portalId': portal_id}

    def structured(self):
        return {'message': self.message, 'code': self.CODES.get(self.error, self.error),
                'context': {'propertyName': [self.name]}}


def bad_values(problems, portal_id, form):
    if form == 'structured':
        return invalid('Property values were not valid',
                       errors=[problem.structured() for problem in problems])
    text = json.dumps([problem.embedded(portal_id) for problem in problems],
                      separators=(',', ':'), ensure_ascii=False)
    return invalid('Property values were not valid: ' + text)


def missing_scope(scopes):
    return Refused(
        403, 'MISSING_SCOPES',
        "This app hasn't been granted all required scopes to make this call. Read more about "
        'required scopes here: https://developers.hubspot.com/scopes.',
        errors=[{'message': 'One or more of the following scopes are required.',
                 'context': {'requiredGranularScopes': list(scopes)}}],
        links={'scopes': 'https://developers.hubspot.com/scopes'})


def unauthenticated():
    return Refused(
        401, 'INVALID_AUTHENTICATION',
        'Authentication credentials not found. This API supports OAuth 2.0 authentication and '
        'you can find more details at '
        'https://developers.hubspot.com/docs/methods/auth/oauth-overview')


def expired(seconds):
    return Refused(401, 'EXPIRED_AUTHENTICATION',
                   f'The OAuth token used to make this call expired {seconds} second(s) ago.')


LIMITS = {
    'TEN_SECONDLY_ROLLING': 'You have reached your ten_secondly_rolling limit.',
    'DAILY': 'You have reached your daily limit.',
    'SECONDLY': 'You have reached your secondly limit.',
}


def limited(policy, policy_name=None, headers=None):
    """429; `policy_name` may be told otherwise than it is worded, or '' left out."""
    members = {'errorType': 'RATE_LIMIT', 'requestId': str(uuid.uuid4())}
    policy_name = policy if policy_name is None else policy_name
    if policy_name:
        members['policyName'] = policy_name
    return Refused(429, None, LIMITS[policy], headers=headers or {}, **members)


def locked():
    return Refused(423, 'LOCKED', 'The resource is locked by another operation. '
                                  'Wait at least 2 seconds before trying again.')


def migrating(seconds):
    return Refused(477, 'MIGRATION_IN_PROGRESS',
                   'The account is moving between data centres.',
                   headers={'Retry-After': str(seconds)})
