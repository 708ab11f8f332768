"""The truth data agrees with itself: without this, nothing else here counts."""
from suite.cases import Case, check, same
from suite.compare import multiset
from suite.model import Model
from suite.sources import GROUPED, regroup
from suite.standin import BASE_SWITCHES

IDS = {"page_event": ("pageId", "page"), "feature_event": ("featureId", "feature"),
       "track_event": ("trackTypeId", "track_type"), "guide_event": ("guideId", "guide"),
       "poll_event": ("pollId", "poll")}
OBJECTS = ["page", "feature", "track_type", "app", "product_area", "guide", "segment", "report", "feedback", "vote"]
WORLDS = ["spring", "autumn", "kolkata"]


def hours_make_days(table):
    def run(world):
        calendar = Model(world, BASE_SWITCHES).calendar
        days = regroup(calendar, world.truth(table, "day"), "day", "day")
        check(len(days) == len(world.truth(table, "day")), "days with equal keys")
        same(multiset(regroup(calendar, world.truth(table, "hour"), "hour", "day"), days))
    return run


def sane_rows(table):
    def run(world):
        calendar = Model(world, BASE_SWITCHES).calendar
        apps = {a["id"] for a in world.truth("app")}
        for period in ("day", "hour"):
            for row in world.truth(table, period):
                bucket = row[period]
                end = calendar.add(period, bucket, 1)
                check(calendar.start(period, bucket) == bucket, "bucket %d off the grid" % bucket)
                check(bucket <= row["firstTime"] <= row["lastTime"] < end, "times outside of %s" % row)
                check(row["lastTime"] <= world.now, "in the future")
                check(1 <= row["numMinutes"] <= row["numEvents"], "minutes and events of %s" % row)
                check(row["appId"] in apps, "app %s" % row["appId"])
    return run


def known_ids(table, field, objects):
    def run(world):
        known = {r["id"] for r in world.truth(objects)}
        rows = world.truth(table, "day") if table in [t for t, _ in GROUPED.values()] else world.truth(table)
        check(rows, "no rows")
        check({r[field] for r in rows} <= known, "unknown " + field)
    return run


def unique_ids(world):
    for table in OBJECTS:
        ids = [r["id"] for r in world.truth(table)]
        check(ids and len(ids) == len(set(ids)), "ids of " + table)
    for kind in ("visitor", "account"):
        ids = [r[kind + "Id"] for r in world.truth(kind) if kind + "Id" in r]
        check(ids and len(ids) == len(set(ids)), "ids of " + kind)


def visitors_of_events(world):
    known = {r.get("visitorId") for r in world.truth("visitor")}
    check({r["visitorId"] for r in world.truth("event", "day")} <= known, "events of unknown visitors")


def parts_of_guides(world):
    steps = [s["id"] for g in world.truth("guide") for s in g.get("steps") or []]
    polls = [p["id"] for g in world.truth("guide") for p in g.get("polls") or []]
    check(sorted(steps) == sorted(r["id"] for r in world.truth("guide_step")), "steps")
    check(sorted(polls) == sorted(r["id"] for r in world.truth("poll")), "polls")


def nps_is_polls(world):
    ratings = {p["id"] for p in world.truth("poll") if p.get("attributes", {}).get("type") == "NPSRating"}
    check(ratings, "no NPS polls")
    wanted = [r for r in world.truth("poll_event") if r["pollId"] in ratings]
    check(wanted, "no answers")
    got = world.truth("nps_response")
    check({(r["visitorId"], r["pollId"], r["browserTime"]) for r in got}
          == {(r["visitorId"], r["pollId"], r["browserTime"]) for r in wanted}, "other answers")


def day_of_change(name, hours):
    """The history holds a day that is not 24 hours long, with events in it."""
    def run(world):
        calendar = Model(world, BASE_SWITCHES).calendar
        found = {r["day"] for r in world.truth("event", "day")
                 if calendar.add("day", r["day"], 1) - r["day"] == hours * 3600000}
        check(found, "no day of %d hours" % hours)
    return Case("a day of %d hours" % hours, run, name)


def cases(_):
    for world in WORLDS:
        for table, _ in GROUPED.values():
            yield Case("hours make the days: %s, %s" % (table, world), hours_make_days(table), world)
            yield Case("sane rows: %s, %s" % (table, world), sane_rows(table), world)
    for table, (field, objects) in IDS.items():
        yield Case("%s of %s" % (field, table), known_ids(table, field, objects))
    yield Case("ids are unique", unique_ids)
    yield Case("visitors of events", visitors_of_events)
    yield Case("steps and polls of guides", parts_of_guides)
    yield Case("nps_response", nps_is_polls)
    yield day_of_change("spring", 23)
    yield day_of_change("autumn", 25)
