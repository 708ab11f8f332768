"""A made-up subscription with everything that makes counting go wrong.

Raw rows only, as Pendo gives them: lists of dicts by table.  Which day an answer
falls on, who counts, what a period holds: all that is left to both sides of the
test.
"""

import datetime
import random
from zoneinfo import ZoneInfo

DAY = datetime.timedelta(days=1)
# Zones, and a day on which their clocks change; in Sao Paulo midnight did not exist.
PLACES = [("America/Sao_Paulo", datetime.date(2018, 11, 4)),
          ("Australia/Lord_Howe", datetime.date(2024, 4, 7)),
          ("America/New_York", datetime.date(2024, 3, 10)),
          ("Europe/Berlin", datetime.date(2024, 10, 27)),
          ("Pacific/Apia", datetime.date(2011, 12, 30))]       # a day that was not
APPS = [-323232, 77, None]


class Subscription:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.zone, change = PLACES[seed % len(PLACES)]
        length = self.random.choice([20, 60, 100, 130])
        self.last = change + DAY * self.random.randrange(0, 12)
        self.first = self.last - DAY * (length - 1)
        # Days on which the whole product was down.
        self.dead = {self.first + DAY * self.random.randrange(length) for _ in range(5)}
        self.tables = {name: [] for name in ("event", "feature_event", "page_event",
                                             "nps_response", "visitor", "account", "feature", "page")}
        self.make_people()
        self.make_events()
        self.make_answers()
        self.make_things()

    def make_people(self):
        r = self.random
        self.accounts = [f"acct-{n}" for n in range(18)] + ["Größe & Söhne", "a'b\"c\\d"]
        habits = ["steady", "steady", "drop", "drop", "silent", "new", "gone", "weekend", "wobble", "single",
                  "anonymous", "growing", "once"]
        self.habit = {a: habits[n % len(habits)] if n < 13 else r.choice(habits)
                      for n, a in enumerate(self.accounts)}
        self.people = {}
        for n, account in enumerate(self.accounts):
            count = 1 if self.habit[account] == "single" else r.randrange(2, 12)
            if self.habit[account] in ("drop", "wobble"):
                count = r.randrange(6, 14)
            prefix = "_PENDO_T_" if self.habit[account] == "anonymous" else "v"
            self.people[account] = [f"{prefix}{n}-{i}" for i in range(count)]
        # One who works for two accounts, and ids that only look anonymous.
        self.people["acct-0"].append("both")
        self.people["acct-1"].append("both")
        self.people["acct-0"] += ["_pendo_t_lower", "x_PENDO_T_", "_PENDO_T_guest"]
        self.people[None] = ["nobody-1", "_PENDO_T_2", "both"]
        self.people[""] = ["nobody-2", "_PENDO_T_3", "", None]
        self.people["acct-1"] += [None, ""]
        for n, account in enumerate(self.accounts):
            if n == 3:
                continue                                # seen in events, not pulled yet
            self.tables["account"].append(
                {"account_id": account, "deleted_at": "2024-01-01 00:00Z" if n in (7, 11) else None})
        self.tables["account"].append({"account_id": "never-seen", "deleted_at": None})
        self.tables["account"].append({"account_id": "", "deleted_at": None})

    def is_there(self, habit, day, visitor):
        r = self.random
        ago = (self.last - day).days
        span = (self.last - self.first).days
        turn = 1 + hash_of(visitor) % 9
        if habit == "drop":
            return r.random() < (0.6 if ago > 8 + turn % 4 else 0.06)
        if habit == "wobble":
            return r.random() < (0.5 if ago > 20 or ago % 9 < 4 else 0.1)
        if habit == "silent":
            return r.random() < 0.4 and ago > 10 + turn
        if habit == "new":
            return r.random() < 0.5 and ago < 10
        if habit == "gone":
            return r.random() < 0.4 and ago > min(95, span - 3)
        if habit == "weekend":
            return day.weekday() >= 5
        if habit == "growing":
            return r.random() < (span - ago + 1) / (span + 2)
        if habit == "once":
            return ago == span // 2
        return r.random() < 0.45

    def make_events(self):
        r = self.random
        day = self.first
        while day <= self.last:
            if day not in self.dead:
                for account, people in self.people.items():
                    for visitor in people:
                        if self.is_there(self.habit.get(account, "steady"), day, str(visitor)):
                            self.visit(day, account, visitor)
            day += DAY
        # The first and the last day are there, whatever chance does.
        for day in (self.first, self.last):
            self.visit(day, "acct-0", "both")

    def visit(self, day, account, visitor):
        r = self.random
        for _ in range(r.choice([1, 1, 2, 3])):
            app = r.choice(APPS[:2] if r.random() < 0.95 else APPS)
            row = {"day": day, "visitor_id": visitor, "account_id": account, "app_id": app,
                   "num_events": r.choice([1, 2, 17, None if r.random() < 0.1 else 5]),
                   "num_minutes": r.randrange(0, 30), "remote_ip": r.choice(["10.0.0.1", "::1", ""])}
            self.tables["event"].append(row)
            if r.random() < 0.6:
                feature = r.choice(["f1", "f1", "f2", "f3", "f4", f"f{r.randrange(5, 12)}", "deleted",
                                    "not-pulled", "", None])
                self.tables["feature_event"].append(dict(row, feature_id=feature))
            if r.random() < 0.4:
                self.tables["page_event"].append(dict(row, page_id=r.choice(["p1", "p2", "", None])))

    def make_answers(self):
        r = self.random
        zone = ZoneInfo(self.zone)
        asked = [a for a in self.accounts if a not in ("acct-2", "acct-5")] + [None, "", "never-seen"]
        for _ in range(160):
            day = self.last - DAY * int(r.random() ** 2 * 230) + DAY * r.choice([0, 0, 0, 0, 2])
            moment = datetime.datetime.combine(day, datetime.time(r.choice([0, 0, 1, 12, 23, 23]),
                                                                  r.choice([0, 30, 59])), tzinfo=zone)
            account = r.choice(asked)
            row = {"browser_time": moment.astimezone(datetime.timezone.utc).isoformat(),
                   "visitor_id": r.choice(self.people.get(account, ["someone"])), "account_id": account,
                   "poll_id": r.choice(["poll-1", "poll-2"]), "app_id": APPS[0],
                   "score": r.choice([None, -1, 0, 5, 6, 6, 7, 8, 9, 9, 10, 10, 11]),
                   "excluded": r.choice([None, False, False, True])}
            self.tables["nps_response"].append(row)
            if r.random() < 0.3:                        # at the same instant, another mind
                self.tables["nps_response"].append(dict(row, score=r.choice([3, 8, 10])))

    def make_things(self):
        for n in range(1, 12):
            self.tables["feature"].append({"id": f"f{n}", "name": f"Feature {n}", "deleted_at": None,
                                           "app_id": APPS[n % 2] if n != 4 else None})
        self.tables["feature"].append({"id": "never-used", "name": None, "app_id": 77, "deleted_at": None})
        self.tables["feature"].append({"id": "other-app", "name": "x", "app_id": 5, "deleted_at": None})
        self.tables["feature"].append({"id": "deleted", "name": "y", "app_id": 77, "deleted_at": "2024-01-01 00:00Z"})


def hash_of(text):
    """The same in every run, unlike hash()."""
    return sum(ord(c) * (n + 1) for n, c in enumerate(text))
