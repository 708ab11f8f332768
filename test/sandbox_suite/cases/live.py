"""Data that changes under a reader: late events and a clock that moves on.

These have a stand-in of their own, since its truth does not stay as it was.
"""
from suite.cases import Case, check, same
from suite.compare import multiset

ALL = {"appId": 'expandAppIds("*")'}
RECENT = {"period": "hourRange", "first": "now()", "count": -24}
TODAY = {"period": "dayRange", "first": "now()", "count": 1}


def control(world, path, body):
    answer = world.standin.send("POST", "/_sandbox/" + path, body, key=None)
    check(answer.status in (200, 201, 204), "status %d: %s" % (answer.status, answer.text[:100]))


def total(world, series):
    """Events of all visitors, excluded ones too."""
    rows = world.standin.rows([{"source": {"events": {**ALL, "blacklist": "ignore"}, "timeSeries": series}},
                               {"reduce": {"n": {"sum": "numEvents"}}}])
    return rows[0]["n"] if rows else 0


def late_events(world):
    """Events that arrive hours late appear in hours already read."""
    before = total(world, RECENT)
    control(world, "late", {"hours_ago": 5, "events": 20})
    after = total(world, RECENT)
    check(after == before + 20, "%r events before, %r after" % (before, after))
    rows = world.standin.rows([{"source": {"events": ALL, "timeSeries": RECENT}}])
    hours = {r["hour"] for r in rows}
    same(multiset(rows, [r for r in world.standin.data("event", "hour") if r["hour"] in hours]))


def clock(world):
    """now() follows the clock, and the current hour fills."""
    def now():
        return world.standin.rows([{"source": {"const": [{}]}}, {"select": {"t": "now()"}}])[0]["t"]
    start = now()
    check(start == world.now, "now() is %r" % start)
    before = total(world, TODAY)
    control(world, "clock", {"advance_seconds": 3 * 3600})
    check(now() == start + 3 * 3600000, "now() moved by %r" % (now() - start))
    check(total(world, TODAY) >= before, "events are gone")
    rows = world.standin.rows([{"source": {"events": ALL, "timeSeries": TODAY}}])
    check(all(r["lastTime"] <= now() for r in rows), "an event of the future")


def cases(_):
    yield Case("late events", late_events, "live")
    yield Case("the clock", clock, "live")
