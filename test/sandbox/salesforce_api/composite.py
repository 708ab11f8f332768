"""POST /composite: up to 25 calls in one, later ones referring to earlier ones."""

import json
import re

from standin.http_server import Request

from .answers import answer
from .errors import Refused, bad_json

MAX_SUBREQUESTS = 25
MAX_HEAVY = 5               # collections and queries among them
_NAME = re.compile(r'[A-Za-z]\w*', re.ASCII)
_REFERENCE = re.compile(r'@\{([A-Za-z]\w*)((?:\.\w+|\[\d+\])+)\}', re.ASCII)
_STEP = re.compile(r'\.(\w+)|\[(\d+)\]')
_HALTED = 'The transaction was rolled back since another operation in the same ' \
          'transaction failed.'


class _Unresolved(Exception):
    pass


def _looked_up(match, bodies):
    value = bodies.get(match[1])
    for name, place in _STEP.findall(match[2]):
        try:
            value = value[name] if name else value[int(place)]
        except (KeyError, IndexError, TypeError):
            raise _Unresolved(match[0]) from None
    return value


def _resolved(value, bodies):
    """The value with every @{reference} in its strings replaced."""
    if isinstance(value, dict):
        return {name: _resolved(inner, bodies) for name, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, bodies) for inner in value]
    if not isinstance(value, str):
        return value
    return _REFERENCE.sub(lambda match: str(_looked_up(match, bodies)), value)


def _is_subrequest(part):
    if not isinstance(part, dict) or not isinstance(part.get('httpHeaders', {}), dict):
        return False
    texts = [part.get('method'), part.get('url'), part.get('referenceId'),
             *part.get('httpHeaders', {}).values()]
    return all(isinstance(one, str) for one in texts)


def _checked(call):
    body = call.json()
    parts = body.get('compositeRequest')
    if not isinstance(parts, list) or not parts:
        raise bad_json('compositeRequest must be a list at [line:1, column:1]')
    if len(parts) > MAX_SUBREQUESTS:
        raise Refused('LIMIT_EXCEEDED', f'at most {MAX_SUBREQUESTS} subrequests in a call')
    if not all(_is_subrequest(part) for part in parts):
        raise bad_json('a subrequest has method, url, referenceId, and body and httpHeaders '
                       'if it needs them at [line:1, column:1]')
    names = [part['referenceId'] for part in parts]
    for name in names:
        if not _NAME.fullmatch(name) or names.count(name) > 1:
            raise Refused('INVALID_INPUT', f'referenceId {name!r} is no name or there twice')
    heavy = sum('/composite/sobjects' in part['url'] or '/query' in part['url']
                for part in parts)
    if heavy > MAX_HEAVY:
        raise Refused('LIMIT_EXCEEDED', f'at most {MAX_HEAVY} queries and collections')
    all_or_none = body.get('allOrNone', False)
    if not isinstance(all_or_none, bool):
        raise bad_json('allOrNone must be a boolean at [line:1, column:1]')
    return all_or_none, parts


def composite(call):
    all_or_none, parts = _checked(call)
    bodies, results = {}, []
    with call.app.store.transaction() as roll_back:
        for part in parts:
            if all_or_none and results and results[-1]['httpStatusCode'] >= 300:
                break
            results.append(_run(call, part, bodies))
        failed = [place for place, result in enumerate(results)
                  if result['httpStatusCode'] >= 300]
        if all_or_none and failed:
            roll_back()
            results = [result if place in failed else None
                       for place, result in enumerate(results)]
            results += [None] * (len(parts) - len(results))
    return answer({'compositeResponse': [result or _halted(part) for part, result
                                         in zip(parts, results)]})


def _halted(part):
    return _result(part, 400, [{'errorCode': 'PROCESSING_HALTED', 'message': _HALTED}], {})


def _result(part, status, body, headers):
    return {'body': body, 'httpHeaders': headers, 'httpStatusCode': status,
            'referenceId': part['referenceId']}


def _run(call, part, bodies):
    try:
        url = _resolved(part['url'], bodies)
        body = _resolved(part.get('body'), bodies)
    except _Unresolved:
        return _halted(part)
    data = b'' if body is None else json.dumps(body).encode()
    headers = {'content-type': 'application/json',
               **{name.lower(): value for name, value in part.get('httpHeaders', {}).items()}}
    request = Request(part['method'], url, 'HTTP/1.1', headers, data)
    outcome = call.app.inner(call, request)
    value = json.loads(outcome.body) if outcome.body else None
    if outcome.status < 300:
        bodies[part['referenceId']] = value
    return _result(part, outcome.status, value, outcome.headers)
