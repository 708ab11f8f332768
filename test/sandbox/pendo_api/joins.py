"""Stages that bring in other data: join, merge, expand, segment, itemSeen."""

from .errors import Refused
from .expression.values import identity, read_path, write_path
from .pipeline import compile_pipeline

OBJECT_KINDS = {'page': 'page', 'feature': 'feature', 'trackType': 'track_type'}
LIST_KINDS = {**OBJECT_KINDS, 'guide': 'guide', 'productArea': 'group'}


def _names(values, stage):
    if type(values) is not list or any(type(v) is not str or not v for v in values):
        raise Refused(f'{stage} wants a list of fields')
    return [value.split('.') for value in values]


def _members(arg, stage, known, required):
    if type(arg) is not dict or set(arg) - set(known) or set(required) - set(arg):
        raise Refused(f'{stage} takes {", ".join(known)}')


def _own(context):
    was_owned, context.owned = context.owned, True
    return (lambda row: row) if was_owned else dict


def _key(readers):
    return lambda row: tuple(identity(read(row)) for read in readers)


def _join(context, arg):
    """Rows with equal keys become one; later rows win on conflicts."""
    _members(arg, 'join', ('fields', 'width'), ('fields',))
    width = arg.get('width')
    if width is not None and (type(width) is not int or width < 1):
        raise Refused('join width must be a positive number')
    key = _key([read_path(path) for path in _names(arg['fields'], 'join')])
    context.owned, context.read_only = True, frozenset()

    def run(rows):
        groups, done = {}, []
        for row in rows:
            found = key(row)
            if found not in groups:
                groups[found] = [{}, 0]
                done.append(groups[found])
            group = groups[found]
            group[0].update(row)
            group[1] += 1
            if group[1] == width:
                del groups[found]
        return (row for row, _ in done)
    return lambda rows: run(rows)


def _merge(context, arg):
    """A left join with the rows of an inner pipeline."""
    _members(arg, 'merge', ('fields', 'mappings', 'pipeline'), ('fields', 'pipeline'))
    paths = _names(arg['fields'], 'merge')
    inner_context = context.fresh()
    inner = compile_pipeline(inner_context, arg['pipeline'])
    mappings = arg.get('mappings')
    if mappings is not None and type(mappings) is not dict:
        raise Refused('merge mappings must be an object')
    made = None if mappings is None else [
        (name.split('.'), inner_context.compiler.text(text))
        for name, text in mappings.items()]
    key = _key([read_path(path) for path in paths])
    own = _own(context)

    def lookup():
        found = {}
        for row in inner():
            value = key(row)
            if value in found:
                raise Refused('merge: the inner pipeline repeats a key')
            found[value] = row
        return found

    def run(rows):
        found = lookup()
        for row in rows:
            other = found.get(key(row))
            row = own(row)
            if other is not None and made is None:
                row.update(other)
            elif other is not None:
                for path, value in made:
                    write_path(row, path, value(other))
            yield row
    return run


def _attach(stage, kinds, table):
    """A stage {"out": {kind: expression}} that attaches what a key names."""
    def build(context, arg):
        if type(arg) is not dict:
            raise Refused(f'{stage} wants an object')
        outputs = []
        for name, spec in arg.items():
            if type(spec) is not dict or len(spec) != 1 or next(iter(spec)) not in kinds:
                raise Refused(f'{stage} knows {", ".join(kinds)}')
            (kind, text), = spec.items()
            outputs.append((name.split('.'), kinds[kind], context.compiler.text(text)))
        own = _own(context)

        def run(rows):
            tables = {kind: table(context.env, kind) for _, kind, _ in outputs}
            for row in rows:
                row = own(row)
                for path, kind, value in outputs:
                    found = tables[kind].get(identity(value(row)))
                    if found is not None:
                        write_path(row, path, found)
                yield row
        return run
    return build


def _metadata(env, kind):
    return {person.id: row['metadata'] for person, row in env.views.people(kind, env.switches)}


def _objects(env, kind):
    return {row['id']: row for row in env.views.objects(kind, env.switches)}


def _expand_list(context, arg):
    _members(arg, 'expandList', ('inputField', 'outputField', 'typeName'),
             ('inputField', 'outputField', 'typeName'))
    if arg['typeName'] not in LIST_KINDS:
        raise Refused(f'expandList knows {", ".join(LIST_KINDS)}')
    (source,), (target,) = (_names([arg[n]], 'expandList')
                            for n in ('inputField', 'outputField'))
    read, own, kind = read_path(source), _own(context), LIST_KINDS[arg['typeName']]

    def run(rows):
        table = _objects(context.env, kind)
        for row in rows:
            row = own(row)
            ids = read(row)
            if type(ids) is list:
                write_path(row, target, [table[i] for i in ids
                                         if type(i) is str and i in table])
            yield row
    return run


def _segment_pipeline(context, arg):
    if type(arg) is not dict or len(arg) != 1:
        raise Refused('segment wants an id or a pipeline')
    if 'pipeline' in arg:
        return arg['pipeline']
    for segment in context.env.store.objects.segments:
        if segment['id'] == arg.get('id'):
            return segment['pipeline']
    raise Refused('no such segment')


def _segment(context, arg):
    """Rows whose visitor (or account) the segment's pipeline names."""
    members = compile_pipeline(context.fresh(), _segment_pipeline(context, arg))

    def run(rows):
        wanted = {'visitorId': set(), 'accountId': set()}
        for row in members():
            for name, found in wanted.items():
                if type(row.get(name)) is str:
                    found.add(row[name])
                    break
        for row in rows:
            if any(type(row.get(name)) is str and row[name] in found
                   for name, found in wanted.items()):
                yield row
    return run


ITEM_SOURCES = {'pageId': 'load', 'featureId': 'click', 'trackTypeId': 'track'}


def _item_use(env, kind, item):
    """visitor -> {lastUsed, count} of one page, feature or track type, ever."""
    store, found = env.store, {}
    for ordinal in store.ordinals(store.zone.day_start(store.first_day), env.now):
        for event in store.visible(store.day(ordinal).raw, env.now, env.lag, env.late):
            if event.kind == kind and item in event.tags:
                use = found.setdefault(event.visitor, {'lastUsed': 0, 'count': 0})
                use['count'] += 1
                use['lastUsed'] = max(use['lastUsed'], event.time)
    return found


def _item_seen(context, arg):
    if type(arg) is not dict:
        raise Refused('itemSeen wants an object')
    items = []
    for name, spec in arg.items():
        if type(spec) is not dict or len(spec) != 1 or next(iter(spec)) not in ITEM_SOURCES:
            raise Refused(f'itemSeen knows {", ".join(ITEM_SOURCES)}')
        (kind, item), = spec.items()
        items.append((name.split('.'), ITEM_SOURCES[kind], item))
    own = _own(context)

    def run(rows):
        uses = [(path, _item_use(context.env, kind, item)) for path, kind, item in items]
        for row in rows:
            row = own(row)
            for path, found in uses:
                use = found.get(identity(row.get('visitorId')))
                if use is not None:
                    write_path(row, path, dict(use))
            yield row
    return run


STAGES = {
    'join': _join, 'merge': _merge, 'segment': _segment, 'itemSeen': _item_seen,
    'bulkExpand': _attach('bulkExpand', {'visitor': 'visitor', 'account': 'account'}, _metadata),
    'expand': _attach('expand', OBJECT_KINDS, _objects), 'expandList': _expand_list,
}
