"""Sources of the aggregation API, read from the generator's truth data."""
from .functions import ANONYMOUS
from .rows import get, key

DEFAULT_APP = -323232

# grouped: source -> (table, id field, parameter of one id, of several)
GROUPED = {
    "events": ("event", None),
    "pageEvents": ("page_event", "pageId"),
    "featureEvents": ("feature_event", "featureId"),
    "trackEvents": ("track_event", "trackTypeId"),
}
SINGLE = {"guideEvents": "guide_event", "pollEvents": "poll_event"}
OBJECTS = {"pages": "page", "features": "feature", "trackTypes": "track_type", "guides": "guide"}
TIMED = [*GROUPED, *SINGLE]
EVERYWHERE = {"groups": "product_area", "apps": "app", "votes": "vote"}
MOBILE = ("ios", "android")


def read(model, source):
    (name, params), = ((k, v) for k, v in source.items() if k != "timeSeries")
    params = params or {}
    if name == "const":
        return params
    if name in TIMED:
        period, start, end = model.calendar.window(source["timeSeries"], model.evaluate)
        return narrow(model, name, params, read_window(model, name, period, start, end))
    if name in OBJECTS:
        return narrow(model, name, params, model.table(OBJECTS[name]))
    if name in EVERYWHERE:
        return model.table(EVERYWHERE[name])
    if name in EVER:
        return EVER[name](model, params, 0, model.calendar.now + 1)
    if name + "Ever" in EVER:
        _, start, end = model.calendar.window(source["timeSeries"], model.evaluate)
        return EVER[name + "Ever"](model, params, start, end)
    return globals()["read_" + name](model, params)


def apps(model, params):
    """None = every application."""
    wanted = params.get("appId", DEFAULT_APP)
    if isinstance(wanted, str):
        return expand_apps(model, wanted.split("(", 1)[1].strip("\"`)"))
    return set(wanted if isinstance(wanted, list) else [wanted])


def expand_apps(model, pattern):
    wanted = pattern.split("|")
    found = set()
    for app in model.table("app"):
        platform = app["platform"]
        if "*" in wanted or platform in wanted or ("mobile" in wanted and platform in MOBILE):
            found.add(app["id"])
    return found


ID_PARAMS = ("pageId", "featureId", "trackTypeId", "guideId", "guideStepId", "pollId")


def narrow(model, name, params, rows):
    by_id = False
    for field in ID_PARAMS:
        wanted = params.get(field + "s") or ([params[field]] if field in params else None)
        if wanted:
            by_id = by_id or name in GROUPED
            rows = [r for r in rows if r[field] in wanted]
    if by_id:
        return rows
    chosen = apps(model, params)
    return [r for r in rows if r["appId"] in chosen]


def read_window(model, name, period, start, end):
    """Rows of all applications whose bucket or time lies in [start, end)."""
    if name in SINGLE:
        return [r for r in model.table(SINGLE[name]) if start <= r["browserTime"] < end]
    table = GROUPED[name][0]
    if period in ("day", "hour"):
        return [r for r in model.table(table, period) if start <= r[period] < end]
    days = [r for r in model.table(table, "day") if start <= r["day"] < end]
    return regroup(model.calendar, days, "day", period)


GROUP_KEYS = ["visitorId", "accountId", "appId", "pageId", "featureId", "trackTypeId", "remoteIp", "server",
              "userAgent"]
COMBINE = {"numEvents": sum, "numMinutes": sum, "firstTime": min, "lastTime": max}


def regroup(calendar, rows, fine, coarse):
    """Rows of a longer period from those of a shorter one.

    Only what the reference says of grouped rows is kept: the keys and the sums.
    """
    groups = {}
    for row in rows:
        made = {k: row[k] for k in GROUP_KEYS if k in row}
        made[coarse] = calendar.start(coarse, row[fine])
        groups.setdefault(key(made), (made, []))[1].append(row)
    for made, members in groups.values():
        for field, combine in COMBINE.items():
            made[field] = combine(m[field] for m in members)
    return [made for made, _ in groups.values()]


def read_visitors(model, params):
    rows = model.table("visitor")
    if params.get("identified") is True:
        rows = [r for r in rows if not r.get("visitorId", "").startswith(ANONYMOUS)]
    if "since" in params:
        since = params["since"]
        since = model.evaluate(since) if isinstance(since, str) else since
        rows = [r for r in rows if (get(r, "metadata.auto.lastupdated") or 0) >= since]
    return rows


def read_accounts(model, params):
    return model.table("account")


def flagged(rows):
    return [r for r in rows if get(r, "metadata.pendo.donotprocess") is True]


def read_doNotProcessVisitors(model, params):
    return flagged(model.table("visitor"))


def read_doNotProcessAccounts(model, params):
    return flagged(model.table("account"))


def read_vocItems(model, params):
    rows = narrow(model, "vocItems", params, model.table("feedback"))
    if "type" in params:
        rows = [r for r in rows if r["type"] == params["type"]]
    return rows


def guides_seen(model, params, start, end):
    """A visitor and a step, when the most recent view lies in the range."""
    seen = {}
    for row in narrow(model, "guideEvents", params, model.table("guide_event")):
        if row["type"].split(":")[-1] == "guideSeen":
            seen.setdefault((row["visitorId"], row["guideId"], row["guideStepId"]), []).append(row["browserTime"])
    return [{"visitorId": v, "guideId": g, "guideStepId": s, "firstSeenAt": min(times),
             "lastSeenAt": max(times), "seenCount": len(times)}
            for (v, g, s), times in seen.items() if start <= max(times) < end]


def polls_seen(model, params, start, end):
    """A visitor and a poll, when the most recent answer lies in the range."""
    last = {}
    for row in narrow(model, "pollEvents", params, model.table("poll_event")):
        name = (row["visitorId"], row["pollId"])
        if name not in last or row["browserTime"] >= last[name]["browserTime"]:
            last[name] = row
    return [{"visitorId": r["visitorId"], "accountId": r["accountId"], "guideId": r["guideId"],
             "pollId": r["pollId"], "time": r["browserTime"], "response": r.get("pollResponse")}
            for r in last.values() if start <= r["browserTime"] < end]


EVER = {"guidesSeenEver": guides_seen, "pollsSeenEver": polls_seen}
