"""Switches that change the envelope, the wire or the members of a row."""
import gzip
import json

from suite.cases import Case, check, const, same
from suite.compare import multiset
from suite.rows import key

ROWS = [{"a": n, "s": "x%d" % n} for n in range(40)]
VISITORS = [{"source": {"visitors": None}}]


def answer_of(world, pipeline=(const(*ROWS),), headers=None, **switches):
    with world.standin.switches(**switches):
        answer = world.standin.aggregate(list(pipeline), headers=headers)
    check(answer.status == 200, "status %d" % answer.status)
    return answer


def start_time(world):
    check("startTime" not in answer_of(world, start_time="absent").json(), "startTime is there")
    series = {"period": "dayRange", "first": "date(2024,3,1)", "count": 2}
    found = answer_of(world, [{"source": {"events": None, "timeSeries": series}}], start_time="present").json()
    check(found.get("startTime") == 1709269200000, "startTime %r" % found.get("startTime"))


def null_results(world):
    empty = [const(*ROWS), {"filter": "a > 99"}]
    check(answer_of(world, empty, null_results="list").json()["results"] == [], "not []")
    check(answer_of(world, empty, null_results="null").json().get("results", 0) is None, "not null")
    check(len(answer_of(world, null_results="null").json()["results"]) == len(ROWS), "rows are gone")


def chunked(world):
    yes = answer_of(world, chunked="yes")
    check(yes.headers.get("Transfer-Encoding") == "chunked", "not chunked")
    no = answer_of(world, chunked="no")
    check(no.headers.get("Transfer-Encoding") is None, "chunked")
    check(yes.json() == no.json(), "the bodies differ")


def zipped(world):
    asked = answer_of(world, headers={"Accept-Encoding": "gzip"}, gzip="when_asked")
    check(asked.headers.get("Content-Encoding") == "gzip", "not zipped")
    same(multiset(json.loads(gzip.decompress(asked.body))["results"], ROWS))
    unasked = answer_of(world, gzip="when_asked")
    check(unasked.headers.get("Content-Encoding") is None, "zipped unasked")
    never = answer_of(world, headers={"Accept-Encoding": "gzip"}, gzip="never")
    check(never.headers.get("Content-Encoding") is None, "zipped")


def row_order(world):
    natural = answer_of(world, VISITORS, row_order="natural").json()["results"]
    shuffled = answer_of(world, VISITORS, row_order="shuffled").json()["results"]
    check(natural != shuffled, "not shuffled")
    same(multiset(shuffled, natural))
    ordered = answer_of(world, [const(*ROWS), {"sort": ["-a"]}], row_order="shuffled").json()["results"]
    check([r["a"] for r in ordered] == list(range(39, -1, -1)), "a sort is not kept")


def unknown_members(world):
    plain = answer_of(world, VISITORS, unknown_members="none").json()
    extra = answer_of(world, VISITORS, unknown_members="some").json()
    check(set(extra) > set(plain), "none beside results")
    known = {r["visitorId"]: r for r in plain["results"] if "visitorId" in r}
    pairs = [(r, known[r["visitorId"]]) for r in extra["results"] if r.get("visitorId") in known]
    check(len(pairs) == len(known), "other visitors")
    check(any(set(a) > set(b) for a, b in pairs), "none in a row")
    check(any(set(a["metadata"]) > set(b["metadata"]) for a, b in pairs), "none within metadata")


def absent(world):
    """Unset fields: left out, or null."""
    def nulls(value):
        if isinstance(value, dict):
            return sum(v is None or nulls(v) for v in value.values())
        return sum(map(nulls, value)) if isinstance(value, list) else 0
    series = {"period": "dayRange", "first": "now()", "count": -40}
    pipeline = [{"source": {"guideEvents": {"appId": "expandAppIds(`*`)"}, "timeSeries": series}}]
    left_out = answer_of(world, pipeline, absent="absent").json()["results"]
    as_null = answer_of(world, pipeline, absent="null").json()["results"]
    check(nulls(as_null) > nulls(left_out), "no more nulls than before")
    same(multiset(as_null, left_out))


def metadata_case(world):
    lower = answer_of(world, VISITORS, metadata_case="lower").json()["results"]
    asis = answer_of(world, VISITORS, metadata_case="asis").json()["results"]

    def names(rows):
        return {(g, n) for r in rows for g, m in r.get("metadata", {}).items() for n in m}
    check(all(n == n.lower() for _, n in names(lower)), "capitals among them")
    check(any(n != n.lower() for _, n in names(asis)), "no capitals among them")
    check({(g, n.lower()) for g, n in names(asis)} == names(lower), "other names")


def poll_answer(value, members):
    def run(world):
        rows = answer_of(world, [{"source": {"pollsSeenEver": {"appId": "expandAppIds(`*`)"}}}],
                         poll_answer=value).json()["results"]
        check(rows, "no rows")
        found = {m for r in rows for m in ("response", "pollResponse") if m in r}
        check(found == set(members), "members %s" % found)
        if value == "both":
            check(all(r.get("response") == r.get("pollResponse") for r in rows), "they differ")
    return Case("poll_answer=" + value, run)


def field_quoting(world):
    row = const({"my": 7, "field": 2, "my-field": 99})
    got = answer_of(world, [row, {"select": {"v": "my-field"}}], field_quoting="arithmetic").json()
    check(got["results"] == [{"v": 5}], str(got))
    with world.standin.switches(field_quoting="error"):
        answer = world.standin.aggregate([const({"my-field": 99}), {"select": {"v": "my-field"}}])
    check(answer.status == 400, "status %d" % answer.status)


def unstable_sort(world):
    rows = [{"id": i, "k": i % 3} for i in range(60)]
    with world.standin.switches(sort_stable="no"):
        got = world.standin.rows([const(*rows), {"sort": ["k"]}])
    check([r["k"] for r in got] == [0] * 20 + [1] * 20 + [2] * 20, "not sorted")
    same(multiset(got, rows))
    check([r["id"] for r in got] != [r["id"] for r in sorted(rows, key=lambda r: r["k"])], "it is stable")


def rate_limit(value, check_header):
    def run(world):
        with world.standin.switches(rate_limit="per_second:1", retry_after=value):
            answers = [world.standin.aggregate([const({"a": 1})]) for _ in range(12)]
        limited = [a for a in answers if a.status == 429]
        check(limited, "never limited")
        check(all(a.reason == "Too Many Requests" for a in limited), "reason %r" % limited[0].reason)
        check(all(check_header(a.headers.get("Retry-After")) for a in limited), "Retry-After %r" %
              limited[0].headers.get("Retry-After"))
    return Case("rate limit, retry_after=" + value, run)


def is_date(text):
    from email.utils import parsedate_to_datetime
    return text is not None and parsedate_to_datetime(text) is not None


def same_truth(world):
    """The generator's rows do not depend on how answers are dressed."""
    before = sorted(key(r) for r in world.truth("visitor"))
    with world.standin.switches(row_order="shuffled", unknown_members="some"):
        check(sorted(key(r) for r in world.standin.data("visitor")) == before, "the truth changed")


def cases(_):
    for function in (start_time, null_results, chunked, zipped, row_order, unknown_members, absent, metadata_case,
                     field_quoting, unstable_sort, same_truth):
        yield Case(function.__name__, function)
    for value, members in (("response", ["response"]), ("pollResponse", ["pollResponse"]),
                           ("both", ["response", "pollResponse"])):
        yield poll_answer(value, members)
    yield rate_limit("absent", lambda text: text is None)
    yield rate_limit("seconds", lambda text: text is not None and text.isdigit())
    yield rate_limit("date", is_date)
