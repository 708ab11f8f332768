"""Parameters of sources: applications, ids, identified, since, exclude lists."""
from suite.cases import Case, check, const, modelled, same
from suite.compare import multiset
from suite.rows import get
from suite.sources import DEFAULT_APP, expand_apps
from suite.model import Model
from suite.standin import BASE_SWITCHES

WEEK = {"period": "dayRange", "first": "now()", "count": -7}
HOURS = {"period": "hourRange", "first": "now()", "count": -48}
LONG = {"period": "dayRange", "first": "now()", "count": -40}
BY_APP = ["events", "pageEvents", "featureEvents", "trackEvents", "guideEvents", "pollEvents",
          "pages", "features", "trackTypes", "guides"]
TIMED = BY_APP[:6]


def source(name, params, series=WEEK):
    block = {name: params}
    if name in TIMED:
        block["timeSeries"] = series
    return {"source": block}


def app_forms(world):
    ids = sorted(a["id"] for a in world.truth("app"))
    other = [i for i in ids if i != DEFAULT_APP]
    return {
        "omitted": {}, "null params": None, "the default as a number": {"appId": DEFAULT_APP},
        "another as a number": {"appId": other[0]}, "array of one": {"appId": [other[0]]},
        "array": {"appId": ids}, "all": {"appId": 'expandAppIds("*")'},
        "all in backquotes": {"appId": "expandAppIds(`*`)"}, "web": {"appId": 'expandAppIds("web")'},
        "web in backquotes": {"appId": "expandAppIds(`web`)"},
    }


FORM_NAMES = ["omitted", "null params", "the default as a number", "another as a number", "array of one",
              "array", "all", "all in backquotes", "web", "web in backquotes"]
FILTERS = ["*", "web", "extension", "mobile", "ios", "android", "web|mobile", "web|extension", "ios|android"]


def app_case(name, form):
    def pipeline(world):
        return [source(name, app_forms(world)[form])]
    return modelled("%s, appId %s" % (name, form), pipeline, some=form in ("array", "all"))


def expand_case(text):
    """Which applications a filter of expandAppIds stands for."""
    def run(world):
        wanted = expand_apps(Model(world, BASE_SWITCHES), text)
        rows = world.standin.rows([source("events", {"appId": 'expandAppIds("%s")' % text}, LONG),
                                   {"group": {"group": ["appId"]}}])
        active = {r["appId"] for r in world.truth("event", "day")}
        check({r["appId"] for r in rows} == wanted & active,
              "apps %s, expected %s" % (sorted(r["appId"] for r in rows), sorted(wanted & active)))
    return Case('expandAppIds("%s")' % text, run)


def ids_of(world, table, field, n):
    """The ids with most rows in the default application."""
    counts = {}
    for row in world.truth(table, None if table in ("guide_event", "poll_event") else "day"):
        if row["appId"] == DEFAULT_APP:
            counts[row[field]] = counts.get(row[field], 0) + 1
    return sorted(counts, key=lambda i: (-counts[i], i))[:n]


ID_FORMS = [
    ("pageEvents", "page_event", "pageId", WEEK), ("pageEvents", "page_event", "pageId", HOURS),
    ("featureEvents", "feature_event", "featureId", WEEK), ("featureEvents", "feature_event", "featureId", HOURS),
    ("trackEvents", "track_event", "trackTypeId", LONG), ("trackEvents", "track_event", "trackTypeId", HOURS),
]


def id_case(name, table, field, series, several):
    def pipeline(world):
        ids = ids_of(world, table, field, 3)
        params = {field + "s": ids[:2]} if several else {field: ids[0]}
        return [source(name, params, series)]
    return modelled("%s by %s%s, %s" % (name, field, "s" * several, series["period"]), pipeline, some=series is not HOURS)


def guide_case(name, fields):
    def pipeline(world):
        table = {"guideEvents": "guide_event", "pollEvents": "poll_event"}[name]
        best = next(r for r in world.truth(table) if r["appId"] == DEFAULT_APP and all(r.get(f) for f in fields))
        return [source(name, {f: best[f] for f in fields}, {**LONG, "count": -59})]
    return modelled("%s by %s" % (name, " and ".join(fields)), pipeline)


def visitors(params):
    return [{"source": {"visitors": params}}]


def since_case(name, form):
    """Updated since: a visitor without a time of update may come or not."""
    def run(world):
        truth = world.truth("visitor")
        times = sorted(t for t in (get(r, "metadata.auto.lastupdated") for r in truth) if isinstance(t, int))
        moment = world.now - 20 * 86400000
        check(times[0] < moment < times[-1] and moment not in times, "the moment does not divide the visitors")
        got = world.standin.rows(visitors({"since": form(moment)}))
        sure = [r for r in truth if (get(r, "metadata.auto.lastupdated") or 0) >= moment]
        timed = [r for r in got if get(r, "metadata.auto.lastupdated")]
        same(multiset(timed, sure))
    return Case("visitors since, " + name, run)


def blacklist_case(name):
    """apply and only divide what ignore shows."""
    def run(world):
        answers = {}
        for value in ("apply", "ignore", "only"):
            params = {"blacklist": value}
            answers[value] = world.standin.rows([source(name, params, LONG)])
        omitted = world.standin.rows([source(name, None, LONG)])
        same(multiset(omitted, answers["apply"]))
        same(multiset(answers["apply"] + answers["only"], answers["ignore"]))
        check(answers["apply"], "nothing is left to show")
    return Case("blacklist of " + name, run)


EMAIL = {"source": {"emailEvents": None, "timeSeries": LONG}}


def email_type(kind):
    def run(world):
        rows = world.standin.rows([EMAIL])
        wanted = [r for r in rows if r["type"] == "email:pendo:" + kind]
        check(rows, "no e-mail events")
        got = world.standin.rows([{"source": {"emailEvents": {"eventType": kind}, "timeSeries": LONG}}])
        same(multiset(got, wanted))
    return Case("emailEvents of type " + kind, run)


EMAIL_TYPES = ["sent", "delivered", "opened", "clicked", "bounced", "unsubscribed", "complaint", "subscribed"]


def expand_function(world):
    """expandAppIds is a function of expressions, too."""
    every = source("events", {"appId": 'expandAppIds("*")'})
    got = world.standin.rows([every, {"filter": 'contains(expandAppIds("web"), appId)'}])
    wanted = world.standin.rows([source("events", {"appId": 'expandAppIds("web")'})])
    check(wanted, "no rows")
    same(multiset(got, wanted))


def seen_ever_with_series(name):
    """The documents disagree whether a range is needed: both forms are answered."""
    def run(world):
        apps = {"appId": 'expandAppIds("*")'}
        without = world.standin.rows([{"source": {name: apps}}])
        block = {name: apps, "timeSeries": {"period": "dayRange", "first": "now()", "count": -59}}
        check(world.standin.aggregate([{"source": block}]).status == 200, "refused")
        check(without, "no rows")
    return Case(name + " with and without timeSeries", run)


def group_types(world):
    def ids(params):
        return {r["id"] for r in world.standin.rows([{"source": {"groups": params}}])}
    areas, categories = ids({"groupType": "group"}), ids({"groupType": "guideCategory"})
    check(areas == {r["id"] for r in world.truth("product_area")}, "other product areas than the truth's")
    check(not areas & categories, "a product area is a guide category as well")
    rows = world.standin.rows([{"source": {"groups": {"groupType": "group"}}}])
    check(all(not r.get("items") for r in rows), "items without being asked for")


def cases(_):
    for name in BY_APP:
        for form in FORM_NAMES:
            yield app_case(name, form)
    for text in FILTERS:
        yield expand_case(text)
    for form in ID_FORMS:
        for several in (False, True):
            yield id_case(*form, several)
    yield guide_case("guideEvents", ["guideId"])
    yield guide_case("guideEvents", ["guideId", "guideStepId"])
    yield guide_case("pollEvents", ["guideId", "pollId"])
    for name in ("pageEvents", "featureEvents", "trackEvents"):
        yield modelled("%s of all applications by the hour" % name,
                       [source(name, {"appId": 'expandAppIds("*")'}, HOURS)])
    yield modelled("visitors identified", visitors({"identified": True}) + [{"filter": "!isNil(visitorId)"}])
    yield modelled("visitors identified false restricts nothing", visitors({"identified": False}))
    yield since_case("a number", lambda ms: ms)
    yield since_case("digits", str)
    yield since_case("an expression", lambda ms: "date(2024,1,1) + %d" % (ms - 1704085200000))
    for name in ("events", "visitors"):
        yield blacklist_case(name)
    for kind in EMAIL_TYPES:
        yield email_type(kind)
    yield Case("expandAppIds in an expression", expand_function)
    for name in ("guidesSeenEver", "pollsSeenEver"):
        yield seen_ever_with_series(name)
    yield Case("groups by type", group_types)
    yield modelled("const ignores nothing", [const({"a": 1})])
