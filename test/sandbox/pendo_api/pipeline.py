"""Compiles a pipeline into a generator of rows.

All of it is checked before the first row is made: unknown stages, sources,
parameters, functions and malformed expressions are refused up front.
"""

import time

from . import sources
from .errors import Refused
from .expression.compile import Compiler
from .time_series import periods, resolve

MAX_STAGES = 1000
MAX_NESTING = 10


class Context:
    """What stages share while they are compiled."""

    def __init__(self, env):
        self.env = env
        self.compiler = Compiler(env)
        self.owned = False          # may rows be changed in place?
        self.read_only = frozenset()
        self.series = None
        self.nesting = 0

    def fresh(self):
        """For an inner pipeline with its own source."""
        inner = Context(self.env)
        inner.nesting = self.nesting + 1
        if inner.nesting > MAX_NESTING:
            raise Refused('pipelines are nested too deeply')
        return inner

    def branch(self):
        """For stages that go on with the rows of this pipeline."""
        inner = self.fresh()
        inner.owned = True
        inner.read_only, inner.series = self.read_only, self.series
        return inner


def stage_of(item):
    if type(item) is not dict or len(item) != 1:
        raise Refused('each pipeline item must be an object with exactly one key')
    (name, arg), = item.items()
    return name, arg


def compile_pipeline(context, pipeline):
    """A function without arguments that yields the rows."""
    from . import stages    # stages compile inner pipelines with this module

    if type(pipeline) is not list or not pipeline:
        raise Refused('pipeline must be a non-empty list')
    if len(pipeline) > MAX_STAGES:
        raise Refused('pipeline is too long')
    name, arg = stage_of(pipeline[0])
    if name == 'source':
        start = compile_source(context, arg)
    elif name == 'spawn':
        start = stages.spawn(context, arg)
    else:
        raise Refused(f'the first pipeline item must be a source, not "{name}"')
    rest = compile_stages(context, pipeline[1:])
    return lambda: rest(start())


def compile_stages(context, pipeline):
    """A function from rows to rows."""
    from . import stages

    steps = []
    for item in pipeline:
        name, arg = stage_of(item)
        if name in ('source', 'spawn'):
            raise Refused(f'{name} must come first')
        if name not in stages.STAGES:
            raise Refused(f'unknown pipeline item "{name}"')
        steps.append(stages.STAGES[name](context, arg))

    def run(rows):
        for step in steps:
            rows = step(rows)
        return rows
    return run


# --- source -----------------------------------------------------------------------

def _split_source(arg):
    if type(arg) is not dict:
        raise Refused('source must be an object')
    names = [name for name in arg if name != 'timeSeries']
    if len(names) != 1:
        raise Refused('source must name exactly one source')
    params = arg[names[0]]
    if names[0] == 'const':
        return 'const', params, arg.get('timeSeries')
    if params is not None and type(params) is not dict:
        raise Refused(f'parameters of {names[0]} must be an object or null')
    # A timeSeries inside the parameters is ignored, as the service does.
    params = {k: v for k, v in (params or {}).items() if k != 'timeSeries'}
    return names[0], params, arg.get('timeSeries')


def _const(context, rows):
    if type(rows) is not list or any(type(row) is not dict for row in rows):
        raise Refused('const wants a list of objects')
    return lambda: _counted(context.env, context.env.in_some_order(rows))


def compile_source(context, arg):
    name, params, series = _split_source(arg)
    if name == 'const':
        return _const(context, params)
    source = sources.SOURCES.get(name)
    if source is None:
        raise Refused(f'unknown source "{name}"')
    unknown = set(params) - source.params
    if unknown:
        raise Refused(f'unknown parameter of {name}: {", ".join(sorted(unknown))}')
    context.series = _series(context, source, series)
    if name in sources.GROUPED:
        context.read_only = frozenset((context.series.unit,))
    call = sources.Call(context.env, context.compiler, name, params, context.series)
    return lambda: _counted(context.env, context.env.in_some_order(source.rows(call)))


def _series(context, source, spec):
    env = context.env
    needed = source.timed or (source.timed is None
                              and env.switches['ever_time_series'] == 'required')
    if spec is None:
        if needed:
            raise Refused('no period specified for time series source')
        return None
    series = resolve(env, context.compiler, spec)
    return series if source.timed is not False else None


class OverBudget(Exception):
    """The run took more than the service allows."""


def _counted(env, rows):
    """Counts what sources read, against the budget of one run."""
    kind, _, limit = env.switches['aggregation_budget'].partition(':')
    if kind == 'none':
        yield from rows
        return
    end = time.monotonic() + float(limit)
    for row in rows:
        env.reads += 1
        if kind == 'rows' and env.reads > float(limit):
            raise OverBudget
        if kind == 'seconds' and env.reads % 256 == 0 and time.monotonic() > end:
            raise OverBudget
        yield row


def iterative_periods(context, pipeline):
    """The periods of an iterative pipeline, or None for an ordinary one."""
    if type(pipeline) is not list or not pipeline:
        return None
    name, arg = stage_of(pipeline[0])
    if name != 'source' or type(arg) is not dict or type(arg.get('timeSeries')) is not dict:
        return None
    series = resolve(context.env, context.compiler, arg['timeSeries'])
    return list(periods(context.env, series)) if series.iterative else None
