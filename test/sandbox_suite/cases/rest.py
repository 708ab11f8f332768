"""REST lists and single objects against the truth."""
import base64
import csv
import io

from suite.cases import Case, check, same
from suite.compare import multiset
from suite.rows import plain
from suite.sources import DEFAULT_APP
from suite.standin import in_path

LISTS = {"page": "page", "feature": "feature", "tracktype": "track_type", "guide": "guide"}


def fetch(world, path, **options):
    answer = world.standin.send("GET", path, **options)
    check(answer.status == 200, "status %d: %s" % (answer.status, answer.text[:100]))
    return answer.json()


def list_case(path, table, query, chosen):
    def run(world):
        wanted = [r for r in world.truth(table) if chosen(world, r)]
        check(wanted, "nothing expected")
        text = query(world) if callable(query) else query
        got = fetch(world, "/api/v1/" + path + text)
        check(isinstance(got, list), "not a bare array")
        same(multiset(got, wanted))
    return run


def some_ids(world, table, n):
    return [r["id"] for r in world.truth(table) if r["appId"] == DEFAULT_APP][:n]


def other_app(world, table):
    return next(r["appId"] for r in world.truth(table) if r["appId"] != DEFAULT_APP)


def list_cases(path, table):
    forms = [
        ("default application", "", lambda w, r: r["appId"] == DEFAULT_APP),
        ("expand=*", "?expand=*", lambda w, r: True),
        ("expand=%2A", "?expand=%2A", lambda w, r: True),
        ("appId of the default", "?appId=%d" % DEFAULT_APP, lambda w, r: r["appId"] == DEFAULT_APP),
        ("appId of another", lambda w: "?appId=%d" % other_app(w, table),
         lambda w, r: r["appId"] == other_app(w, table)),
        ("one id", lambda w: "?id=" + some_ids(w, table, 1)[0], lambda w, r: r["id"] in some_ids(w, table, 1)),
        ("two ids", lambda w: "?id=" + ",".join(some_ids(w, table, 2)),
         lambda w, r: r["id"] in some_ids(w, table, 2)),
    ]
    for name, query, chosen in forms:
        yield Case("%s: %s" % (path, name), list_case(path, table, query, chosen))


def odd_rows(world, kind):
    """Rows whose id needs quoting in a path, and some plain ones."""
    rows = [r for r in world.truth(kind) if r.get(kind + "Id")]
    odd = [r for r in rows if not r[kind + "Id"].isalnum()]
    return odd[:40] + rows[:10]


def by_id(kind, encode, headers):
    def run(world):
        rows = odd_rows(world, kind)
        check(rows, "no rows")
        for row in rows:
            got = fetch(world, "/api/v1/%s/%s" % (kind, encode(row[kind + "Id"])), headers=headers)
            check(got["id"] == row[kind + "Id"], "id %r" % got.get("id"))
            check(plain(got.get("metadata", {})) == plain(row.get("metadata", {})), "metadata of %r" % row[kind + "Id"])
            if kind == "visitor":
                check(isinstance(got.get("accountIds"), list), "accountIds is %r" % got.get("accountIds"))
    return run


def b64(text):
    return "b64_" + base64.urlsafe_b64encode(text.encode()).decode()


B64_HEADER = {"x-pendo-base64-encoded-params": "true"}
DESCRIPTOR = ["Type", "DisplayName", "ElementType", "ElementFormat", "Dirty", "isHidden", "isDeleted",
              "isCalculated", "isPerApp", "neverIndex"]
TYPES = {"string", "time", "date", "boolean", "integer", "float", "number", "list", ""}


def schema(kind):
    def run(world):
        got = fetch(world, "/api/v1/metadata/schema/" + kind)
        check(isinstance(got, dict) and "auto" in got, "groups %s" % list(got))
        for group, fields in got.items():
            for name, descriptor in fields.items():
                missing = [k for k in DESCRIPTOR if k not in descriptor]
                check(not missing, "%s.%s lacks %s" % (group, name, missing))
                check(descriptor["Type"] in TYPES, "%s.%s has type %r" % (group, name, descriptor["Type"]))
        for name in ("firstvisit", "lastvisit"):
            check(got["auto"][name]["Type"] in ("time", "date"), name)
    return Case("metadata schema of " + kind, run)


def schema_knows_rows(kind):
    def run(world):
        got = fetch(world, "/api/v1/metadata/schema/" + kind)
        for row in world.truth(kind):
            for group, fields in row.get("metadata", {}).items():
                if group.startswith("auto__"):
                    continue
                unknown = set(fields or {}) - set(got.get(group, {}))
                check(not unknown, "%s has %s beyond the schema" % (group, sorted(unknown)))
    return Case("the schema of %s has all fields of the rows" % kind, run)


def list_type(value, allowed):
    def run(world):
        with world.standin.switches(list_type=value):
            got = fetch(world, "/api/v1/metadata/schema/visitor")
        found = got["auto"]["accountids"]["Type"]
        check(found == allowed, "Type %r" % found)
    return Case("list_type=" + value, run)


def whole_list(path, table):
    def run(world):
        got = fetch(world, "/api/v1/" + path)
        check(isinstance(got, list), "not a bare array")
        same(multiset(got, world.truth(table)))
    return Case(path + " list", run)


def report_results(world):
    for report in world.truth("report"):
        answer = world.standin.send("GET", "/api/v1/report/%s/results.json" % in_path(report["id"]))
        if answer.status == 200:
            check(isinstance(answer.json(), list), "not an array")
            check(all(isinstance(row, dict) for row in answer.json()), "rows are not objects")


def one_segment(world):
    wanted = world.truth("segment")[0]
    got = fetch(world, "/api/v1/segment/" + in_path(wanted["id"]))
    check(plain(got) == plain(wanted), "differs from the truth")


def details(world):
    series = {"period": "dayRange", "first": "now()", "count": -2}
    for name in ("events", "pageEvents", "featureEvents", "trackEvents"):
        pipeline = [{"source": {name: {"appId": 'expandAppIds("*")'}, "timeSeries": series}}]
        answer = world.standin.aggregate(pipeline, "?details=true")
        through = answer.json()["details"]["validThrough"]
        check(str(DEFAULT_APP) in through, "apps %s" % list(through))
        check(all(isinstance(ms, int) and ms <= world.now for ms in through.values()), str(through))
        check("details" not in world.standin.aggregate(pipeline).json(), "details without being asked")


def as_csv(world):
    rows = [{"n": 1, "s": "plain"}, {"n": 2, "s": 'with "quotes", commas\nand lines'}]
    answer = world.standin.aggregate([{"source": {"const": rows}}, {"select": {"n": "n", "s": "s"}}],
                                     response={"mimeType": "text/csv"})
    check(answer.status == 200, "status %d" % answer.status)
    got = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    check([(r["n"], r["s"]) for r in got] == [(str(r["n"]), r["s"]) for r in rows], answer.text)


def cases(_):
    for path, table in LISTS.items():
        yield from list_cases(path, table)
    yield whole_list("report", "report")
    yield whole_list("segment", "segment")
    for kind in ("visitor", "account"):
        yield Case(kind + " by id", by_id(kind, in_path, {}))
        yield Case(kind + " by b64_ id", by_id(kind, b64, B64_HEADER))
        yield schema(kind)
        yield schema_knows_rows(kind)
    for value, found in (("list", "list"), ("empty", ""), ("string", "string")):
        yield list_type(value, found)
    yield Case("report results", report_results)
    yield Case("one segment", one_segment)
    yield Case("details=true", details)
    yield Case("CSV with flat names", as_csv)
