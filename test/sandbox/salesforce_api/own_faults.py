"""Fault kinds that only a CRM knows: of single records, and of whole requests.

A record's rule may say which: args `keys` (values of external ids), `ids`,
`positions` (from 0) or `every` (each nth); without any, all. Its `skip` and
`times` count records.
"""

from .errors import Failure
from .ids import to18

# kind -> code and message unless the rule's args say otherwise
RECORD = {
    'row_lock': ('UNABLE_TO_LOCK_ROW',
                 'unable to obtain exclusive access to this record or 1 records: {id}'),
    'record_error': ('FIELD_CUSTOM_VALIDATION_EXCEPTION', 'refused by a validation rule'),
    'partial_failure': ('FIELD_CUSTOM_VALIDATION_EXCEPTION', 'refused by a validation rule'),
}

# kind -> status, code, message; args: status, code, message, when (before or after)
REQUEST = {
    'quota': (403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'),
    'concurrency': (403, 'REQUEST_LIMIT_EXCEEDED',
                    'ConcurrentRequests (Concurrent API Requests) Limit exceeded.'),
    'server_unavailable': (503, 'SERVER_UNAVAILABLE', 'Server unavailable'),
    'unknown_exception': (500, 'UNKNOWN_EXCEPTION', 'An unexpected error occurred.'),
    'too_long': (400, 'REQUEST_RUNNING_TOO_LONG',
                 'Your request was running for too long, and has been stopped.'),
    'maintenance': (400, 'INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE', 'maintenance'),
    'expired_session': (401, 'INVALID_SESSION_ID', 'Session expired or invalid'),
    'api_error': (400, 'UNKNOWN_EXCEPTION', 'An unexpected error occurred.'),
}
KINDS = (*RECORD, *REQUEST)


def _concerns(args, thing, position, values, record):
    if 'keys' in args:
        keys = {values.get(name) for name, found in thing.fields.items() if found.external}
        return bool(keys & set(args['keys']))
    if 'ids' in args:
        return record is not None and record['Id'] in {to18(one) for one in args['ids']}
    if 'positions' in args:
        return position in args['positions']
    return (position + 1) % int(args.get('every', 2 if args.get('half') else 1)) == 0


def record_failure(rules, faults, thing, position, values, record):
    """The failure that a rule gives this record, or None."""
    for rule in rules:
        if rule.fault not in RECORD:
            continue
        args = {'half': rule.fault == 'partial_failure', **rule.args}
        if _concerns(args, thing, position, values, record) and faults.take(rule):
            code, message = RECORD[rule.fault]
            message = args.get('message', message)
            shown = record['Id'][:15] if record else thing.prefix + '000000000000'
            return Failure(args.get('code', code), message.replace('{id}', shown),
                           list(args.get('fields', ())))
    return None


def request_rule(faults, request, source):
    """The rule that spoils this request, or None."""
    for rule in faults.own(request, source):
        if rule.fault in REQUEST and faults.take(rule):
            return rule
    return None
