"""Pipeline stages: builder(context, argument) -> function(rows) -> rows."""

import json
from itertools import islice

from . import aggregators, joins
from .errors import Refused
from .expression.functions import is_identified
from .expression.values import identity, read_path, sort_key, write_path
from .pipeline import compile_pipeline, compile_stages
from .useragent import parse_user_agent


def _object(arg, stage):
    if type(arg) is not dict:
        raise Refused(f'{stage} wants an object')
    return arg


def _path(name, stage):
    if type(name) is not str or not name or '' in name.split('.'):
        raise Refused(f'{stage} wants the name of a field')
    return name.split('.')


def _members(arg, stage, known, required=()):
    unknown = set(_object(arg, stage)) - set(known)
    if unknown:
        raise Refused(f'unknown member of {stage}: {", ".join(sorted(unknown))}')
    for name in required:
        if name not in arg:
            raise Refused(f'{stage} needs {name}')


def _owned(context):
    """A function that makes a row ours to change, and marks the context."""
    was_owned, context.owned = context.owned, True
    return (lambda row: row) if was_owned else dict


def _outputs(context, arg, stage):
    """[(path, value function)] of select and eval; no path inside another."""
    made = [(_path(name, stage), context.compiler.text(text))
            for name, text in sorted(_object(arg, stage).items())]
    paths = {tuple(path) for path, _ in made}
    for path in paths:
        if any(path[:i] in paths for i in range(1, len(path))):
            raise Refused(f'{stage} sets {".".join(path)} and something above it')
    return made


# --- row by row -------------------------------------------------------------------

def _filter(context, arg):
    try:
        test = context.compiler.text(arg)
    except Refused as error:
        raise Refused(f'Cannot parse filter expression: {error}') from None
    return lambda rows: (row for row in rows if test(row) is True)


def _identified(context, arg):
    if type(arg) is not str:
        raise Refused('identified wants a field')
    negated = arg.startswith('!')
    name = arg[1:] if negated else arg
    read = read_path(_path(name, 'identified'))
    is_account = name.lower().endswith('accountid')

    def known(row):
        value = read(row)
        if type(value) is not str:
            return False
        return value != '' if is_account else is_identified(value)
    if not negated:
        return lambda rows: (row for row in rows if known(row))
    return lambda rows: (row for row in rows if not known(row))


def _select(context, arg):
    outputs = _outputs(context, arg, 'select')
    context.owned, context.read_only = True, frozenset()
    if all(len(path) == 1 for path, _ in outputs):
        flat = [(path[0], value) for path, value in outputs]
        return lambda rows: ({name: value(row) for name, value in flat} for row in rows)

    def build(row):
        made = {}
        for path, value in outputs:
            write_path(made, path, value(row))
        return made
    return lambda rows: map(build, rows)


def _eval(context, arg):
    outputs = _outputs(context, arg, 'eval')
    for path, _ in outputs:
        if path[0] in context.read_only:
            raise Refused(f'field "{path[0]}" is read-only')
    own = _owned(context)

    def change(row):
        values = [(path, value(row)) for path, value in outputs]
        row = own(row)
        for path, value in values:
            write_path(row, path, value)
        return row
    return lambda rows: map(change, rows)


def _set(context, arg):
    constants = [(_path(name, 'set'), value) for name, value in _object(arg, 'set').items()]
    for path, _ in constants:
        if path[0] in context.read_only:
            raise Refused(f'field "{path[0]}" is read-only')
    own = _owned(context)

    def change(row):
        row = own(row)
        for path, value in constants:
            write_path(row, path, value)
        return row
    return lambda rows: map(change, rows)


def _adding(stage):
    """A stage that adds one value a name: function(context, argument) -> value."""
    def decorate(make):
        def build(context, arg):
            outputs = [(_path(name, stage), make(context, inner))
                       for name, inner in _object(arg, stage).items()]
            own = _owned(context)

            def change(row):
                row = own(row)
                for path, value in outputs:
                    found = value(row)
                    if found is not None:
                        write_path(row, path, found)
                return row
            return lambda rows: map(change, rows)
        return build
    return decorate


@_adding('unmarshal')
def _unmarshal(context, arg):
    read = context.compiler.text(arg)

    def parse(row):
        text = read(row)
        try:
            return json.loads(text) if type(text) is str else None
        except (ValueError, RecursionError):
            return None
    return parse


@_adding('useragent')
def _useragent(context, arg):
    read = context.compiler.text(arg)

    def parse(row):
        text = read(row)
        return parse_user_agent(text) if type(text) is str else None
    return parse


def _switch_cases(cases):
    operators = {'==': lambda order, a, b: order(a) == order(b),
                 '<': lambda order, a, b: order(a) < order(b),
                 '<=': lambda order, a, b: order(a) <= order(b),
                 '>': lambda order, a, b: order(a) > order(b),
                 '>=': lambda order, a, b: order(a) >= order(b)}
    if type(cases) is not list or not cases:
        raise Refused('switch wants a list of cases')
    made = []
    for case in cases:
        if type(case) is not dict or 'value' not in case:
            raise Refused('a case of switch needs a value')
        conditions = [(name, limit) for name, limit in case.items() if name != 'value']
        for name, _ in conditions:
            if name not in operators:
                raise Refused(f'unknown operator {name} in switch')
        made.append((case['value'], [(operators[n], limit) for n, limit in conditions]))
    return made


def _switch(context, arg):
    """Maps a field to a value; rows without a match are dropped."""
    outputs = []
    for name, spec in _object(arg, 'switch').items():
        if type(spec) is not dict or len(spec) != 1:
            raise Refused('switch wants {"out": {"field": [cases]}}')
        (field, cases), = spec.items()
        outputs.append((_path(name, 'switch'), read_path(_path(field, 'switch')),
                        _switch_cases(cases)))
    own, order = _owned(context), sort_key(context.env.switches['collation'])

    def match(value, cases):
        for result, conditions in cases:
            if all(order(value)[0] == order(limit)[0] and holds(order, value, limit)
                   for holds, limit in conditions):
                return True, result
        return False, None

    def change(row):
        found = []
        for path, read, cases in outputs:
            value = read(row)
            hit, result = match(value, cases) if value is not None else (False, None)
            if not hit:
                return None
            found.append((path, result))
        row = own(row)
        for path, result in found:
            write_path(row, path, result)
        return row
    return lambda rows: (row for row in map(change, rows) if row is not None)


# --- order and number of rows ---------------------------------------------------------

def _null_rank(position, descending):
    """Rank of null among (0 or 2) the rest (1), seen before a reversal."""
    if position in ('low', 'high'):
        return 0 if position == 'low' else 2
    first = position == 'first'
    return 0 if first != descending else 2


def _sort(context, arg):
    if type(arg) is not list or not arg:
        raise Refused('sort wants a list of fields')
    env, order = context.env, sort_key(context.env.switches['collation'])
    keys = []
    for item in arg:
        if type(item) is not str:
            raise Refused('sort wants the names of fields')
        descending = item.startswith('-')
        read = read_path(_path(item[1:] if descending else item, 'sort'))
        keys.append((_sort_key(read, order, _null_rank(env.switches['null_sort'], descending)),
                     descending))

    def run(rows):
        rows = env.jumble(rows) if env.switches['sort_stable'] == 'no' else list(rows)
        for key, descending in reversed(keys):
            rows.sort(key=key, reverse=descending)
        yield from rows
    return run


def _sort_key(read, order, null_rank):
    def key(row):
        value = read(row)
        return (null_rank, (0, 0)) if value is None else (1, order(value))
    return key


def _limit(context, arg):
    if type(arg) not in (int, float) or arg != int(arg) or arg < 0:
        raise Refused('limit wants a number')
    return lambda rows: islice(rows, int(arg))


def _count(context, arg):
    if arg is not None:
        raise Refused('count wants null')
    context.owned, context.read_only = True, frozenset()
    return lambda rows: iter([{'count': sum(1 for _ in rows)}])


def _unwind(context, arg):
    _members(arg, 'unwind', ('field', 'index', 'keepEmpty', 'prefix'), ('field',))
    path = _path(arg['field'], 'unwind')
    index = _path(arg['index'], 'unwind') if arg.get('index') is not None else None
    keep, prefix = arg.get('keepEmpty', False), arg.get('prefix', False)
    if type(keep) is not bool or type(prefix) is not bool:
        raise Refused('keepEmpty and prefix are true or false')
    read = read_path(path)
    context.owned = True

    def run(rows):
        for row in rows:
            items = read(row)
            if type(items) is not list or not items:
                if keep:
                    yield {name: v for name, v in row.items() if [name] != path}
                continue
            for position, item in enumerate(items):
                made = dict(row)
                write_path(made, path, items[:position + 1] if prefix else item)
                if index:
                    write_path(made, index, position)
                yield made
    return run


# --- grouping --------------------------------------------------------------------------

def _reduce(context, arg):
    fields = aggregators.fields(context.compiler, arg)
    context.owned, context.read_only = True, frozenset()
    empty_row = context.env.switches['reduce_empty'] == 'one_row'

    def run(rows):
        made, any_row = [(path, make()) for path, make in fields], False
        for row in rows:
            any_row = True
            for _, accumulator in made:
                accumulator.add(row)
        if any_row or empty_row:
            yield _result({}, made)
    return run


def _result(row, made):
    for path, accumulator in made:
        write_path(row, path, accumulator.result())
    return row


def _forced(context, arg, keys):
    """[(key tuple of values)] of forceKeys; only a single key is supported."""
    force = arg.get('forceKeys')
    if force is None:
        return []
    if type(force) is not dict or len(keys) != 1 or set(force) != {'.'.join(keys[0])}:
        raise Refused('forceKeys wants the one field that is grouped by')
    values = context.compiler.constant(next(iter(force.values())))
    if type(values) is not list:
        raise Refused('forceKeys wants a list')
    return [(value,) for value in values]


def _group(context, arg):
    _members(arg, 'group', ('group', 'fields', 'forceKeys'), ('group',))
    if type(arg['group']) is not list:
        raise Refused('group wants a list of fields to group by')
    keys = [_path(name, 'group') for name in arg['group']]
    readers = [read_path(path) for path in keys]
    fields = aggregators.fields(context.compiler, arg.get('fields') or {})
    forced = _forced(context, arg, keys)
    context.owned, context.read_only = True, frozenset()

    def start(values):
        row = {}
        for path, value in zip(keys, values):
            write_path(row, path, value)
        return row, [(path, make()) for path, make in fields]

    def run(rows):
        groups = {tuple(map(identity, values)): start(values) for values in forced}
        for row in rows:
            values = [read(row) for read in readers]
            key = tuple(map(identity, values))
            group = groups.get(key)
            if group is None:
                group = groups[key] = start(values)
            for _, accumulator in group[1]:
                accumulator.add(row)
        for row, made in groups.values():
            yield _result(row, made)
    return run


# --- several pipelines --------------------------------------------------------------------

def _branches(arg, stage):
    if type(arg) is not list or not arg or any(type(b) is not list or not b for b in arg):
        raise Refused(f'{stage} wants a list of non-empty pipelines')
    return arg


def spawn(context, arg):
    branches = [compile_pipeline(context.fresh(), branch) for branch in _branches(arg, 'spawn')]
    return lambda: (row for branch in branches for row in branch())


def _fork(context, arg):
    """Every row to every branch; branches share the row and see each other's changes."""
    branches = [compile_stages(context.branch(), branch) for branch in _branches(arg, 'fork')]
    own = _owned(context)
    context.read_only = frozenset()

    def run(rows):
        shared = [own(row) for row in rows]
        results = [list(branch(iter(shared))) for branch in branches]
        for result in results:
            yield from result
    return run


STAGES = {
    'identified': _identified, 'filter': _filter, 'select': _select, 'eval': _eval,
    'set': _set, 'sort': _sort, 'limit': _limit, 'count': _count, 'reduce': _reduce,
    'group': _group, 'unwind': _unwind, 'unmarshal': _unmarshal, 'useragent': _useragent,
    'switch': _switch, 'fork': _fork, 'cat': lambda context, arg: lambda rows: rows,
    **joins.STAGES,
}
