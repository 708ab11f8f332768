"""Functions of time; expected values are written down in ms."""
from suite.cases import Case, check, const
from suite.model import Model
from suite.standin import BASE_SWITCHES

MARCH_1 = 1709269200000         # midnight in New York, UTC-5
MARCH_10 = 1710046800000        # the day of 23 hours
MARCH_11 = 1710129600000
HOUR = 3600000

VALUES = [
    ("spring", "now()", 1711380896000), ("spring", "date(2024,3,1)", MARCH_1),
    ("spring", 'date("2024-03-01")', MARCH_1), ("spring", "date(`2024-03-01`)", MARCH_1),
    ("spring", 'date("2024")', 1704085200000), ("spring", 'date("2024-02")', 1706763600000),
    ("spring", "date(2024)", 1704085200000), ("spring", "date(2024,2)", 1706763600000),
    ("spring", 'date("2024-03-01T15:04")', 1709323440000), ("spring", 'date("2024-03-01T15:04:05")', 1709323445000),
    ("spring", 'date("2024-03-01T15:04:05.250")', 1709323445250),
    ("spring", "date(2024,3,1,15,4,5)", 1709323445000), ("spring", "date(2024,3,1,15,4,5,250000000)", 1709323445250),
    ("spring", "date(2024,3,10)", MARCH_10), ("spring", "date(2024,3,11)", MARCH_11),
    ("spring", "date(2024,3,11) - date(2024,3,10)", 23 * HOUR),
    ("spring", "date(2024,3,10) + 3600000 == date(2024,3,10,1)", True),
    ("spring", "date(2024,3,10,12)", MARCH_10 + 11 * HOUR),
    ("spring", 'dateAdd(date(2024,3,10), 1, "days")', MARCH_11),
    ("spring", 'dateAdd(date(2024,3,10), 24, "hours")', MARCH_10 + 24 * HOUR),
    ("spring", 'dateAdd(date(2024,3,10), -1, "hours")', MARCH_10 - HOUR),
    ("spring", 'dateAdd(date(2024,3,11), -1, "days")', MARCH_10),
    ("spring", 'dateAdd(date(2024,3,9,12), 1, "days") == date(2024,3,10,12)', True),
    ("spring", 'dateAdd(date(2024,3,4), 1, "weeks")', MARCH_11),
    ("spring", 'dateAdd(date(2024,3,11), -1, `weeks`) == date(2024,3,4)', True),
    ("spring", 'dateAdd(date(2024,1,15), 2, "months") == date(2024,3,15)', True),
    ("spring", 'dateAdd(date(2024,1,15), -1, "months") == date(2023,12,15)', True),
    ("spring", 'dateAdd(date(2023,12,15), 1, "quarters") == date(2024,3,15)', True),
    ("spring", 'dateAdd(date(2024,3,15), -1, "years") == date(2023,3,15)', True),
    ("spring", 'startOfPeriod("daily", date(2024,3,10,22,5))', MARCH_10),
    ("spring", 'startOfPeriod("daily", date(2024,3,10))', MARCH_10),
    ("spring", 'startOfPeriod("daily", date(2024,3,11) - 1)', MARCH_10),
    ("spring", 'startOfPeriod("dayRange", date(2024,3,1,9))', MARCH_1),
    ("spring", 'startOfPeriod("weekly", date(2024,3,13,9))', MARCH_10),
    ("spring", 'startOfPeriod("weekly", date(2024,3,10))', MARCH_10),
    ("spring", 'startOfPeriod("weekly", date(2024,3,10) - 1) == date(2024,3,3)', True),
    ("spring", 'startOfPeriod("monthly", date(2024,3,31,23))', MARCH_1),
    ("spring", 'startOfPeriod("monthly", now())', MARCH_1),
    ("spring", 'formatTime("2006-01-02", date(2024,3,10,23,30))', "2024-03-10"),
    ("spring", 'formatTime("2006-01-02 15:04:05", date(2024,3,1,15,4,5))', "2024-03-01 15:04:05"),
    ("spring", 'formatTime("02.01.2006", 1709269199999)', "29.02.2024"),
    ("autumn", "date(2024,11,4) - date(2024,11,3)", 25 * HOUR), ("autumn", "now()", 1732116896000),
    ("autumn", 'dateAdd(date(2024,11,3), 1, "days") == date(2024,11,4)', True),
    ("autumn", 'dateAdd(date(2024,11,3), 24, "hours") == date(2024,11,3,23)', True),
    ("autumn", 'startOfPeriod("weekly", date(2024,11,8)) == date(2024,11,3)', True),
    ("kolkata", "date(2024,6,1)", 1717180200000), ("kolkata", 'date("2024-06-01T05:30")', 1717200000000),
    ("kolkata", 'startOfPeriod("daily", 1717200000000)', 1717180200000),
    ("kolkata", 'formatTime("15:04", 1717200000000)', "05:30"),
]

DISTANCES = [("date(2024,3,1)", "date(2024,3,8)", 7), ("date(2024,3,9)", "date(2024,3,12)", 3)]


def value_case(world_name, text, expected):
    def run(world):
        model = Model(world, BASE_SWITCHES).evaluate(text)
        check(model == expected, "the suite's own evaluator says %r" % (model,))
        got = world.standin.rows([const({"x": 1}), {"select": {"v": text}}])[0]["v"]
        check(got == expected, "got %r, expected %r" % (got, expected))
    return Case("%s in %s" % (text, world_name), run, world_name)


def distance_case(a, b, days):
    """dateDist: which of the two must be later is not told, so only its size."""
    def run(world):
        rows = world.standin.rows([const({"x": 1}), {"select": {"v": 'dateDist(%s, %s, "daily")' % (a, b)}}])
        check(abs(rows[0]["v"]) == days, "got %r" % rows)
    return Case("dateDist(%s, %s)" % (a, b), run)


def cases(_):
    for case in VALUES:
        yield value_case(*case)
    for case in DISTANCES:
        yield distance_case(*case)
