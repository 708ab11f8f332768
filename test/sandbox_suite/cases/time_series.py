"""timeSeries: which periods a range covers.

Each form has its window written by hand as wall-clock times of the zone; the
rows must be those of the truth that lie in it, neither more nor fewer.
"""
from suite.cases import Case, check, same
from suite.compare import multiset
from suite.model import Model
from suite.sources import GROUPED, TIMED, read_window
from suite.standin import BASE_SWITCHES

NOW = "now"

# world, period, rest of the block, from, to (exclusive)
FORMS = [
    ("spring", "dayRange", {"first": "date(2024,3,1)", "last": "date(2024,3,7)"}, (2024, 3, 1), (2024, 3, 8)),
    ("spring", "dayRange", {"first": "date(2024,3,5)", "last": "date(2024,3,5)"}, (2024, 3, 5), (2024, 3, 6)),
    ("spring", "dayRange", {"first": "date(2024,3,1,15,30)", "last": "date(2024,3,4,0,0,1)"}, (2024, 3, 1), (2024, 3, 5)),
    ("spring", "dayRange", {"first": 1709269200000, "last": 1709355599999}, (2024, 3, 1), (2024, 3, 2)),
    ("spring", "dayRange", {"first": 1709269199999, "last": 1709355600000}, (2024, 2, 29), (2024, 3, 3)),
    ("spring", "dayRange", {"first": "1709269200000", "last": "1709355599999"}, (2024, 3, 1), (2024, 3, 2)),
    ("spring", "dayRange", {"first": "1709269200000", "count": 3}, (2024, 3, 1), (2024, 3, 4)),
    ("spring", "dayRange", {"first": "now()", "count": -1}, (2024, 3, 24), (2024, 3, 25)),
    ("spring", "dayRange", {"first": "now()", "count": -7}, (2024, 3, 18), (2024, 3, 25)),
    ("spring", "dayRange", {"first": "now()", "count": 1}, (2024, 3, 25), NOW),
    ("spring", "dayRange", {"first": "now()", "last": "now()"}, (2024, 3, 25), NOW),
    ("spring", "dayRange", {"first": "date(2024,3,20)", "last": "now()"}, (2024, 3, 20), NOW),
    ("spring", "dayRange", {"first": "date(2024,3,20)", "last": "date(2024,4,30)"}, (2024, 3, 20), NOW),
    ("spring", "dayRange", {"first": "date(2024,3,20)", "count": 90}, (2024, 3, 20), NOW),
    ("spring", "dayRange", {"first": "date(2024,2,27)", "count": 4}, (2024, 2, 27), (2024, 3, 2)),
    ("spring", "dayRange", {"first": "date(2024,3,1,18)", "count": 2}, (2024, 3, 1), (2024, 3, 3)),
    ("spring", "dayRange", {"first": "date(2024,3,1,18)", "count": -2}, (2024, 2, 28), (2024, 3, 1)),
    ("spring", "dayRange", {"first": "date(2024,3,9)", "count": 3}, (2024, 3, 9), (2024, 3, 12)),
    ("spring", "dayRange", {"first": "date(2024,3,12)", "count": -3}, (2024, 3, 9), (2024, 3, 12)),
    ("spring", "dayRange", {"first": "date(2024,3,10)", "last": "date(2024,3,10)"}, (2024, 3, 10), (2024, 3, 11)),
    ("spring", "dayRange", {"first": "date(2024,3,10)", "count": 1}, (2024, 3, 10), (2024, 3, 11)),
    ("spring", "dayRange", {"first": "date(\"2024-03-05\")", "last": "date(`2024-03-06`)"}, (2024, 3, 5), (2024, 3, 7)),
    ("spring", "dayRange", {"first": "date(\"2024-03\")", "count": 2}, (2024, 3, 1), (2024, 3, 3)),
    ("spring", "dayRange", {"first": "date(\"2024-03-05T23:59\")", "count": 1}, (2024, 3, 5), (2024, 3, 6)),
    ("spring", "dayRange", {"first": "date(2024,3)", "last": "date(2024,3,2)"}, (2024, 3, 1), (2024, 3, 3)),
    ("spring", "dayRange", {"first": "date(2024,3,1) + 86400000", "last": "date(2024,3,1) + 2*86400000"}, (2024, 3, 2), (2024, 3, 4)),
    ("spring", "dayRange", {"first": "dateAdd(now(), -3, \"days\")", "last": "dateAdd(now(), -2, `days`)"},
     (2024, 3, 22), (2024, 3, 24)),
    ("spring", "dayRange", {"first": "dateAdd(date(2024,3,9), 1, \"days\")", "count": 1}, (2024, 3, 10), (2024, 3, 11)),
    ("spring", "dayRange", {"first": "dateAdd(date(2024,3,25), -2, \"weeks\")", "count": 2}, (2024, 3, 11), (2024, 3, 13)),
    ("spring", "dayRange", {"first": "dateAdd(date(2024,3,15), -1, \"months\")", "count": 1}, (2024, 2, 15), (2024, 2, 16)),
    ("spring", "dayRange", {"first": "startOfPeriod(\"weekly\", now())", "last": "now()"}, (2024, 3, 24), NOW),
    ("spring", "dayRange", {"first": "startOfPeriod(\"monthly\", now())", "count": 2}, (2024, 3, 1), (2024, 3, 3)),
    ("spring", "dayRange", {"first": "startOfPeriod(\"daily\", now()) - 1", "count": 1}, (2024, 3, 24), (2024, 3, 25)),
    ("spring", "dayRange", {"first": "startOfPeriod(\"dayRange\", now())", "count": -1}, (2024, 3, 24), (2024, 3, 25)),
    ("spring", "hourRange", {"first": "date(2024,3,10)", "count": 24}, (2024, 3, 10), (2024, 3, 11, 1)),
    ("spring", "hourRange", {"first": "date(2024,3,10)", "last": "date(2024,3,10,23)"}, (2024, 3, 10), (2024, 3, 11)),
    ("spring", "hourRange", {"first": "date(2024,3,5,13,20)", "last": "date(2024,3,5,14,40)"}, (2024, 3, 5, 13), (2024, 3, 5, 15)),
    ("spring", "hourRange", {"first": "date(2024,3,5,13)", "count": -5}, (2024, 3, 5, 8), (2024, 3, 5, 13)),
    ("spring", "hourRange", {"first": 1709650800000, "count": 6}, (2024, 3, 5, 10), (2024, 3, 5, 16)),
    ("spring", "hourRange", {"first": "1709650800000", "last": "1709654399999"}, (2024, 3, 5, 10), (2024, 3, 5, 11)),
    ("spring", "hourRange", {"first": "now()", "count": -24}, (2024, 3, 24, 11), (2024, 3, 25, 11)),
    ("spring", "hourRange", {"first": "dateAdd(now(), -4, \"hours\")", "last": "now()"}, (2024, 3, 25, 7), NOW),
    ("spring", "weekRange", {"first": "date(2024,3,6)", "count": 2}, (2024, 3, 3), (2024, 3, 17)),
    ("spring", "weekRange", {"first": "now()", "count": -1}, (2024, 3, 17), (2024, 3, 24)),
    ("spring", "weekRange", {"first": "date(2024,3,9)", "last": "date(2024,3,10)"}, (2024, 3, 3), (2024, 3, 17)),
    ("spring", "weekRange", {"first": "date(2024,3,24)", "count": 1}, (2024, 3, 24), NOW),
    ("spring", "monthRange", {"first": "date(2024,2,15)", "count": 1}, (2024, 2, 1), (2024, 3, 1)),
    ("spring", "monthRange", {"first": "now()", "count": -1}, (2024, 2, 1), (2024, 3, 1)),
    ("spring", "monthRange", {"first": "date(2024,2,29)", "last": "date(2024,3,1)"}, (2024, 2, 1), NOW),
    ("autumn", "dayRange", {"first": "date(2024,11,2)", "last": "date(2024,11,4)"}, (2024, 11, 2), (2024, 11, 5)),
    ("autumn", "dayRange", {"first": "date(2024,11,3)", "count": 1}, (2024, 11, 3), (2024, 11, 4)),
    ("autumn", "dayRange", {"first": "date(2024,11,4)", "count": -1}, (2024, 11, 3), (2024, 11, 4)),
    ("autumn", "dayRange", {"first": "dateAdd(date(2024,11,3), 1, \"days\")", "count": 1}, (2024, 11, 4), (2024, 11, 5)),
    ("autumn", "dayRange", {"first": "dateAdd(date(2024,11,3), 24, \"hours\")", "count": 1}, (2024, 11, 3), (2024, 11, 4)),
    ("autumn", "hourRange", {"first": "date(2024,11,3)", "last": "date(2024,11,3,23)"}, (2024, 11, 3), (2024, 11, 4)),
    ("autumn", "hourRange", {"first": "date(2024,11,3)", "count": 25}, (2024, 11, 3), (2024, 11, 4)),
    ("autumn", "weekRange", {"first": "date(2024,11,3)", "count": 1}, (2024, 11, 3), (2024, 11, 10)),
    ("autumn", "monthRange", {"first": "date(2024,11,20)", "count": -1}, (2024, 10, 1), (2024, 11, 1)),
    ("kolkata", "dayRange", {"first": "date(2024,6,1)", "last": "date(2024,6,3)"}, (2024, 6, 1), (2024, 6, 4)),
    ("kolkata", "dayRange", {"first": "now()", "count": -2}, (2024, 6, 13), (2024, 6, 15)),
    ("kolkata", "hourRange", {"first": "date(2024,6,1)", "count": 12}, (2024, 6, 1), (2024, 6, 1, 12)),
    ("kolkata", "weekRange", {"first": "date(2024,6,5)", "count": 1}, (2024, 6, 2), (2024, 6, 9)),
]

EMPTY = [
    ("an ISO string is a subtraction", "dayRange", {"first": "2024-03-01", "last": "2024-03-24"}),
    ("the same with a count", "dayRange", {"first": "2024-03-01", "count": 30}),
    ("wholly in the future", "dayRange", {"first": "date(2024,3,27)", "last": "date(2024,3,30)"}),
    ("before all history", "dayRange", {"first": "date(2019,1,1)", "last": "date(2019,2,1)"}),
    ("hours of the future", "hourRange", {"first": "date(2024,3,26)", "count": 3}),
]

SOURCES = {"dayRange": ["events", "guideEvents", "featureEvents", "pollEvents"],
           "hourRange": ["events", "guideEvents", "trackEvents"],
           "weekRange": ["events", "guideEvents"], "monthRange": ["pageEvents", "guideEvents"]}
LONG = ("weekRange", "monthRange")      # judged by keys and sums only
ALL_APPS = {"appId": "expandAppIds(\"*\")"}


def pipeline(source, series):
    return [{"source": {source: ALL_APPS, "timeSeries": series}}]


def window_case(name, period, rest, low, high, sources):
    series = {"period": period, **rest}

    def run(world):
        model = Model(world, BASE_SWITCHES)
        start = model.calendar.at(*low)
        end = model.calendar.now + 1 if high == NOW else model.calendar.at(*high)
        check(model.calendar.window(series, model.evaluate)[1:] == (start, end),
              "the suite's own window differs from the one written down")
        some = 0
        for source in sources:
            expected = read_window(model, source, period.removesuffix("Range"), start, end)
            some += len(expected)
            got = world.standin.rows(pipeline(source, series))
            if period in LONG and source in GROUPED:
                got = [{k: row[k] for k in expected[0] if k in row} for row in got]
            problem = multiset(got, expected)
            same(problem and source + ": " + problem)
        check(some, "the window is empty: it proves nothing")
    return Case("%s %s" % (period, rest), run, name)


def empty_case(name, period, rest):
    def run(world):
        for source in ("events", "guideEvents"):
            got = world.standin.rows(pipeline(source, {"period": period, **rest}))
            check(got == [], "%s: %d rows" % (source, len(got)))
    return Case(name, run)


def hour_alignment(value):
    """Half-hour zone: hours begin with the zone's hour, or with UTC's."""
    series = {"period": "hourRange", "first": "date(2024,6,10)", "count": 24}
    offset = 1800000 if value == "zone" else 0

    def run(world):
        with world.standin.switches(hour_alignment=value):
            got = world.standin.rows(pipeline("events", series))
        check(got, "no rows")
        check(all((row["hour"] + offset) % 3600000 == 0 for row in got), "hours off the grid")
    return Case("hour_alignment=" + value, run, "kolkata")


def boundaries(name):
    """Every bucket is a midnight in the zone, and the event lies inside it."""
    def run(world):
        calendar = Model(world, BASE_SWITCHES).calendar
        series = {"period": "dayRange", "first": "now()", "count": -58}
        for row in world.standin.rows(pipeline("events", series)):
            check(calendar.start("day", row["day"]) == row["day"], "not a midnight: %d" % row["day"])
            check(calendar.start("day", row["firstTime"]) == row["day"], "firstTime on another day")
            check(calendar.start("day", row["lastTime"]) == row["day"], "lastTime on another day")
            check(row["lastTime"] <= calendar.now, "an event of the future")
    return Case("day buckets", run, name)


def cases(_):
    for form in FORMS:
        yield window_case(*form, sources=[s for s in SOURCES[form[1]] if s in TIMED])
    for case in EMPTY:
        yield empty_case(*case)
    for value in ("zone", "utc"):
        yield hour_alignment(value)
    for name in ("spring", "autumn", "kolkata"):
        yield boundaries(name)
