"""The control interface under /_sandbox/: log, switches, faults, clock, data."""

from .answer import Answer, encode_json, json_value, text
from .clock import parse_instant
from .faults import FaultError
from .switches import SwitchError


class Control:
    """`extra` adds a stand-in's own routes: name -> function(request, rest)."""

    def __init__(self, log, switches, faults, clock, extra):
        self._log = log
        self._switches = switches
        self._faults = faults
        self._clock = clock
        self._routes = {'log': self._log_route, 'rate': self._rate_route,
                        'switches': self._switch_route, 'faults': self._fault_route,
                        'clock': self._clock_route, **extra}

    def answer(self, request):
        name = request.segments[1] if len(request.segments) > 1 else ''
        route = self._routes.get(name)
        if route is None:
            return text(404, 'there are: ' + ', '.join(sorted(self._routes)))
        try:
            return route(request, request.segments[2:])
        except (SwitchError, FaultError, ValueError, TypeError, KeyError) as error:
            return text(400, f'{type(error).__name__}: {error}')

    def _log_route(self, request, rest):
        if request.method == 'DELETE':
            self._log.clear()
            return Answer(204)
        return json_value(self._log.entries())

    def _rate_route(self, request, rest):
        seconds = float(request.query.get('seconds', 1))
        most = self._log.most_within(seconds, request.query.get('path', ''))
        return json_value({'seconds': seconds, 'most': most,
                           'most_in_flight': self._log.most_in_flight()})

    def _switch_route(self, request, rest):
        if request.method == 'PUT':
            self._switches.set_all(request.json())
        elif request.method == 'DELETE':
            self._switches.reset()
        return json_value(self._switches.describe())

    def _fault_route(self, request, rest):
        if request.method == 'PUT':
            self._faults.replace(request.json())
        elif request.method == 'POST':
            return json_value(self._faults.add(request.json()).describe())
        elif request.method == 'DELETE':
            self._faults.clear()
        return json_value(self._faults.describe())

    def _clock_route(self, request, rest):
        if request.method in ('POST', 'PUT'):
            wish = request.json()
            if 'set' in wish:
                self._clock.set(parse_instant(wish['set']))
            self._clock.advance(int(wish.get('advance_seconds', 0) * 1000))
        return json_value({'now': self._clock.now()})


def ndjson(rows):
    """Rows as one JSON text a line, streamed."""
    def pieces(rows_per_piece):
        for row in rows:
            yield encode_json(row) + b'\n', 1
    return Answer(200, content_type='application/x-ndjson', stream=pieces)
