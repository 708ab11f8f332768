"""Aggregators over literal rows, in group and in reduce."""
import itertools
import statistics

from suite.cases import Case, check, const, literal

NUMBERS = [4, 8, 1, 5, 2]
SRC = const(*({"x": x, "k": "odd" if x % 2 else "even", "s": s, "t": n * 1000}
              for n, (x, s) in enumerate(zip(NUMBERS, "dbacb"))))
GAPS = const({"a": 1, "b": "p"}, {"a": 2}, {"a": None, "b": "p"}, {"b": "q"}, {"a": 1, "b": "q"})

# aggregator, result over SRC
WHOLE = [
    ({"count": None}, 5), ({"count": "x"}, 5), ({"count": "s"}, 4), ({"count": "k"}, 2),
    ({"count": ["k", "s"]}, 4), ({"count": ["k"]}, 2), ({"sum": "x"}, 20), ({"sum": "x * 2 + 1"}, 45),
    ({"avg": "x"}, 4), ({"mean": "x"}, 4), ({"median": "x"}, 4), ({"min": "x"}, 1), ({"max": "x"}, 8),
    ({"min": "t"}, 0), ({"max": "t"}, 4000), ({"min": "0 - x"}, -8), ({"max": "x / 2"}, 4),
    ({"countIf": {"count": "s", "if": "x > 1"}}, 3), ({"countIf": {"count": None, "if": "x > 1"}}, 4),
    ({"countIf": {"count": "s", "if": "x > 100"}}, 0), ({"first": "x"}, 4), ({"first": "s"}, "d"),
    ({"count": "if(x > 3, 1, 2)"}, 2), ({"sum": "if(k == `odd`, x, 0)"}, 6),
]
# over GAPS, with the value of count_null
NULLS = [
    ({"count": "a"}, "excluded", 2), ({"count": "a"}, "included", 3), ({"count": "b"}, "excluded", 2),
    ({"count": "b"}, "included", 3), ({"count": None}, "excluded", 5), ({"count": None}, "included", 5),
    ({"count": "nothing"}, "excluded", 0), ({"count": "nothing"}, "included", 1),
]
FIRST = [
    ("first skips nulls", [const({}, {"v": None}, {"v": 3}, {"v": 4}), {"reduce": {"f": {"first": "v"}}}], [{"f": 3}]),
    ("first after sort", [SRC, {"sort": ["-x"]}, {"reduce": {"f": {"first": "s"}}}], [{"f": "b"}]),
    ("by group", [SRC, {"group": {"group": ["k"], "fields": {
        "n": {"count": None}, "s": {"sum": "x"}, "lo": {"min": "x"}, "hi": {"max": "x"}, "m": {"avg": "x"}}}}],
     [{"k": "even", "n": 3, "s": 14, "lo": 2, "hi": 8, "m": 14 / 3},
      {"k": "odd", "n": 2, "s": 6, "lo": 1, "hi": 5, "m": 3}]),
    ("sum is of doubles", [const({"x": 9007199254740992}, {"x": 1}), {"reduce": {"s": {"sum": "x"}}},
                           {"filter": "s == 9007199254740992"}, {"count": None}], [{"count": 1}]),
    ("aggregates can be selected from", [SRC, {"reduce": {"s": {"sum": "x"}, "n": {"count": None}}},
                                         {"select": {"mean": "s / n"}}], [{"mean": 4}]),
    ("reduce of no rows", [SRC, {"filter": "x > 99"}, {"reduce": {"n": {"count": None}}}], [{"n": 0}]),
]


def unordered_list(world):
    got = world.standin.rows([SRC, {"group": {"group": ["k"], "fields": {"l": {"list": "x"}}}}])
    found = {row["k"]: sorted(row["l"]) for row in got}
    check(found == {"even": [2, 4, 8], "odd": [1, 5]}, "got %r" % found)


def spread(name, of_sample, of_population):
    """Sample or population: the reference does not say, so either will do."""
    def run(world):
        got = world.standin.rows([SRC, {"reduce": {"v": {name: "x"}}}])[0]["v"]
        fits = [abs(got - f(NUMBERS)) < 1e-9 for f in (of_sample, of_population)]
        check(any(fits), "got %r" % got)
    return Case(name, run)


def reduce_empty(value, expected):
    pipeline = [SRC, {"filter": "x > 99"}, {"reduce": {"n": {"count": None}}}]
    return literal("reduce_empty=" + value, pipeline, expected, reduce_empty=value)


def cases(_):
    for spec, expected in WHOLE:
        yield literal("reduce %s" % spec, [SRC, {"reduce": {"v": spec}}], [{"v": expected}])
    for spec, expected in itertools.islice(WHOLE, 0, None, 2):
        yield literal("group by nothing %s" % spec,
                      [SRC, {"group": {"group": [], "fields": [{"v": spec}]}}], [{"v": expected}])
    for spec, rule, expected in NULLS:
        yield literal("%s [count_null=%s]" % (spec, rule), [GAPS, {"reduce": {"v": spec}}],
                      [{"v": expected}], count_null=rule)
    for name, pipeline, expected in FIRST:
        yield literal(name, pipeline, expected)
    yield Case("list", unordered_list)
    yield spread("stddev", statistics.stdev, statistics.pstdev)
    yield spread("var", statistics.variance, statistics.pvariance)
    yield reduce_empty("one_row", [{"n": 0}])
    yield reduce_empty("no_row", [])
