#!/usr/bin/python3
"""The model's views against an independent computation; see README.md.

Prints one line a check and, last, one line of JSON with the counts.
"""

import argparse
import datetime
import json
import sys
import time
from decimal import Decimal
from fractions import Fraction

sys.dont_write_bytecode = True

import cases
import match_truth
from data import DAY, Subscription
from model import SUMMARIES, Model, literal
from truth import Truth

VIEWS = ["model_day", "daily_active", "rolling_active", "weekly_active", "monthly_active", "stickiness",
         "account_active", "account_stickiness", "nps_answer", "nps", "account_nps", "feature_adoption",
         "account_feature_adoption", "retention", "scored_account", "health_activity", "health_breadth",
         "health_nps", "health_trend", "account_health_component", "account_health", "churn_drop",
         "churn_silence", "churn_risk"]
MATCH_VIEWS = ["account_domain", "match_candidate", "match", "match_conflict", "unmatched"]

# What a team may have changed, by seed: periods, weights, thresholds, days that do not count yet.
KNOBS = [
    {},
    {"periods": {"monthly": 28, "adoption": 14, "quarterly": 45},
     "weights": {"activity": {"weight": Decimal("1"), "days": 14, "base_days": 30},
                 "breadth": {"target": Decimal("3")}, "nps": {"weight": Decimal("0")},
                 "trend": {"days": 14, "least": Decimal("2")}},
     "thresholds": {"drop": {"share": Decimal("0.3"), "clear_share": Decimal("0.8"), "for_days": 2,
                             "least_visitors": Decimal("2.5")},
                    "silence": {"days": 5, "forget_days": 30, "least_visitors": 2}}},
    {"behind": 3},
    {"weights": {"nps": {"days": 60, "least": 3}, "breadth": {"days": 7}},
     "thresholds": {"drop": {"is_enabled": False}, "silence": {"days": 2}}},
    {"behind": 1, "thresholds": {"drop": {"share": Decimal("0.4"), "clear_share": Decimal("0.5"), "for_days": 1},
                                 "silence": {"is_enabled": False}}},
]


def plain(value):
    """Comparable, whatever the type on either side."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, Decimal, Fraction)):
        return Fraction(value)
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return tuple(sorted((k, plain(v)) for k, v in value.items() if not k.startswith("~") and k != "explanation"))
    if isinstance(value, (list, tuple)):
        return tuple(plain(v) for v in value)
    return value


def compare(view, found, expected):
    """Differences, as text; explanations must name the numbers they come from."""
    found = [dict(row) for row in found]
    for row in found:
        if isinstance(row.get("browser_time"), str):
            row["browser_time"] = datetime.datetime.fromisoformat(row["browser_time"])
    expected = list(expected)
    here, there = sorted(map(repr, map(plain, found))), sorted(map(repr, map(plain, expected)))
    differences = []
    if here != there:
        only_here, only_there = list(here), []
        for row in there:
            if row in only_here:
                only_here.remove(row)
            else:
                only_there.append(row)
        differences += [f"{view}: SQL has {row}" for row in only_here[:4]]
        differences += [f"{view}: Python has {row}" for row in only_there[:4]]
        differences.append(f"{view}: {len(only_here)} and {len(only_there)} rows differ")
    elif any("~explanation" in row for row in expected):
        words = {repr(plain(row)): row["~explanation"] for row in expected}
        for row in found:
            for word in words[repr(plain(row))]:
                if not row["explanation"] or word not in row["explanation"]:
                    differences.append(f"{view}: {row['explanation']!r} does not name {word!r}")
    return differences


class Report:
    def __init__(self):
        self.passed, self.failed, self.rows = 0, 0, {}

    def check(self, name, differences):
        if differences:
            self.failed += 1
            print(f"# MISMATCH {name}")
            for line in differences[:12]:
                print(f"#   {line[:600]}")
        else:
            self.passed += 1
            print(f"# ok {name}")


def set_knobs(model, knobs):
    for period, days in knobs.get("periods", {}).items():
        model.sql(f"INSERT INTO metric_period VALUES ('{period}', {days});")
    for table, key, changes in (("health_weight", "component", knobs.get("weights", {})),
                                ("churn_threshold", "kind", knobs.get("thresholds", {}))):
        for name, values in changes.items():
            model.sql(f"INSERT INTO {table} ({key}, {', '.join(values)}) VALUES "
                      f"('{name}', {', '.join(str(v) for v in values.values())});")


def usage(arguments, seed):
    """One subscription, as a model and as the truth of it."""
    subscription = Subscription(seed)
    knobs = KNOBS[seed % len(KNOBS)]
    model = Model(arguments, f"model {seed}\"'")
    # The session's zone is not the subscription's.
    model.zone = ["America/Sao_Paulo", "UTC", "Asia/Kolkata"][seed % 3]
    model.create(without_metadata=seed % 2 == 1)
    model.sql(f"CREATE OR REPLACE VIEW model_connection AS SELECT 'acme'::name AS connection, "
              f"{literal(subscription.zone)}::text AS time_zone;")
    model.load(subscription.tables)
    model.fill((subscription.first, subscription.last), seed)
    set_knobs(model, knobs)
    last = None
    if "behind" in knobs:
        last = subscription.last - DAY * knobs["behind"]
        model.sql("CREATE OR REPLACE VIEW model_day AS SELECT max(day) - "
                  f"{knobs['behind']} AS day, min(day) AS first_day FROM account_day;")
    return model, Truth(subscription.tables, subscription.zone, last, knobs.get("periods"), knobs.get("weights"),
                        knobs.get("thresholds"))


def check_views(name, model, truth, views, report):
    for view in views:
        found = model.rows(view)
        report.rows[view] = report.rows.get(view, 0) + len(found)
        report.check(f"{name}: {view}, {len(found)} rows", compare(view, found, getattr(truth, view)()))


def missed(model, truth, sabotage):
    """Sabotages that a view should show, and does not."""
    for name, (change, views) in sabotage.items():
        for view in views:
            if not compare(view, model.rows(view, change), getattr(truth, view)()):
                yield f"{name}: {view}"


def matching(arguments, seed):
    """Records of both sides, as a model and as the truth of who matches whom."""
    data = match_truth.records(seed)
    pins = match_truth.pins(seed, data) if seed % 2 else []
    changes, free = {}, set(match_truth.FREE)
    model = Model(arguments, f"match_{seed}")
    model.create()
    cases.load_match(model, data, pins)
    if seed % 3 == 1:
        changes = {"visitor_email": {"strip_plus_tag": True}, "account_domain": {"least_visitors": 2},
                   "account_hubspot_id": {"connection": "hs"}, "account_crm_id": {"rank": 10},
                   "visitor_external_id": {"is_enabled": False},
                   "new": {"own": ["account", 5, "external_id", "custom_crm_id"]}}
        free = (free | {"beta.io"}) - {"gmx.de"}
        model.sql("""INSERT INTO match_rule (rule, strip_plus_tag) VALUES ('visitor_email', true);
            INSERT INTO match_rule (rule, least_visitors) VALUES ('account_domain', 2);
            INSERT INTO match_rule (rule, connection) VALUES ('account_hubspot_id', 'hs');
            INSERT INTO match_rule (rule, rank) VALUES ('account_crm_id', 10);
            INSERT INTO match_rule (rule, is_enabled) VALUES ('visitor_external_id', false);
            INSERT INTO match_rule (rule, pendo_kind, rank, method, pendo_column)
            VALUES ('own', 'account', 5, 'external_id', 'custom_crm_id');
            INSERT INTO match_rule (rule, rank) VALUES ('not yet complete', 1);
            INSERT INTO free_mail_domain VALUES ('beta.io', true), ('gmx.de', false);""")
    return model, match_truth.MatchTruth(data, free, changes, pins).run()


# That a wrong number is found: what is done to the model, and views that must notice.
SABOTAGE = {
    "anonymous visitors are counted": (
        "CREATE OR REPLACE VIEW active_visitor_day AS SELECT day, visitor_id, account_id, app_id, events, minutes "
        "FROM visitor_day WHERE day <= (SELECT m.day FROM model_day m) AND visitor_id <> '';",
        ["daily_active", "weekly_active", "stickiness", "account_active"]),
    "an event is lost": (
        "UPDATE account_day SET events = events - 1 WHERE ctid = (SELECT max(ctid) FROM account_day);",
        ["account_day", "daily_active"]),
    "a visitor is seen a day later": (
        "UPDATE visitor_day SET visitor_id = 'somebody else' WHERE (day, visitor_id) = "
        "(SELECT day, 'both' FROM model_day);", ["weekly_active", "account_active", "retention"]),
    "days begin elsewhere": (
        "CREATE OR REPLACE VIEW model_connection AS SELECT 'acme'::name AS connection, 'Pacific/Midway'::text AS time_zone;",
        ["nps_answer", "nps"]),
    "a detractor gave 7": (
        "UPDATE nps_response SET score = 7 WHERE ctid = (SELECT max(ctid) FROM nps_response WHERE score = 6 "
        "AND excluded IS NOT TRUE AND browser_time < (SELECT day - 2 FROM model_day));", ["nps_answer"]),
    "a weight is another": ("INSERT INTO health_weight (component, weight) VALUES ('trend', 0.31);",
                            ["account_health_component"]),
    "a threshold is another": ("INSERT INTO churn_threshold (kind, days) VALUES ('silence', 3);", ["churn_silence"]),
    "a feature was used less": ("DELETE FROM feature_event WHERE feature_id = 'f1';", ["feature_adoption"]),
}
MATCH_SABOTAGE = {
    "a rule is off": ("INSERT INTO match_rule (rule, is_enabled) VALUES ('visitor_email', false) "
                      "ON CONFLICT (rule) DO UPDATE SET is_enabled = false;",
                      ["match_candidate", "unmatched"]),
    "a domain is free mail": ("INSERT INTO free_mail_domain VALUES ('acme.com');",
                              ["account_domain", "match_candidate"]),
    "a record is deleted": ("UPDATE test_contact SET is_deleted = NOT coalesce(is_deleted, false);",
                            ["match_candidate", "match", "match_conflict"]),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", default="5432")
    parser.add_argument("--user", default="postgres")
    parser.add_argument("--database", default="postgres")
    parser.add_argument("--seeds", default="1,2,3,4,5")
    arguments = parser.parse_args()
    report = Report()
    began = time.monotonic()
    seeds = [int(seed) for seed in arguments.seeds.split(",")]

    for seed in seeds:
        model, truth = usage(arguments, seed)
        check_views(f"seed {seed}, {truth.zone}", model, truth, list(SUMMARIES) + VIEWS, report)
        if seed == seeds[0]:
            for name, differences in cases.catalogue(model):
                report.check(name, differences)
        model.drop()
        model, truth = matching(arguments, seed)
        check_views(f"seed {seed}", model, truth, MATCH_VIEWS, report)
        model.drop()
    for name, differences in cases.match_cases(arguments):
        report.check(f"match: {name}", differences)
    for name, differences in cases.knob_cases(arguments):
        report.check(name, differences)
    # Of data that is known to notice: a seed at random need not have a detractor of 6.
    lost = []
    for make, seed, sabotage in ((usage, 5, SABOTAGE), (matching, 2, MATCH_SABOTAGE)):
        model, truth = make(arguments, seed)
        lost += missed(model, truth, sabotage)
        model.drop()
    tried = sum(len(views) for _, views in [*SABOTAGE.values(), *MATCH_SABOTAGE.values()])
    for name in lost:
        print(f"# MISSED {name}")
    print(json.dumps({"passed": report.passed, "failed": report.failed, "missed": lost, "sabotaged": tried,
                      "views": len(report.rows), "empty": sorted(v for v, n in report.rows.items() if not n),
                      "seconds": round(time.monotonic() - began, 1)}))


main()
