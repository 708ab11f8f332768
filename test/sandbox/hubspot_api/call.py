"""One request on its way: what it asks, and what it sees."""

import json

from .errors import Refused, bad_json, invalid
from .schema import find_object


class Call:
    def __init__(self, app, request, route, key, number):
        self.app = app
        self.request = request
        self.operation = route.operation
        self.version = route.version
        self.args = route.args
        self.key = key
        self.number = number
        self.now = app.clock.now()
        self.switches = app.switches.snapshot()
        self.source = 'INTEGRATION'
        self.input = None           # which input of a batch is at work, for effects
        self.trace = None
        self.in_whole_batch = False
        self.told = {}              # what the log entry gains
        self._body = None
        self._rules = app.faults.own(request, request.facts.get('source'))
        self._taken = {}            # rule -> whether it acts on this request

    @property
    def dated(self):
        return self.version[0] == '2'

    def kind(self, name='type'):
        """The object that the path names."""
        found = find_object(self.args[name])
        if found is None:
            raise invalid(f'Unable to infer object type from: {self.args[name]}')
        return found.name

    def stays(self, record):
        """Whether a record outlives this batch if an input of it fails."""
        return not (self.in_whole_batch and record.created_sequence == 0)

    def acting(self, *names):
        """The first of the rules of these faults whose turn it is."""
        for rule in self._rules:
            if rule.fault in names:
                if rule not in self._taken:
                    self._taken[rule] = self.app.faults.take(rule)
                if self._taken[rule]:
                    return rule
        return None

    def fault_for(self, name, number, wish):
        """The rule that has chosen this input, by number, trace id or id."""
        for rule in self._rules:
            if rule.fault == name and _chosen(rule.args, number, wish):
                if rule not in self._taken:
                    self._taken[rule] = self.app.faults.take(rule)
                if self._taken[rule]:
                    return rule
        return None

    # -- the query ---------------------------------------------------------------

    def names(self, parameter):
        """A list parameter: repeated, or with commas; None when absent."""
        given = [value for name, value in self.request.pairs if name == parameter]
        if not given:
            return None
        return [part for value in given for part in value.split(',') if part]

    def flag(self, parameter):
        value = self.request.query.get(parameter, 'false')
        if value not in ('true', 'false'):
            raise invalid(f'{parameter} is true or false')
        return value == 'true'

    def limit(self, default, most):
        return self.whole_number('limit', default, 1, most)

    def whole_number(self, parameter, default, least, most):
        text = self.request.query.get(parameter)
        if text is None:
            return default
        return check_whole_number(parameter, text, least, most)

    # -- the body ----------------------------------------------------------------

    def body(self, *members, bare_list=False):
        """The parsed body: an object of these members at most, or a list."""
        if self._body is None:
            self._body = self._parse()
        if not isinstance(self._body, list if bare_list else dict):
            raise bad_json('a list is wanted' if bare_list else 'an object is wanted')
        if not bare_list:
            self.check(self._body, members)
        return self._body

    def check(self, value, members):
        """An object with no member that nobody has documented."""
        if not isinstance(value, dict):
            raise bad_json('an object is wanted')
        unknown = set(value) - set(members)
        if unknown and self.switches['unknown_members'] == 'refused':
            raise bad_json(f'unknown member "{min(unknown)}"')
        return value

    def _parse(self):
        content_type = self.request.headers.get('content-type', '').partition(';')[0]
        if content_type.strip().lower() != 'application/json':
            raise Refused(415, None, f'Unsupported media type: {content_type or "none"}')
        try:
            return json.loads(self.request.body.decode('utf-8'), parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise bad_json(error) from None


def _chosen(args, number, wish):
    return (number in args.get('inputs', ())
            or wish.get('objectWriteTraceId') in args.get('traces', ())
            or wish.get('id') in args.get('ids', ()))


def _no_constant(name):
    raise ValueError(f'{name} is no JSON')


def check_whole_number(name, value, least, most):
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit():
        raise invalid(f'{name} is not a whole number')
    if not least <= int(text) <= most:
        raise invalid(f'{name} must be between {least} and {most}, it was {text}')
    return int(text)
