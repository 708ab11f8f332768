"""Every source whose shape is given: all rows, and the shape of a row."""
from suite.cases import Case, check, modelled, same
from suite.compare import multiset
from suite.functions import ANONYMOUS
from suite.model import Model
from suite.sources import DEFAULT_APP
from suite.standin import BASE_SWITCHES

ALL = {"appId": 'expandAppIds("*")'}
DAYS = {"period": "dayRange", "first": "now()", "count": -10}
MONTH = {"period": "dayRange", "first": "now()", "count": -45}

WHOLE = {
    "visitors": {"visitors": None}, "visitors with {}": {"visitors": {}}, "accounts": {"accounts": None},
    "pages": {"pages": ALL}, "features": {"features": ALL}, "trackTypes": {"trackTypes": ALL},
    "guides": {"guides": ALL}, "apps": {"apps": None}, "votes": {"votes": None},
    "doNotProcessVisitors": {"doNotProcessVisitors": None},
    "events": {"events": ALL, "timeSeries": DAYS}, "pageEvents": {"pageEvents": ALL, "timeSeries": DAYS},
    "featureEvents": {"featureEvents": ALL, "timeSeries": DAYS},
    "trackEvents": {"trackEvents": ALL, "timeSeries": DAYS},
    "guideEvents": {"guideEvents": ALL, "timeSeries": MONTH}, "pollEvents": {"pollEvents": ALL, "timeSeries": MONTH},
}

STRING, NUMBER, BOOLEAN, LIST, OBJECT = str, (int, float), bool, list, dict
GROUPED = {"visitorId": STRING, "accountId": STRING, "appId": NUMBER, "firstTime": NUMBER, "lastTime": NUMBER,
           "numEvents": NUMBER, "numMinutes": NUMBER, "remoteIp": STRING, "server": STRING, "userAgent": STRING,
           "day": NUMBER, "week": NUMBER, "month": NUMBER, "quarter": NUMBER, "tabId": STRING, "country": STRING,
           "region": STRING, "recordingId": STRING, "recordingSessionId": STRING, "properties": OBJECT,
           "parameters": OBJECT, "rageClickCount": NUMBER, "errorClickCount": NUMBER, "uTurnCount": NUMBER,
           "deadClickCount": NUMBER, "lastKeyFrameTimestamp": NUMBER}
GUIDE_EVENT = {name: STRING for name in (
    "visitorId accountId type guideId guideStepId guideSeenReason destinationStepId language url serverName "
    "remoteIp userAgent country region elementPath eventId tabId oldVisitorId uiElementId uiElementType "
    "uiElementText uiElementActions").split()}
GUIDE_EVENT.update({name: NUMBER for name in "appId browserTime guideTimestamp latitude longitude loadTime".split()})
GUIDE_EVENT.update(accountIds=LIST, guideStepPollTypes=LIST, properties=OBJECT)
POLL_EVENT = {k: v for k, v in GUIDE_EVENT.items() if not k.startswith("ui")}
POLL_EVENT.update(pollId=STRING, pollType=STRING, pollResponse=(str, int, float), excluded=BOOLEAN)

# source -> (types of members, members that every row must have)
SHAPES = {
    "visitors": ({"visitorId": STRING, "metadata": OBJECT}, []),    # flagged ones lack the id
    "accounts": ({"accountId": STRING, "metadata": OBJECT}, ["accountId"]),
    "events": ({**GROUPED, "pageId": STRING},
               ["visitorId", "accountId", "appId", "day", "numEvents", "numMinutes", "pageId"]),
    "pageEvents": ({**GROUPED, "pageId": STRING}, ["visitorId", "accountId", "appId", "day", "pageId", "numEvents"]),
    "featureEvents": ({**GROUPED, "featureId": STRING}, ["visitorId", "accountId", "appId", "day", "featureId"]),
    "trackEvents": ({**GROUPED, "trackTypeId": STRING}, ["visitorId", "accountId", "appId", "day", "trackTypeId"]),
    "guideEvents": (GUIDE_EVENT, ["visitorId", "appId", "browserTime", "type", "guideId"]),
    "pollEvents": (POLL_EVENT, ["visitorId", "appId", "browserTime", "type", "guideId", "pollId"]),
    "apps": ({"id": NUMBER, "name": STRING, "displayName": STRING, "platform": STRING}, ["id", "platform"]),
    "pages": ({"id": STRING, "name": STRING, "appId": NUMBER, "kind": STRING, "createdAt": NUMBER,
               "lastUpdatedAt": NUMBER, "rules": LIST, "group": OBJECT, "createdByUser": OBJECT, "dirty": BOOLEAN},
              ["id", "name", "appId"]),
    "features": ({"id": STRING, "name": STRING, "appId": NUMBER, "kind": STRING, "appWide": BOOLEAN,
                  "elementPathRules": LIST, "pageId": STRING}, ["id", "name", "appId"]),
    "trackTypes": ({"id": STRING, "name": STRING, "appId": NUMBER, "trackTypeName": STRING}, ["id", "appId"]),
    "guides": ({"id": STRING, "name": STRING, "appId": NUMBER, "state": STRING, "steps": LIST, "polls": LIST,
                "isMultiStep": BOOLEAN, "attributes": OBJECT, "recurrence": NUMBER}, ["id", "name", "state", "steps"]),
    "votes": ({"id": STRING, "vocItemId": STRING, "accountId": STRING, "strength": NUMBER, "revoked": BOOLEAN},
              ["id", "vocItemId"]),
    "vocItems": ({"id": STRING, "statusId": STRING, "type": STRING, "effort": NUMBER, "impact": NUMBER}, ["id", "type"]),
    "groups": ({"id": STRING, "name": STRING, "color": STRING, "description": STRING, "length": NUMBER,
                "type": STRING}, ["id", "name"]),
    "guidesSeen": ({"visitorId": STRING, "guideId": STRING, "guideStepId": STRING, "firstSeenAt": NUMBER,
                    "lastSeenAt": NUMBER, "lastAdvancedAutoAt": NUMBER, "lastDismissedAutoAt": NUMBER,
                    "lastState": STRING, "seenCount": NUMBER}, ["visitorId", "guideId", "guideStepId", "lastSeenAt"]),
    "guidesSeenEver": ({"visitorId": STRING, "guideId": STRING, "seenCount": NUMBER}, ["visitorId", "guideId"]),
    "pollsSeen": ({"visitorId": STRING, "guideId": STRING, "pollId": STRING, "time": NUMBER,
                   "response": (str, int, float)}, ["visitorId", "guideId", "pollId", "time"]),
    "pollsSeenEver": ({"visitorId": STRING, "pollId": STRING, "time": NUMBER}, ["visitorId", "pollId", "time"]),
    "emailEvents": ({"accountIds": LIST, "browserTime": NUMBER, "eventId": STRING, "type": STRING,
                     "visitorId": STRING, "oldVisitorId": STRING}, ["browserTime", "type", "visitorId"]),
    "singleEvents": ({"visitorId": STRING, "accountId": STRING, "appId": NUMBER, "browserTime": NUMBER,
                      "type": STRING, "url": STRING, "elementPath": STRING, "eventId": STRING, "tabId": STRING,
                      "latitude": NUMBER, "longitude": NUMBER, "properties": OBJECT}, ["visitorId", "browserTime"]),
    "rawEvents": ({"visitorId": STRING, "browserTime": NUMBER}, ["visitorId", "browserTime"]),
}
TIMED = ["events", "pageEvents", "featureEvents", "trackEvents", "guideEvents", "pollEvents", "guidesSeen",
         "pollsSeen", "emailEvents", "singleEvents", "rawEvents"]
UNSCOPED = ["visitors", "accounts", "apps", "votes", "groups", "emailEvents", "guidesSeen", "guidesSeenEver",
            "pollsSeen", "pollsSeenEver"]


def block(name):
    source = {name: None if name in UNSCOPED else ALL}
    if name in TIMED:
        source["timeSeries"] = MONTH
    return [{"source": source}]


def is_a(value, types):
    return isinstance(value, types) and (types is bool or not isinstance(value, bool))


def shape(name, types, needed):
    def run(world):
        rows = world.standin.rows(block(name))
        check(rows, "no rows")
        for row in rows:
            for member, wanted in types.items():
                check(row.get(member) is None or is_a(row[member], wanted), "%s is %r" % (member, row.get(member)))
            for member in needed:
                check(member in row, "%s is missing in %s" % (member, row))
    return Case("shape of " + name, run)


def keys_are_sorted(name):
    """Members come in alphabetical order at every level."""
    def walk(value):
        if isinstance(value, dict):
            check(list(value) == sorted(value), "order %s" % list(value))
            for inner in value.values():
                walk(inner)
        for inner in value if isinstance(value, list) else []:
            walk(inner)

    def run(world):
        rows = world.standin.rows(block(name))
        check(rows, "no rows")
        walk(rows)
    return Case("members in order: " + name, run)


def values(name, field, allowed):
    def run(world):
        found = {row.get(field) for row in world.standin.rows(block(name))}
        check(found and found <= set(allowed), "%s" % found)
    return Case("%s of %s" % (field, name), run)


def awkward(world):
    """The data holds what clients stumble over."""
    visitors = [r.get("visitorId", "") for r in world.standin.rows(block("visitors"))]
    check("" in visitors, "no visitor without an id")
    for mark in '"\\/@':
        check(any(mark in v for v in visitors), "no visitorId with " + mark)
    check(any(not v.isascii() for v in visitors), "no visitorId beyond ASCII")
    check(any(v.startswith(ANONYMOUS) for v in visitors), "no anonymous visitor")
    rows = world.standin.rows(block("visitors"))
    hashes = [r.get("metadata", {}).get("auto", {}).get("idhash") for r in rows]
    check(any(h and h > 2 ** 31 for h in hashes), "no idhash beyond 31 bits")
    check(any(r["accountId"] == "" for r in world.standin.rows(block("events"))), "no empty accountId")
    apps = [r["id"] for r in world.standin.rows(block("apps"))]
    check(DEFAULT_APP in apps and any(len(str(a)) == 16 for a in apps), "apps %s" % apps)


def seen(name, params, columns):
    """guidesSeen and pollsSeen against what the events imply."""
    source = {name: params}
    if not name.endswith("Ever"):
        source["timeSeries"] = {"period": "dayRange", "first": "now()", "count": -20}

    def run(world):
        # What becomes of answers that are marked as excluded is not told.
        unsure = {(r["visitorId"], r["pollId"]) for r in world.truth("poll_event") if r.get("excluded")}

        def sure(rows):
            return [r for r in rows if (r["visitorId"], r.get("pollId")) not in unsure]
        stages = [{"source": source}, {"select": {c: c for c in columns}}]
        expected = sure(Model(world, BASE_SWITCHES).run(stages))
        check(expected, "no rows expected")
        same(multiset(sure(world.standin.rows(stages)), expected))
    return Case("%s %s" % (name, params), run)


def singles_make_groups(world):
    """Single events, counted, are the grouped events."""
    single = world.standin.rows([
        {"source": {"singleEvents": ALL, "timeSeries": DAYS}},
        {"group": {"group": ["visitorId", "appId"], "fields": {"n": {"count": None}}}}])
    grouped = world.standin.rows([
        {"source": {"events": ALL, "timeSeries": DAYS}},
        {"group": {"group": ["visitorId", "appId"], "fields": {"n": {"sum": "numEvents"}}}}])
    check(grouped, "no rows")
    same(multiset(single, grouped))


def groups_with_items(world):
    rows = world.standin.rows([{"source": {"groups": {"items": True, "groupType": "group"}}}])
    items = [item for row in rows for item in row.get("items") or []]
    check(items, "no items")
    check(all(i["itemId"] and i["itemType"] for i in items), "items without id or type")
    truth = {r["id"] for r in world.truth("product_area")}
    check({r["id"] for r in rows} == truth, "other groups than the truth's")


def voc_items(kind):
    params = lambda world: {"appId": [a["id"] for a in world.truth("app")], **({"type": kind} if kind else {})}
    return modelled("vocItems of type %s" % kind, lambda world: [{"source": {"vocItems": params(world)}}])


def cases(_):
    for name, source in WHOLE.items():
        yield modelled("all of " + name, [{"source": source}])
    for name, (types, needed) in SHAPES.items():
        yield shape(name, types, needed)
    for name in SHAPES:
        yield keys_are_sorted(name)
    yield values("guides", "state", ["draft", "staged", "public", "disabled"])
    yield values("guideEvents", "type", [p + t for p in ("", "ui:web:") for t in (
        "guideSeen", "guideActivity", "guideAdvanced", "guideDismissed", "guideTimeout", "guideSnoozed",
        "guideSnoozeCanceled", "guideNotSeen")])
    yield Case("awkward data", awkward)
    yield seen("guidesSeenEver", ALL, ["visitorId", "guideId", "guideStepId", "lastSeenAt", "firstSeenAt", "seenCount"])
    yield seen("guidesSeen", ALL, ["visitorId", "guideId", "guideStepId", "lastSeenAt"])
    yield seen("pollsSeenEver", ALL, ["visitorId", "guideId", "pollId", "time", "response"])
    yield seen("pollsSeen", ALL, ["visitorId", "guideId", "pollId", "time", "response"])
    yield Case("single events make the groups", singles_make_groups)
    yield Case("groups with items", groups_with_items)
    for kind in (None, "feedback", "idea"):
        yield voc_items(kind)
