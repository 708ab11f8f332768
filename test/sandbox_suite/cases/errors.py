"""Requests that must be refused, with the status and the form of the body."""
import http.client

from suite.cases import Case, check, const, refused

DAY = {"period": "dayRange", "first": "now()", "count": -1}
ONE = const({"a": 1, "s": "x"})


def timed(name):
    return [{"source": {name: None, "timeSeries": DAY}}]


REFUSED = [
    ("unknown stage", [ONE, {"frobnicate": {}}]),
    ("unknown stage that a guide invents", [ONE, {"aggregate": {"n": {"count": None}}}]),
    ("unknown stage inside fork", [ONE, {"fork": [[{"nonsense": 1}]]}]),
    ("unknown stage inside spawn", [{"spawn": [[ONE, {"nonsense": 1}]]}]),
    ("two keys in one stage", [ONE, {"limit": 1, "filter": "a == 1"}]),
    ("empty fork branch", [ONE, {"fork": [[], [{"cat": None}]]}]),
    ("unknown aggregator", [ONE, {"reduce": {"n": {"distinct": "a"}}}]),
    ("unknown function", [ONE, {"filter": "noSuchFunction(a)"}]),
    ("no endsWith", [ONE, {"filter": 'endsWith(s, "x")'}]),
    ("the in operator", [ONE, {"filter": 'a in [1, 2]'}]),
    ("unbalanced parenthesis", [ONE, {"filter": "(a == 1"}]),
    ("too many parentheses", [ONE, {"filter": "a == 1)"}]),
    ("unfinished string", [ONE, {"filter": 's == "x'}]),
    ("unfinished backquotes", [ONE, {"filter": "s == `x"}]),
    ("operator without operand", [ONE, {"filter": "a =="}]),
    ("two operands", [ONE, {"filter": "a 1"}]),
    ("assignment", [ONE, {"filter": "a = 1"}]),
    ("SQL", [ONE, {"filter": "a IS NULL AND s LIKE 'x%'"}]),
    ("empty expression", [ONE, {"filter": ""}]),
    ("bad expression in select", [ONE, {"select": {"x": "a +* 2"}}]),
    ("bad expression in eval", [ONE, {"eval": {"x": ")"}}]),
    ("bad expression in an aggregator", [ONE, {"reduce": {"n": {"sum": "a +"}}}]),
    ("bad expression in group", [ONE, {"group": {"group": [], "fields": {"n": {"sum": "a ,"}}}}]),
    ("bad expression over no rows", [const(), {"filter": "a ==== 1"}]),
    ("bad expression after a limit of nothing", timed("events") + [{"filter": "((numEvents"}]),
    ("eval onto the bucket", timed("events") + [{"eval": {"day": "day + 1"}}]),
    ("bad expression in first", [{"source": {"events": None, "timeSeries": {**DAY, "first": "date(2024,"}}}]),
    ("unknown source", [{"source": {"noSuchSource": None}}]),
    *[("%s without timeSeries" % name, [{"source": {name: None}}]) for name in (
        "events", "pageEvents", "featureEvents", "trackEvents", "guideEvents", "pollEvents", "singleEvents")],
    ("eval onto the hour", [{"source": {"events": None, "timeSeries": {"period": "hourRange", "first": "now()", "count": -1}}},
                            {"eval": {"hour": "1"}}]),
    ("no source first", [{"filter": "a == 1"}]), ("a second stage without a source", [{"limit": 1}, ONE]),
    ("empty pipeline", []), ("a stage that is a string", [ONE, "limit"]), ("a stage without a key", [ONE, {}]),
    ("a pipeline that is an object", {"source": {"const": []}}),
    ("a spawn branch without a source", [{"spawn": [[{"filter": "a == 1"}]]}]),
    ("timeSeries among the parameters", [{"source": {"events": {"timeSeries": DAY}}}]),
]


def bad_body(name, body):
    def run(world):
        answer = world.standin.send("POST", "/api/v1/aggregation", body)
        check(answer.status == 400, "status %d" % answer.status)
    return Case(name, run)


BODIES = [
    ("truncated JSON", b'{"response":{},"request":{"pipeline":['),
    ("not JSON", b"source=visitors"),
    ("trailing comma", b'{"response":{},"request":{"pipeline":[{"source":{"visitors":null}},]}}'),
    ("comment", b'{"request":{"pipeline":[{"source":{"visitors":null}}]} /* hello */}'),
    ("no body", b""), ("no pipeline", b'{"request":{}}'), ("an empty object", b"{}"), ("an array", b"[]"),
]

ENVELOPES = [
    ("no response member", {"request": {"pipeline": [ONE]}}),
    ("empty response member", {"response": {}, "request": {"pipeline": [ONE]}}),
    ("misplaced members are ignored",
     {"response": {"mimeType": "application/json"}, "channelId": "x",
      "request": {"name": "n", "requestId": "r", "sort": ["a"], "pipeline": [ONE]}}),
]


def envelope(name, body):
    def run(world):
        world.standin.pipelines += 1
        answer = world.standin.send("POST", "/api/v1/aggregation", body)
        check(answer.status == 200, "status %d: %s" % (answer.status, answer.text[:100]))
        check(answer.json()["results"] == [{"a": 1, "s": "x"}], answer.text[:100])
    return Case(name, run)


def misplaced_series(world):
    """A timeSeries among the parameters, beside the right one, is ignored."""
    right = [{"source": {"events": None, "timeSeries": DAY}}, {"count": None}]
    both = [{"source": {"events": {"timeSeries": {**DAY, "count": -30}}, "timeSeries": DAY}}, {"count": None}]
    check(world.standin.rows(both) == world.standin.rows(right), "not ignored")


def json_type(world):
    found = world.standin.aggregate([ONE]).headers.get("Content-Type", "")
    check(found.split(";")[0] == "application/json", found)


def forbidden(name, key, method="POST", path="/api/v1/aggregation"):
    """A missing or bad key: 403 with an empty body, whatever else is wrong."""
    def run(world):
        body = {"request": {"pipeline": [ONE]}} if method == "POST" else None
        answer = world.standin.send(method, path, body, key=key)
        check(answer.status == 403, "status %d" % answer.status)
        check(answer.body == b"", "body %r" % answer.text[:80])
    return Case(name, run)


NOT_FOUND = [
    "/api/v1/nonsense", "/api/v2/page", "/nothing", "/api/v1/visitor/no-such-visitor-at-all",
    "/api/v1/account/no-such-account-at-all", "/api/v1/segment/no-such-segment",
    "/api/v1/report/no-such-report/results.json", "/api/v1/guide/no-such-guide/analytics",
]


def not_found(path):
    def run(world):
        answer = world.standin.send("GET", path)
        check(answer.status == 404, "status %d: %s" % (answer.status, answer.text[:80]))
    return Case("404 " + path, run)


def header_case_is_free(world):
    answer = world.standin.send("GET", "/api/v1/token/verify", key=None,
                                headers={"X-PENDO-Integration-KEY": world.standin.hello["key"]})
    check(answer.status == 200, "status %d" % answer.status)


def verify(key, write_access):
    def run(world):
        answer = world.standin.send("GET", "/api/v1/token/verify", key=key)
        check(answer.status == 200, "status %d" % answer.status)
        found = answer.json()
        check(found.get("valid") is True and found.get("writeAccess") is write_access, str(found))
    return Case("token/verify with the %s key" % key, run)


def same_connection(world):
    """After a refusal the connection serves on."""
    for pipeline, status in (([ONE, {"bad": 1}], 400), ([ONE], 200), ([ONE, {"filter": "("}], 400), ([ONE], 200)):
        try:
            answer = world.standin.aggregate(pipeline)
        except http.client.HTTPException as problem:
            raise AssertionError(repr(problem))
        check(answer.status == status, "status %d" % answer.status)


def cases(_):
    for name, pipeline in REFUSED:
        yield refused("400 " + name, pipeline)
    for name, body in BODIES:
        yield bad_body("400 " + name, body)
    for name, body in ENVELOPES:
        yield envelope(name, body)
    for name, key in (("no key", None), ("a bad key", "wrong"), ("an empty key", ""), ("a revoked key", "revoked")):
        yield forbidden("403 " + name, key)
        yield forbidden("403 %s on a list" % name, key, "GET", "/api/v1/page")
        yield forbidden("403 %s on verify" % name, key, "GET", "/api/v1/token/verify")
    for path in NOT_FOUND:
        yield not_found(path)
    yield Case("a misplaced timeSeries is ignored", misplaced_series)
    yield Case("answers are typed as JSON", json_type)
    yield Case("the header's case is free", header_case_is_free)
    yield verify("full", True)
    yield verify("read_only", False)
    yield Case("the connection outlives refusals", same_connection)
