"""Size, depth and company: what a client's generated pipelines can look like."""
import threading

from suite.cases import Case, check, const, same
from suite.compare import multiset
from suite.standin import StandIn

ONE = const({"a": 1, "s": "x"})
DAY = {"period": "dayRange", "first": "now()", "count": -3}
ALL = {"appId": 'expandAppIds("*")'}


def quoted(text):
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')


def long_choice(form):
    """Thousands of values, as an OR chain or as a list."""
    def run(world):
        ids = [r["visitorId"] for r in world.truth("visitor") if r.get("visitorId")]
        wanted = set(ids[::3])
        values = sorted(wanted) + ["nobody %d" % n for n in range(2000)]
        rows = world.standin.rows([{"source": {"visitors": None}}, {"filter": form(values)},
                                   {"select": {"v": "visitorId"}}])
        check(wanted, "no visitors")
        same(multiset(rows, [{"v": v} for v in wanted]))
    return run


def as_chain(values):
    return " || ".join("visitorId == " + quoted(v) for v in values)


def as_list(values):
    return "contains([%s], visitorId)" % ", ".join(map(quoted, values))


def as_function(values):
    return "contains(list(%s), visitorId)" % ",".join(map(quoted, values))


def survives(pipeline, allowed):
    """Answered in order or refused, and the next request is served."""
    def run(world):
        answer = world.standin.aggregate(pipeline)
        check(answer.status in allowed, "status %d: %s" % (answer.status, answer.text[:100]))
        if answer.status == 200:
            answer.json()
        check(world.standin.rows([ONE]) == [{"a": 1, "s": "x"}], "the next request")
    return run


EITHER = (200, 400)
DEEP = [
    ("50 parentheses", [ONE, {"filter": "(" * 50 + "a == 1" + ")" * 50}], (200,)),
    ("20000 parentheses", [ONE, {"filter": "(" * 20000 + "a == 1" + ")" * 20000}], EITHER),
    ("20000 negations", [ONE, {"filter": "!" * 20000 + "(a == 1)"}], EITHER),
    ("20000 brackets", [ONE, {"select": {"x": "[" * 20000 + "]" * 20000}}], EITHER),
    ("100 sums", [ONE, {"select": {"x": "+".join(["a"] * 100)}}], (200,)),
    ("3000 sums", [ONE, {"select": {"x": "+".join(["a"] * 3000)}}], EITHER),
    ("200 stages", [ONE] + [{"cat": None}] * 200, (200,)),
    ("division by zero is no broken JSON", [ONE, {"select": {"x": "a / 0", "y": "0 / 0", "z": "a % 0"}}], EITHER),
    ("overflow is no broken JSON", [ONE, {"select": {"x": "9" * 300 + " * " + "9" * 300}}], EITHER),
]

# Their answers are not documented; they must not break the server.
NICHE = [
    ("pes", [{"pes": {"appId": -323232, "firstDay": "now()", "dayCount": -30}}]),
    ("adoption", [{"adoption": {"appId": -323232, "firstDay": "now()", "dayCount": -7}}]),
    ("expandList", [const({"ids": ["a"]}), {"expandList": {"inputField": "ids", "outputField": "x",
                                                           "typeName": "productArea"}}]),
    ("timespan", [{"source": {"timespan": {"kind": "visitor"}}}]),
    ("recordingMetadata", [{"source": {"recordingMetadata": None, "timeSeries": DAY}}]),
    ("stars", [{"source": {"stars": None}}]),
    ("percentiles", [ONE, {"reduce": {"p": {"percentiles": {"field": "a", "p50": 50}}}}]),
    ("listIf", [ONE, {"reduce": {"l": {"listIf": {"list": "a", "if": "a == 1"}}}}]),
    ("daysActiveCount", [ONE, {"reduce": {"d": {"daysActiveCount": "a"}}}]),
    ("treeify", [ONE, {"treeify": {}}]),
    ("daily, an iterative period", [{"source": {"events": None, "timeSeries": {**DAY, "period": "daily"}}}]),
]


def ask(world, pipeline, out):
    """From a connection of its own."""
    mine = StandIn.__new__(StandIn)
    mine.hello, mine.connection, mine.pipelines = world.standin.hello, None, 0
    try:
        out.append(mine.rows(pipeline))
    except Exception as problem:
        out.append(problem)
    finally:
        if mine.connection:
            mine.connection.close()


def together(world):
    """Eight clients at once get what one gets."""
    pipeline = [{"source": {"events": ALL, "timeSeries": DAY}}, {"filter": "numEvents > 1"}]
    alone, answers = world.standin.rows(pipeline), []
    threads = [threading.Thread(target=ask, args=(world, pipeline, answers)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    check(alone and len(answers) == 8, "%d answers" % len(answers))
    for answer in answers:
        if isinstance(answer, Exception):
            raise AssertionError(repr(answer))
        same(multiset(answer, alone))


def cases(_):
    for form in (as_chain, as_list, as_function):
        yield Case("2000 values " + form.__name__, long_choice(form))
    for name, pipeline, allowed in DEEP:
        yield Case(name, survives(pipeline, allowed))
    for name, pipeline in NICHE:
        yield Case("answered or refused: " + name, survives(pipeline, EITHER))
    yield Case("eight clients at once", together)
