"""POST /api/v1/aggregation: envelope in, pipeline, envelope out."""

from itertools import chain

from standin.answer import Answer, encode_json, json_value, list_stream, text

from . import csv_output
from .errors import Refused
from .pipeline import Context, OverBudget, compile_pipeline, iterative_periods
from .sources import GROUPED

MIME_TYPES = (None, 'application/json', 'text/csv')


def describe(body):
    """(source name, pipeline) of a request body, for log and faults."""
    request = body.get('request') if type(body) is dict else None
    pipeline = request.get('pipeline') if type(request) is dict else None
    return _source_name(pipeline), pipeline


def _source_name(pipeline):
    if type(pipeline) is not list or not pipeline or type(pipeline[0]) is not dict:
        return None
    source = pipeline[0].get('source')
    if type(source) is dict:
        return next((name for name in source if name != 'timeSeries'), None)
    spawn = pipeline[0].get('spawn')
    return _source_name(spawn[0]) if type(spawn) is list and spawn else None


def _checked(body):
    if type(body) is not dict or type(body.get('request')) is not dict:
        raise Refused('the body must be an object with a request')
    response = body.get('response') or {}
    if type(response) is not dict or response.get('mimeType') not in MIME_TYPES:
        raise Refused('response.mimeType must be application/json or text/csv')
    if response.get('location') not in (None, 'request'):
        raise Refused('response.location must be request')
    return body['request'].get('pipeline'), response.get('mimeType') == 'text/csv'


class Aggregation:
    def __init__(self, make_env):
        self._make_env = make_env

    def answer(self, body, query):
        pipeline, as_csv = _checked(body)
        env = self._make_env()
        try:
            return self._run(env, pipeline, as_csv, query)
        except OverBudget:
            if env.switches['aggregation_timeout'] == 'drop':
                return None
            return text(408, 'aggregation exceeded its time limit')

    def _run(self, env, pipeline, as_csv, query):
        periods = iterative_periods(Context(env), pipeline)
        if periods is not None:
            return self._iterative(env, pipeline, periods)
        context = Context(env)
        rows = compile_pipeline(context, pipeline)()
        if env.switches['aggregation_budget'] != 'none':
            rows = list(rows)
        if as_csv:
            return csv_output.answer(rows, env.switches)
        extra = self._extra(env, context, query, _source_name(pipeline))
        return _json_answer(rows, env, extra)

    def _extra(self, env, context, query, source):
        """Members beside results: {} nearly always."""
        extra = {}
        if env.switches['start_time'] == 'present' and context.series is not None:
            extra['startTime'] = context.series.start
        if query.get('details') == 'true' and source in GROUPED:
            extra['details'] = {'validThrough': {
                str(app['id']): env.now - env.lag for app in env.store.objects.apps}}
        if env.switches['unknown_members'] == 'some':
            extra.update(aaNew={'x': [1, {'y': None}]}, zzNew='ü')
        return extra

    def _iterative(self, env, pipeline, periods):
        """One run a period; the shape is unknown, hence the switch."""
        parts = []
        for period in periods:
            context = Context(env)
            rows = list(compile_pipeline(context, _for_period(pipeline, period))())
            parts.append({'startTime': period.start, 'results': rows})
        shape = env.switches['iterative_shape']
        if shape == 'documents':
            return json_value(parts)
        if shape == 'nested':
            return json_value({'results': parts})
        return json_value({'results': [row for part in parts for row in part['results']]})


def _for_period(pipeline, period):
    """The pipeline with its series narrowed to one period."""
    source = dict(pipeline[0]['source'])
    source['timeSeries'] = {'period': f'{period.unit}Range', 'first': period.start, 'count': 1}
    return [{'source': source}] + pipeline[1:]


def _json_answer(rows, env, extra):
    rows = iter(rows)
    first = next(rows, None)    # errors of the run must show before the head
    if first is None and env.switches['null_results'] == 'null':
        return json_value({**extra, 'results': None})
    before = {name: value for name, value in extra.items() if name < 'results'}
    after = {name: value for name, value in extra.items() if name > 'results'}
    prefix = encode_json(before)[:-1] + (b',' if before else b'') + b'"results":['
    suffix = b']' + (b',' if after else b'') + encode_json(after)[1:]
    rows = () if first is None else chain((first,), rows)
    return Answer(200, content_type='application/json',
                  stream=list_stream(prefix, rows, suffix))

