"""Control routes of this stand-in: truth tables, late events, shuffle, stats."""

import resource

from standin.answer import json_value, text
from standin.control import ndjson

from . import truth


def routes(app, log):
    def data(request, rest):
        if len(rest) != 1 or rest[0] not in truth.TABLES:
            return text(404, 'there are: ' + ', '.join(sorted(truth.TABLES)))
        moment = truth.Moment(app.store, app.switches.snapshot(), app.clock.now(),
                              request.query)
        return ndjson(truth.TABLES[rest[0]](moment))

    def late(request, rest):
        wish = request.json()
        app.store.add_late(app.clock.now(), float(wish.get('hours_ago', 5)),
                           int(wish.get('events', 20)))
        return json_value({'added': int(wish.get('events', 20))})

    def shuffle(request, rest):
        seed = request.json().get('seed')
        app.shuffle_seed = 0 if seed is None else int(seed)
        app.switches.set_all({'row_order': 'natural' if seed is None else 'shuffled'})
        return json_value({'seed': seed})

    def stats(request, rest):
        objects = app.store.objects
        return json_value({
            **log.stats(), 'now': app.clock.now(), 'time_zone': app.store.zone.name,
            'visitors': len(app.store.people.visitors),
            'accounts': len(app.store.people.accounts),
            'apps': [application['id'] for application in objects.apps],
            'history_start': app.store.zone.day_start(app.store.first_day),
            'peak_memory_mb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024})

    return {'data': data, 'late': late, 'shuffle': shuffle, 'stats': stats}
