"""Metrics, health and churn computed from raw events, day by day and by brute force.

Written from docs/reference/metrics.md, not from the SQL: sets of people for each
day, loops over days, exact fractions.
"""

import datetime
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

DAY = datetime.timedelta(days=1)


def rounded(value, digits=1):
    """Half away from zero, exactly."""
    if value is None:
        return None
    scaled = abs(Fraction(value)) * 10 ** digits
    whole = scaled.numerator // scaled.denominator
    if scaled - whole >= Fraction(1, 2):
        whole += 1
    return Decimal(whole if value >= 0 else -whole).scaleb(-digits)


def percent(part, whole):
    return None if not whole else rounded(Fraction(100) * part / whole)


def is_person(visitor):
    return bool(visitor) and visitor[:9] != "_PENDO_T_"


def is_anonymous(visitor):
    return bool(visitor) and visitor[:9] == "_PENDO_T_"


class Truth:
    def __init__(self, tables, zone, last=None, periods=None, weights=None, thresholds=None):
        self.tables = tables
        self.zone = ZoneInfo(zone)
        self.days = sorted({e["day"] for e in tables["event"]})
        self.first = self.days[0]
        self.last = last or self.days[-1]
        self.periods = {"weekly": 7, "monthly": 30, "adoption": 30, **(periods or {})}
        self.weights = {
            "activity": {"weight": Decimal("0.35"), "days": 28, "base_days": 84},
            "breadth": {"weight": Decimal("0.20"), "days": 28, "target": None},
            "nps": {"weight": Decimal("0.15"), "days": 180, "least": 1},
            "trend": {"weight": Decimal("0.30"), "days": 28, "least": 5}}
        self.thresholds = {
            "drop": {"share": Decimal("0.5"), "clear_share": Decimal("0.75"), "for_days": 3,
                     "least_visitors": 5, "is_enabled": True},
            "silence": {"days": 14, "forget_days": 90, "least_visitors": 1, "is_enabled": True}}
        for given, own in ((weights, self.weights), (thresholds, self.thresholds)):
            for key, changes in (given or {}).items():
                own[key].update(changes)
        self.calendar = [self.first + DAY * n for n in range((self.last - self.first).days + 1)]
        self.people = defaultdict(set)          # day -> visitors
        self.guests = defaultdict(set)          # day -> anonymous ids
        self.customers = defaultdict(set)       # day -> accounts
        self.staff = defaultdict(lambda: defaultdict(set))      # account -> day -> visitors
        self.in_app = defaultdict(lambda: defaultdict(set))     # app -> day -> (visitor, account)
        for e in tables["event"]:
            if e["account_id"]:
                self.customers[e["day"]].add(e["account_id"])
            if is_person(e["visitor_id"]):
                self.people[e["day"]].add(e["visitor_id"])
                if e["account_id"]:
                    self.staff[e["account_id"]][e["day"]].add(e["visitor_id"])
            elif is_anonymous(e["visitor_id"]):
                self.guests[e["day"]].add(e["visitor_id"])
            self.in_app[e["app_id"] or 0][e["day"]].add((e["visitor_id"], e["account_id"]))

    # -- helpers

    def span(self, until, days):
        return [until - DAY * n for n in range(days)]

    def union(self, by_day, until, days):
        found = set()
        for day in self.span(until, days):
            found |= by_day.get(day, set())
        return found

    # -- summaries

    def summary(self, source, extra, keep_app=False, keep_visitor=False):
        groups = defaultdict(lambda: [set(), 0, 0])
        for e in self.tables[source]:
            key = [("day", e["day"])]
            if keep_visitor:
                key.append(("visitor_id", e["visitor_id"] or ""))
            if extra:
                key.append((extra, e[extra] or ""))
            key.append(("account_id", e["account_id"] or ""))
            if keep_app:
                key.append(("app_id", e["app_id"] or 0))
            group = groups[tuple(key)]
            if is_person(e["visitor_id"]):
                group[0].add(e["visitor_id"])
            group[1] += e["num_events"] or 0
            group[2] += e["num_minutes"] or 0
        for key, (visitors, events, minutes) in groups.items():
            row = dict(key, events=events, minutes=minutes)
            if not keep_visitor:
                row["visitors"] = len(visitors)
            yield row

    def visitor_day(self):
        return self.summary("event", None, True, True)

    def account_day(self):
        return self.summary("event", None)

    def feature_day(self):
        return self.summary("feature_event", "feature_id")

    def page_day(self):
        return self.summary("page_event", "page_id")

    # -- metrics

    def model_day(self):
        yield {"day": self.last, "first_day": self.first}

    def daily_active(self):
        for day in self.calendar:
            events = [e for e in self.tables["event"] if e["day"] == day]
            yield {"day": day, "visitors": len(self.people[day]), "anonymous_visitors": len(self.guests[day]),
                   "accounts": len(self.customers[day]), "events": sum(e["num_events"] or 0 for e in events),
                   "minutes": sum(e["num_minutes"] or 0 for e in events)}

    def rolling_active(self):
        for period, days in self.periods.items():
            if period == "adoption":
                continue
            for day in self.calendar:
                yield {"period": period, "day": day, "days": days,
                       "visitors": len(self.union(self.people, day, days)),
                       "accounts": len(self.union(self.customers, day, days)),
                       "is_partial": self.span(day, days)[-1] < self.first}

    def only_period(self, period):
        for row in self.rolling_active():
            if row["period"] == period:
                yield {k: row[k] for k in ("day", "visitors", "accounts", "is_partial")}

    def weekly_active(self):
        return self.only_period("weekly")

    def monthly_active(self):
        return self.only_period("monthly")

    def stickiness(self):
        month, week = self.periods["monthly"], self.periods["weekly"]
        size = {day: (len(self.people[day]), len(self.union(self.people, day, week)),
                      len(self.union(self.people, day, month))) for day in self.calendar}
        for day in self.calendar:
            sums = [sum(size[d][n] for d in self.span(day, 30) if d in size) for n in range(3)]
            daily, weekly, monthly = size[day]
            yield {"day": day, "daily": daily, "weekly": weekly, "monthly": monthly,
                   "day_percent": percent(daily, monthly), "percent": percent(sums[0], sums[2]),
                   "weekly_percent": percent(sums[0], sums[1]),
                   "is_partial": self.span(day, month)[-1] < self.first}

    def account_active(self):
        for account, by_day in self.staff.items():
            for period, days in self.periods.items():
                if period == "adoption":
                    continue
                for day in self.calendar:
                    visitors = len(self.union(by_day, day, days))
                    if visitors:
                        yield {"period": period, "day": day, "account_id": account, "visitors": visitors}

    def account_stickiness(self):
        days = self.periods["monthly"]
        for account, by_day in self.staff.items():
            monthly = len(self.union(by_day, self.last, days))
            if monthly:
                total = sum(len(by_day.get(d, ())) for d in self.span(self.last, days))
                yield {"account_id": account, "days": days, "visitor_days": total, "monthly": monthly,
                       "percent": percent(total, days * monthly)}

    def answers(self):
        for n in self.tables["nps_response"]:
            moment = datetime.datetime.fromisoformat(n["browser_time"])
            day = moment.astimezone(self.zone).date()
            if n["score"] is None or not 0 <= n["score"] <= 10 or n["excluded"] or day > self.last:
                continue
            yield {"day": day, "moment": moment, "account_id": n["account_id"] or "",
                   "visitor_id": n["visitor_id"] or "", "poll_id": n["poll_id"], "score": n["score"],
                   "category": "promoter" if n["score"] in (9, 10) else
                   "passive" if n["score"] in (7, 8) else "detractor"}

    def nps_answer(self):
        for a in self.answers():
            yield {"day": a["day"], "month": a["day"].replace(day=1), "account_id": a["account_id"],
                   "visitor_id": a["visitor_id"], "poll_id": a["poll_id"], "score": a["score"],
                   "category": a["category"], "browser_time": a["moment"]}

    @staticmethod
    def voices(answers):
        """One answer a visitor: the last, of equals the lowest; unknown visitors each."""
        last = {}
        unknown = []
        for a in answers:
            if not a["visitor_id"]:
                unknown.append(a)
                continue
            held = last.get(a["visitor_id"])
            if not held or (a["moment"], -a["score"]) > (held["moment"], -held["score"]):
                last[a["visitor_id"]] = a
        return list(last.values()) + unknown

    @staticmethod
    def nps_of(voices):
        count = {c: sum(v["category"] == c for v in voices) for c in ("promoter", "passive", "detractor")}
        return {"answers": len(voices), "promoters": count["promoter"], "passives": count["passive"],
                "detractors": count["detractor"],
                "nps": percent(count["promoter"] - count["detractor"], len(voices))}

    def nps(self):
        months = defaultdict(list)
        for a in self.answers():
            months[a["day"].replace(day=1)].append(a)
        for month, answers in months.items():
            yield dict(self.nps_of(self.voices(answers)), month=month)

    def account_nps(self):
        months = defaultdict(list)
        for a in self.answers():
            if a["account_id"]:
                months[a["account_id"], a["day"].replace(day=1)].append(a)
        for (account, month), answers in months.items():
            yield dict(self.nps_of(self.voices(answers)), month=month, account_id=account)

    def feature_adoption(self):
        days = set(self.span(self.last, self.periods["adoption"]))
        known = {f["id"]: f for f in self.tables["feature"]}
        uses = [e for e in self.tables["feature_event"] if e["feature_id"] and e["day"] in days]
        for feature in sorted(set(known) | {e["feature_id"] for e in uses}):
            mine = [e for e in uses if e["feature_id"] == feature]
            about = known.get(feature, {"name": None, "app_id": None, "deleted_at": None})
            if about["deleted_at"]:
                continue
            app = about["app_id"]
            if app is None:
                app = min((e["app_id"] or 0 for e in mine), default=None)
            there = set().union(*(self.in_app[app][d] for d in days)) if app is not None else set()
            active = {v for v, _ in there if is_person(v)}
            customers = {a for _, a in there if a}
            users = {e["visitor_id"] for e in mine if is_person(e["visitor_id"])}
            using = {e["account_id"] for e in mine if e["account_id"]}
            yield {"feature_id": feature, "name": about["name"], "app_id": app,
                   "days": self.periods["adoption"], "visitors": len(users), "active_visitors": len(active),
                   "percent": percent(len(users), len(active)), "accounts": len(using),
                   "active_accounts": len(customers), "account_percent": percent(len(using), len(customers)),
                   "events": sum(e["num_events"] or 0 for e in mine)}

    def account_feature_adoption(self):
        days = set(self.span(self.last, self.periods["adoption"]))
        known = {f["id"]: f for f in self.tables["feature"]}
        uses = defaultdict(list)
        for e in self.tables["feature_event"]:
            if e["feature_id"] and e["account_id"] and is_person(e["visitor_id"]) and e["day"] in days:
                uses[e["account_id"], e["feature_id"]].append(e)
        for (account, feature), mine in uses.items():
            if known.get(feature, {}).get("deleted_at"):
                continue
            users = {e["visitor_id"] for e in mine}
            active = self.union(self.staff[account], self.last, self.periods["adoption"])
            yield {"account_id": account, "feature_id": feature, "name": known.get(feature, {}).get("name"),
                   "visitors": len(users), "active_visitors": len(active),
                   "percent": percent(len(users), len(active)),
                   "events": sum(e["num_events"] or 0 for e in mine), "last_day": max(e["day"] for e in mine)}

    def retention(self):
        weeks = defaultdict(set)                # visitor -> Mondays
        for day in self.calendar:
            for visitor in self.people[day]:
                weeks[visitor].add(day - DAY * day.weekday())
        cohorts = defaultdict(list)
        for visitor, mondays in weeks.items():
            cohorts[min(mondays)].append(visitor)
        for monday, cohort in cohorts.items():
            later = 0
            while monday + 7 * later * DAY <= self.last:
                week = monday + 7 * later * DAY
                back = sum(week in weeks[v] for v in cohort)
                yield {"cohort_week": monday, "weeks_later": later, "cohort_visitors": len(cohort),
                       "visitors": back, "percent": percent(back, len(cohort)),
                       "is_partial": monday < self.first + 28 * DAY or week + 6 * DAY > self.last}
                later += 1

    # -- health

    def scored(self):
        """{account: its days with events, sorted}"""
        gone = {a["account_id"] for a in self.tables["account"] if a["deleted_at"]}
        names = {a["account_id"] for a in self.tables["account"]}
        seen = defaultdict(set)
        for day, accounts in self.customers.items():
            if day <= self.last:
                for account in accounts:
                    seen[account].add(day)
        return {a: sorted(seen[a]) for a in (names | set(seen)) - gone - {""}}

    def scored_account(self):
        for account, days in self.scored().items():
            yield {"account_id": account, "first_day": days[0] if days else None,
                   "last_day": days[-1] if days else None}

    def health_activity(self):
        knob = self.weights["activity"]
        length = knob["days"]
        scored = self.scored()
        start = self.last - length * DAY                # the last day of the base
        recent = {a: sum(d > start for d in days) for a, days in scored.items()}
        for account, days in scored.items():
            own = usual = None
            if days:
                base_first = max(start - (knob["base_days"] - 1) * DAY, days[0])
                base_length = (start - base_first).days + 1
                before = sum(base_first <= d <= start for d in days)
                if base_length >= length:
                    usual = rounded(Fraction(before * length, base_length))
                    if before:
                        own = rounded(min(Fraction(100), Fraction(100 * recent[account] * base_length,
                                                                  before * length)))
            others = [n for a, n in recent.items() if a != account and n > 0]
            population = None
            if recent[account] > 0 and others:
                beaten = sum(Fraction(1) if n < recent[account] else Fraction(1, 2)
                             for n in others if n <= recent[account])
                population = rounded(100 * beaten / len(others))
            parts = [Fraction(p) for p in (own, population) if p is not None]
            if recent[account] == 0:
                score = Decimal(0)
            else:
                score = rounded(sum(parts) / len(parts)) if parts else None
            yield {"account_id": account, "score": score, "active_days": recent[account],
                   "usual_days": usual, "own": own, "population": population, "days": length}

    def health_breadth(self):
        knob = self.weights["breadth"]
        days = set(self.span(self.last, knob["days"]))
        used = defaultdict(set)
        for e in self.tables["feature_event"]:
            if e["day"] in days and e["account_id"] and e["feature_id"]:
                used[e["account_id"]].add(e["feature_id"])
        scored = self.scored()
        ranked = sorted(len(used[a]) for a in scored if used.get(a))
        target = None
        if ranked:
            need = -(-9 * len(ranked) // 10)            # 9 of 10 accounts, rounded up
            target = knob["target"] or ranked[need - 1]
        for account in scored:
            count = len(used.get(account, ()))
            yield {"account_id": account, "features": count, "target": target,
                   "days": knob["days"] if target else None,
                   "score": None if not target else rounded(min(Fraction(100), Fraction(100 * count) /
                                                                Fraction(target)))}

    def health_nps(self):
        knob = self.weights["nps"]
        for account in self.scored():
            voices = self.voices([a for a in self.answers() if a["account_id"] == account
                                  and a["day"] > self.last - knob["days"] * DAY])
            found = self.nps_of(voices)
            score = None
            if found["answers"] >= knob["least"]:
                difference = found["promoters"] - found["detractors"]
                score = rounded(50 + Fraction(50 * difference, found["answers"]))
            yield {"account_id": account, "score": score, "answers": found["answers"],
                   "promoters": found["promoters"], "detractors": found["detractors"],
                   "nps": found["nps"], "days": knob["days"]}

    def health_trend(self):
        knob = self.weights["trend"]
        length = knob["days"]
        whole = self.last - (2 * length - 1) * DAY >= self.first
        for account in self.scored():
            by_day = self.staff.get(account, {})
            now = sum(len(by_day.get(d, ())) for d in self.span(self.last, length))
            before = sum(len(by_day.get(d, ())) for d in self.span(self.last - length * DAY, length))
            yield {"account_id": account, "current": now, "previous": before if whole else None,
                   "days": length, "score": rounded(min(Fraction(100), Fraction(100 * now, before)))
                   if whole and before >= knob["least"] else None}

    def account_health_component(self):
        for component in self.weights:
            for row in getattr(self, f"health_{component}")():
                numbers = {k: v for k, v in row.items() if k not in ("account_id", "score")}
                yield {"account_id": row["account_id"], "component": component, "score": row["score"],
                       "weight": self.weights[component]["weight"], "numbers": numbers,
                       "~explanation": [str(numbers[k]) for k, needed in
                                        {"activity": [("active_days", "")], "breadth": [("features", "score")],
                                         "nps": [("answers", "")], "trend": [("current", "score")]}[component]
                                        if not needed or row[needed] is not None]}

    def account_health(self):
        rows = defaultdict(list)
        for row in self.account_health_component():
            if row["weight"] > 0:
                rows[row["account_id"]].append(row)
        for account, parts in rows.items():
            with_data = [p for p in parts if p["score"] is not None]
            total = sum(Fraction(p["weight"]) for p in with_data)
            yield {"account_id": account, "components": len(with_data), "as_of": self.last,
                   "score": rounded(sum(Fraction(p["score"]) * Fraction(p["weight"]) for p in with_data) / total)
                   if with_data else None,
                   "~explanation": [p["component"] for p in parts]}

    # -- churn

    def weeks_before(self, account, day):
        """Weekly visitors on a day, and the average of the four weeks before."""
        by_day = self.staff.get(account, {})
        week = [len(self.union(by_day, day - 7 * n * DAY, 7)) for n in range(5)]
        return week[0], Fraction(sum(week[1:]), 4)

    def drop_state(self, account, day):
        knob = self.thresholds["drop"]
        now, before = self.weeks_before(account, day)
        if before < knob["least_visitors"]:
            return now, before, False, True
        down = now <= (1 - Fraction(knob["share"])) * before
        return now, before, down, not down and now >= Fraction(knob["clear_share"]) * before

    def drop_days(self):
        """The days that count, of the last 56: four weeks before them are here."""
        return [d for d in reversed(self.span(self.last, 56)) if d - 34 * DAY >= self.first]

    def churn_drop(self):
        for account in self.scored():
            if not self.staff.get(account) or not self.drop_days():
                continue
            if self.drop_state(account, self.last)[3]:
                continue
            for day in self.drop_days():
                now, before, down, clear = self.drop_state(account, day)
                yield {"account_id": account, "day": day, "current": now, "previous": rounded(before, 2),
                       "is_down": down, "is_clear": clear}

    def drops(self):
        knob = self.thresholds["drop"]
        for account in self.scored():
            since = None
            row = 0
            for day in self.drop_days():
                _, _, down, clear = self.drop_state(account, day)
                row = row + 1 if down else 0
                if clear:
                    since = None
                if since is None and row >= knob["for_days"]:
                    since = day - (knob["for_days"] - 1) * DAY
            if since and knob["is_enabled"]:
                now, before = self.weeks_before(account, self.last)
                shown = rounded(before, 2)
                yield {"account_id": account, "kind": "drop", "since": since, "current": now,
                       "previous": shown, "threshold": rounded((1 - Fraction(knob["share"])) * Fraction(shown), 2)}

    def churn_silence(self):
        knob = self.thresholds["silence"]
        for account, days in self.scored().items():
            if not days:
                continue
            silent = (self.last - days[-1]).days
            before = len(self.union(self.staff.get(account, {}), days[-1], 28))
            if knob["days"] <= silent <= knob["forget_days"] and before >= knob["least_visitors"]:
                yield {"account_id": account, "last_day": days[-1], "days": silent, "previous": before}

    def churn_risk(self):
        risks = list(self.drops())
        if self.thresholds["silence"]["is_enabled"]:
            risks += [{"account_id": s["account_id"], "kind": "silence", "since": s["last_day"] + DAY,
                       "current": s["days"], "previous": s["previous"],
                       "threshold": self.thresholds["silence"]["days"]} for s in self.churn_silence()]
        names = {f["id"]: f["name"] for f in self.tables["feature"]}
        scored = self.scored()
        for risk in risks:
            account = risk["account_id"]
            events = defaultdict(int)                   # (day, feature) -> events
            for e in self.tables["feature_event"]:
                if e["account_id"] == account and e["feature_id"] and e["day"] <= self.last:
                    events[e["day"], e["feature_id"]] += e["num_events"] or 0
            newest = {}
            for (day, feature), count in sorted(events.items()):
                newest[feature] = (day, count)
            order = sorted(newest, key=lambda f: (-newest[f][0].toordinal(), -newest[f][1], f))[:5]
            said = sorted((a for a in self.answers() if a["account_id"] == account),
                          key=lambda a: (-a["moment"].timestamp(), a["score"], a["visitor_id"]))
            yield dict(risk, as_of=self.last, context={
                "last_day": scored[account][-1], "days_inactive": (self.last - scored[account][-1]).days,
                "last_features": [{"feature_id": f, "name": names.get(f), "day": newest[f][0]} for f in order],
                "last_nps": {"score": said[0]["score"], "day": said[0]["day"],
                             "visitor_id": said[0]["visitor_id"] or None} if said else None})
