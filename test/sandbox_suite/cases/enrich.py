"""Stages that join other data to rows, and longer pipelines over real rows."""
from collections import Counter

from suite.cases import Case, check, modelled
from suite.compare import multiset
from suite.sources import DEFAULT_APP

ALL = {"appId": 'expandAppIds("*")'}
DAYS = {"period": "dayRange", "first": "now()", "count": -5}
MONTH = {"period": "dayRange", "first": "now()", "count": -40}
EVENTS = {"source": {"events": ALL, "timeSeries": DAYS}}
PAGE_EVENTS = {"source": {"pageEvents": ALL, "timeSeries": DAYS}}
PAGE_NAMES = {"merge": {"fields": ["pageId"], "mappings": {"pageName": "name"},
                        "pipeline": [{"source": {"pages": ALL}}, {"eval": {"pageId": "id"}}]}}


def nps_join(world):
    """The two polls of one guide, side by side for each visitor.

    Polls with excluded answers are left out: what becomes of those is not told.
    """
    answers = Counter(r["pollId"] for r in world.truth("poll_event"))
    marked = {r["pollId"] for r in world.truth("poll_event") if r.get("excluded")}
    pairs = [(g["id"], [p["id"] for p in g["polls"][:2]]) for g in world.truth("guide") if len(g.get("polls") or []) > 1]
    guide, polls = max((p for p in pairs if not marked & set(p[1])), key=lambda p: answers[p[1][0]])

    def branch(poll, **names):
        source = {"pollsSeenEver": {**ALL, "guideId": guide, "pollId": poll}}
        return [{"source": source}, {"identified": "visitorId"},
                {"select": {"visitorId": "visitorId", **names}}]
    return [{"spawn": [branch(polls[0], score="response", scoredAt="time"),
                       branch(polls[1], comment="response", commentedAt="time")]},
            {"join": {"fields": ["visitorId"], "width": 2}}, {"sort": ["visitorId"]}]


def known_accounts():
    return {"filter": 'accountId != ""'}


MODELLED = {
    "bulkExpand of visitors": [EVENTS, {"identified": "visitorId"}, {"bulkExpand": {"v": {"visitor": "visitorId"}}},
                               {"select": {"id": "visitorId", "seen": "v.auto.lastvisit", "hash": "v.auto.idhash"}}],
    "bulkExpand has no metadata level": [EVENTS, {"bulkExpand": {"v": {"visitor": "visitorId"}}}, {"limit": 20},
                                         {"select": {"nothing": "v.metadata.auto.id"}}],
    "bulkExpand of accounts": [EVENTS, known_accounts(), {"bulkExpand": {"acc": {"account": "accountId"}}},
                               {"select": {"id": "accountId", "seen": "acc.auto.lastvisit"}}],
    "bulkExpand after group": [EVENTS, {"group": {"group": ["visitorId"], "fields": {"n": {"sum": "numEvents"}}}},
                               {"bulkExpand": {"who": {"visitor": "visitorId"}}},
                               {"select": {"visitorId": "visitorId", "n": "n", "last": "who.auto.lastvisit"}}],
    "expand of pages": [PAGE_EVENTS, {"expand": {"p": {"page": "pageId"}}},
                        {"select": {"visitorId": "visitorId", "page": "p.name", "made": "p.createdAt"}}],
    "expand of features": [{"source": {"featureEvents": ALL, "timeSeries": DAYS}}, {"expand": {"f": {"feature": "featureId"}}},
                           {"select": {"n": "numEvents", "name": "f.name"}}],
    "expand of track types": [{"source": {"trackEvents": ALL, "timeSeries": MONTH}},
                              {"expand": {"t": {"trackType": "trackTypeId"}}}, {"select": {"name": "t.name", "day": "day"}}],
    "merge of page names": [PAGE_EVENTS, PAGE_NAMES, {"select": {"id": "pageId", "name": "pageName"}}],
    "events per account and page, named": [
        PAGE_EVENTS, {"identified": "visitorId"},
        {"group": {"group": ["accountId", "pageId"], "fields": {"n": {"sum": "numEvents"}, "people": {"count": "visitorId"}}}},
        PAGE_NAMES, {"select": {"page": "pageName", "n": "n", "people": "people", "acc": "accountId"}}, {"sort": ["-n"]}],
    "daily totals": [EVENTS, {"group": {"group": ["day"], "fields": {
        "n": {"count": None}, "events": {"sum": "numEvents"}, "people": {"count": "visitorId"}}}}, {"sort": ["day"]}],
    "the busiest visitors": [EVENTS, {"group": {"group": ["visitorId"], "fields": {"n": {"sum": "numEvents"}}}},
                             {"sort": ["-n"]}, {"limit": 5}],
    "visitors and accounts of a day": [EVENTS, {"reduce": {"v": {"count": "visitorId"}, "pairs": {
        "count": ["visitorId", "day"]}, "first": {"min": "firstTime"}, "last": {"max": "lastTime"}}}],
    "anonymous share": [EVENTS, {"fork": [[{"identified": "visitorId"}, {"reduce": {"known": {"sum": "numEvents"}}}],
                                          [{"identified": "!visitorId"}, {"reduce": {"unknown": {"sum": "numEvents"}}}]]}],
    "spawn of two sources": [{"spawn": [
        [EVENTS, {"group": {"group": ["visitorId"], "fields": {"events": {"sum": "numEvents"}}}}],
        [{"source": {"guideEvents": ALL, "timeSeries": MONTH}},
         {"group": {"group": ["visitorId"], "fields": {"guides": {"count": None}}}}]]},
        {"join": {"fields": ["visitorId"], "width": 2}}],
    "accounts of visitors": [{"source": {"visitors": None}}, {"identified": "visitorId"},
                             {"filter": "!isEmpty(metadata.auto.accountids)"},
                             {"unwind": {"field": "metadata.auto.accountids"}},
                             {"group": {"group": ["metadata.auto.accountids"], "fields": {"n": {"count": None}}}}],
    "guide steps": [{"source": {"guides": ALL}}, {"filter": "!isEmpty(steps)"},
                    {"unwind": {"field": "steps", "index": "at"}},
                    {"select": {"guide": "id", "step": "steps.id", "at": "at"}}],
    "polls by type": [{"source": {"guides": ALL}}, {"filter": "!isEmpty(polls)"}, {"unwind": {"field": "polls"}},
                      {"group": {"group": ["polls.attributes.type"], "fields": {"n": {"count": None}}}}],
    "first poll of each guide": [{"source": {"guides": ALL}}, {"filter": "!isEmpty(polls)"},
                                 {"select": {"g": "id", "p": "polls[0].id", "last": "polls[-1].id"}}],
    "keyset over visitors": [{"source": {"visitors": {"identified": True}}}, {"filter": 'visitorId > "m"'},
                             {"sort": ["visitorId"]}, {"limit": 10}, {"select": {"visitorId": "visitorId"}}],
    "continuation inside a timestamp": [
        PAGE_EVENTS, {"filter": 'lastTime > 1711100000000 || (lastTime == 1711100000000 && pageId >= "pQ1")'},
        {"sort": ["lastTime", "pageId"]}, {"limit": 25}],
    "continuation of a page of guide events": [
        {"source": {"guideEvents": ALL, "timeSeries": MONTH}}, {"filter": "guideTimestamp >= 1709500000000"},
        {"sort": ["guideTimestamp", "guideId"]}, {"limit": 40}],
    "visitors by last update": [
        {"source": {"visitors": None}}, {"filter": "metadata.auto.lastupdated >= 1709300000000"},
        {"sort": ["metadata.auto.lastupdated"]}, {"limit": 15}],
    "a size probe": [{"source": {"visitors": {"identified": False}}}, {"sort": ["visitorId"]},
                     {"filter": 'visitorId > ""'}, {"limit": 100000}, {"count": None}],
    "score and comment of an answer": nps_join,
    "inline segment": [EVENTS, {"segment": {"pipeline": [
        {"source": {"visitors": None}}, {"filter": "metadata.auto.lastvisit > 1710500000000"},
        {"select": {"visitorId": "visitorId"}}]}}, {"select": {"v": "visitorId", "n": "numEvents"}}],
    "distinct accounts": [EVENTS, {"group": {"group": ["accountId"]}}],
    "size classes": [EVENTS, {"switch": {"size": {"numEvents": [
        {"value": "small", "<": 3}, {"value": "middle", ">=": 3, "<": 10}, {"value": "big", ">=": 10}]}}},
        {"group": {"group": ["size"], "fields": {"n": {"count": None}}}}],
    "accounts by last visit": [{"source": {"accounts": None}}, {"filter": "metadata.auto.lastvisit >= date(2024,3,1)"},
                               {"select": {"accountId": "accountId"}}],
    "guide events of a type": [{"source": {"guideEvents": ALL, "timeSeries": MONTH}},
                               {"filter": 'eventSubType(type) == "guideSeen"'},
                               {"group": {"group": ["guideId"], "fields": {"n": {"count": None}, "v": {"count": "visitorId"}}}}],
    "poll answers": [{"source": {"pollEvents": ALL, "timeSeries": MONTH}}, {"filter": "isNumber(pollResponse)"},
                     {"select": {"v": "visitorId", "score": "pollResponse", "at": "browserTime"}}],
}


def user_agents(world):
    stages = [EVENTS, {"filter": "!isEmpty(userAgent)"}, {"useragent": {"ua": "userAgent"}}]
    rows = [r for r in world.standin.rows(stages) if "Mozilla" in r["userAgent"]]
    check(rows, "no browsers")
    for row in rows:
        members = {name: row["ua"].get(name) for name in ("name", "version", "os", "deviceType")}
        check(all(isinstance(v, str) for v in members.values()), "%s" % members)
    check(len({r["ua"]["name"] for r in rows}) > 1, "all browsers are one")


def segment_of_id(world):
    """A stored segment keeps a part of the rows, the same part each time."""
    rows = world.standin.rows([EVENTS])
    narrowed = False
    for segment in world.truth("segment"):
        kept = world.standin.rows([EVENTS, {"segment": {"id": segment["id"]}}])
        members = {r["visitorId"] for r in kept}
        by_visitor = [r for r in rows if r["visitorId"] in members]
        by_account = [r for r in rows if r["accountId"] in {k["accountId"] for k in kept}]
        check(not multiset(kept, by_visitor) or not multiset(kept, by_account), "neither visitors nor accounts")
        narrowed = narrowed or 0 < len(kept) < len(rows)
    check(narrowed, "no segment divides the rows")


def item_seen(world):
    counts, last, page = {}, {}, None
    for row in world.truth("page_event", "day"):
        if row["appId"] == DEFAULT_APP:
            page = page or row["pageId"]
            if row["pageId"] == page:
                counts[row["visitorId"]] = counts.get(row["visitorId"], 0) + row["numEvents"]
                last[row["visitorId"]] = max(last.get(row["visitorId"], 0), row["lastTime"])
    rows = world.standin.rows([{"source": {"visitors": None}}, {"itemSeen": {"u": {"pageId": page}}},
                               {"select": {"v": "visitorId", "n": "u.count", "last": "u.lastUsed"}}])
    found = {r["v"]: (r["n"], r["last"]) for r in rows if r["v"] in counts}
    check(counts, "nobody saw the page")
    check(found == {v: (counts[v], last[v]) for v in found} and len(found) == len(counts), "differs for %s" % [
        (v, found.get(v), counts[v], last[v]) for v in counts if found.get(v) != (counts[v], last[v])][:3])


def cases(_):
    for name, pipeline in MODELLED.items():
        yield modelled(name, pipeline)
    yield Case("useragent", user_agents)
    yield Case("segment by id", segment_of_id)
    yield Case("itemSeen", item_seen)
