"""Search: an index that lags behind, filters, one sort, 10,000 results."""

import re
from collections import deque
from fnmatch import fnmatchcase

from .call import check_whole_number
from .errors import bad_json, invalid
from .instants import date_ms, parse_date, parse_datetime
from .objects import strings
from .schema import OBJECTS
from .views import hashed, shown_record

CAP = 10_000
MOST_QUERY = 3000
OPERATORS = {           # operator -> the member that carries its values
    'EQ': 'value', 'NEQ': 'value', 'LT': 'value', 'LTE': 'value', 'GT': 'value',
    'GTE': 'value', 'BETWEEN': 'value', 'IN': 'values', 'NOT_IN': 'values',
    'HAS_PROPERTY': None, 'NOT_HAS_PROPERTY': None,
    'CONTAINS_TOKEN': 'value', 'NOT_CONTAINS_TOKEN': 'value'}
NEGATIVE = {'NEQ': 'EQ', 'NOT_IN': 'IN', 'NOT_CONTAINS_TOKEN': 'CONTAINS_TOKEN'}
COMPARE = {'LT': lambda a, b: a < b, 'LTE': lambda a, b: a <= b,
           'GT': lambda a, b: a > b, 'GTE': lambda a, b: a >= b}
_TOKEN = re.compile(r'\w+')


class Snapshot:
    """A record as the index knows it."""

    def __init__(self, record, linked):
        self.kind, self.id = record.kind, record.id
        self.properties = dict(record.properties)
        self.linked = linked
        self.created_at, self.updated_at = record.created_at, record.updated_at
        self.archived_at = record.archived_at
        self.history = {}


class Index:
    """What search sees: writes arrive after a while, in their order."""

    def __init__(self):
        self._seen = {kind: {} for kind in OBJECTS}
        self._coming = deque()          # (written at, snapshot)

    def note(self, now, record, linked):
        self._coming.append((now, Snapshot(record, linked)))

    def catch_up(self, until):
        while self._coming and self._coming[0][0] <= until:
            snapshot = self._coming.popleft()[1]
            if snapshot.archived_at is None:
                self._seen[snapshot.kind][snapshot.id] = snapshot
            else:
                self._seen[snapshot.kind].pop(snapshot.id, None)

    def rows(self, kind):
        return self._seen[kind].values()


# -- the route -------------------------------------------------------------------

def search(call):
    kind = call.kind()
    body = call.body('filterGroups', 'sorts', 'properties', 'limit', 'after', 'query')
    limit = check_whole_number('limit', body.get('limit', 10), 1, 200)
    offset = _offset(body.get('after'))
    if offset + limit > CAP:
        raise invalid(f'The total number of results that a search can page through is {CAP}; '
                      f'after {offset} with limit {limit} is beyond')
    groups = _groups(call, kind, body.get('filterGroups') or [])
    query = _query(body.get('query'))
    sort = _sort(call, kind, body.get('sorts') or [])
    asked = strings(body, 'properties')
    _, _, lag = call.switches['index_lag'].partition(':')
    call.app.store.index.catch_up(call.now - float(lag or 0) * 1000)
    rows = [row for row in call.app.store.index.rows(kind)
            if _matches(row, groups) and query(row)]
    rows = sort(rows)
    answer = {'total': len(rows), 'results': [
        shown_record(call, row, asked) for row in rows[offset:offset + limit]]}
    if offset + limit < len(rows):
        answer['paging'] = {'next': {'after': str(offset + limit)}}
    return 200, answer


def _offset(after):
    if after in (None, ''):
        return 0
    return check_whole_number('after', after, 0, 10 ** 9)


def _query(text):
    if text in (None, ''):
        return lambda row: True
    if not isinstance(text, str):
        raise bad_json('query is a string')
    if len(text) > MOST_QUERY:
        raise invalid(f'query must not be longer than {MOST_QUERY} characters')
    words = text.lower().split()

    def fits(row):
        fields = ' '.join(str(row.properties.get(name) or '')
                          for name in OBJECTS[row.kind].searched).lower()
        return all(word in fields for word in words)
    return fits


# -- filters -----------------------------------------------------------------------

def _groups(call, kind, groups):
    most_groups, most_each, most = map(int, call.switches['search_filters'].split('-'))
    if not isinstance(groups, list):
        raise bad_json('filterGroups is a list')
    if len(groups) > most_groups:
        raise invalid(f'There are more than {most_groups} filter groups')
    made, total = [], 0
    for group in groups:
        filters = call.check(group, ('filters',)).get('filters')
        if not isinstance(filters, list) or not filters:
            raise invalid('a filter group needs filters')
        total += len(filters)
        if len(filters) > most_each or total > most:
            raise invalid(f'There are more than {most_each} filters in a group or {most} in all')
        made.append([_filter(call, kind, wish) for wish in filters])
    return made


def _matches(row, groups):
    return not groups or any(all(fits(row) for fits in group) for group in groups)


def _filter(call, kind, wish):
    call.check(wish, ('propertyName', 'operator', 'value', 'values', 'highValue'))
    name, operator = wish.get('propertyName'), wish.get('operator')
    if not isinstance(operator, str) or operator not in OPERATORS:
        raise invalid(f'{operator} is not an operator: ' + ', '.join(sorted(OPERATORS)))
    operands = _operands(wish, operator)
    if isinstance(name, str) and name.startswith('associations.'):
        return _association_filter(name, operator, operands)
    prop = call.app.registry.usable(kind, name, call.now) if isinstance(name, str) else None
    if prop is None:
        raise invalid(f'Property "{name}" does not exist')
    if operator in ('HAS_PROPERTY', 'NOT_HAS_PROPERTY'):
        wanted = operator == 'HAS_PROPERTY'
        return lambda row: (row.properties.get(name) is not None) == wanted
    positive = NEGATIVE.get(operator, operator)
    test = _test(call, prop, positive, operands)
    if positive == operator:
        return lambda row: (row.properties.get(name) is not None
                            and test(row.properties[name]))
    null = call.switches['search_negative_null'] == 'included'
    return lambda row: (null if row.properties.get(name) is None
                        else not test(row.properties[name]))


def _operands(wish, operator):
    member = OPERATORS[operator]
    if member is None:
        return []
    operands = wish.get(member) if member == 'values' else [wish.get('value')]
    if operator == 'BETWEEN':
        operands.append(wish.get('highValue'))
    if not isinstance(operands, list) or not operands or not all(
            isinstance(value, (str, int, float)) for value in operands):
        raise invalid(f'{operator} needs {member}')
    return [str(value).lower() if isinstance(value, bool) else str(value)
            for value in operands]


def _association_filter(name, operator, operands):
    kinds = {row.singular: row.name for row in OBJECTS.values()}
    kind = kinds.get(name.partition('.')[2])
    if kind is None:
        raise invalid(f'{name} is no association')
    tests = {
        'EQ': lambda ids: operands[0] in ids, 'IN': lambda ids: bool(ids & set(operands)),
        'NEQ': lambda ids: operands[0] not in ids,
        'NOT_IN': lambda ids: not ids & set(operands),
        'HAS_PROPERTY': bool, 'NOT_HAS_PROPERTY': lambda ids: not ids}
    if operator not in tests:
        raise invalid(f'{operator} does not go with {name}')
    return lambda row: tests[operator](row.linked.get(kind, set()))


def comparable(prop, text):
    """A stored or sent value as one that can be ordered; None if it cannot."""
    if prop.type == 'number':
        try:
            return float(text)
        except ValueError:
            return None
    if prop.type == 'datetime':
        return parse_datetime(text)
    if prop.type == 'date':
        day = parse_date(text)
        return parse_datetime(text) if day is None else date_ms(day)
    return text.lower()


def _test(call, prop, operator, operands):
    if operator == 'CONTAINS_TOKEN':
        return _token_test(operands[0])
    values = [comparable(prop, text) for text in operands]
    if None in values:
        raise invalid(f'{operands} are no values of {prop.name}')
    if prop.type in ('number', 'datetime', 'date'):
        def get(text):
            return comparable(prop, text)
    elif operator == 'IN':      # lower case is wanted, not made, of what was sent
        values, get = operands, (str.lower if prop.type == 'string' else str)
    elif prop.type != 'string' or call.switches['search_eq_case'] == 'exact':
        values, get = operands, str
    else:
        get = str.lower
    if operator in ('EQ', 'IN'):
        return lambda text: get(text) in values
    if operator == 'BETWEEN':
        return lambda text: values[0] <= get(text) <= values[1]
    compare = COMPARE[operator]
    return lambda text: compare(get(text), values[0])


def _token_test(operand):
    pattern = operand.lower()

    def test(text):
        text = text.lower()
        if '*' in pattern:
            return any(fnmatchcase(token, pattern) for token in (text, *_TOKEN.findall(text)))
        tokens = set(_TOKEN.findall(text))
        return set(_TOKEN.findall(pattern)) <= tokens
    return test


# -- order ---------------------------------------------------------------------------

def _sort(call, kind, sorts):
    if not isinstance(sorts, list) or len(sorts) > 1:
        raise invalid('sorts is a list of at most one sort')
    tie = hashed if call.switches['result_order'] == 'shuffled' else int
    if not sorts:
        return lambda rows: sorted(rows, key=lambda row: tie(row.id))
    name, down = _sort_of(call, sorts[0])
    prop = call.app.registry.usable(kind, name, call.now)
    if prop is None:
        raise invalid(f'Property "{name}" does not exist')

    def order(rows):
        rows = sorted(rows, key=lambda row: tie(row.id))
        full = [row for row in rows if row.properties.get(name) is not None]
        null = [row for row in rows if row.properties.get(name) is None]
        full.sort(key=lambda row: comparable(prop, row.properties[name]), reverse=down)
        return full + null
    return order


def _sort_of(call, sort):
    """(property, whether descending); a string works, with a minus for descending."""
    if isinstance(sort, str):
        return sort.lstrip('-'), sort.startswith('-')
    call.check(sort, ('propertyName', 'direction'))
    direction = sort.get('direction', 'ASCENDING')
    if direction not in ('ASCENDING', 'DESCENDING') or not isinstance(
            sort.get('propertyName'), str):
        raise invalid('a sort has propertyName and direction ASCENDING or DESCENDING')
    return sort['propertyName'], direction == 'DESCENDING'
