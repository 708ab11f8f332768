"""Who matches whom, by comparing every record with every record.

Also the generator of records that have just enough in common to be confused.
"""

import random

FREE = {"gmail.com", "gmx.de", "yahoo.com"}         # those of the shipped list that the data has

RULES = {       # as shipped: kind, rank, method, column, column of visitors
    "account_salesforce_id": ["account", 10, "crm_id", "salesforce_id"],
    "account_hubspot_id": ["account", 11, "crm_id", "hubspot_id"],
    "account_crm_id": ["account", 12, "crm_id", "custom_crm_id"],
    "account_external_id": ["account", 20, "external_id", "account_id"],
    "account_domain": ["account", 40, "domain", "agent_domain", "agent_email"],
    "visitor_salesforce_id": ["visitor", 10, "crm_id", "salesforce_id"],
    "visitor_hubspot_id": ["visitor", 11, "crm_id", "hubspot_id"],
    "visitor_external_id": ["visitor", 20, "external_id", "visitor_id"],
    "visitor_email": ["visitor", 30, "email", "agent_email"],
    "visitor_id_email": ["visitor", 31, "email", "visitor_id"],
}


def email_of(text, strip_tag=False):
    text = text.strip(" ").lower()
    local, at, host = text.partition("@")
    if not at or not local or not host or "@" in host or any(c.isspace() for c in text):
        return None
    if strip_tag and "+" in local[1:]:
        before = local[:local.index("+")]
        local = before or local
    return f"{local}@{host}"


def domain_of(text, free):
    text = text.strip(" ").lower()
    scheme, separator, rest = text.partition("://")
    if separator and scheme[:1].isalpha() and all(c.isalnum() or c in "+.-" for c in scheme):
        text = rest
    if "@" in text and "/" not in text[:text.index("@")]:
        text = text.partition("@")[2]
    text = text.removeprefix("www.")
    for end in "/:?#":
        text = text.partition(end)[0]
    text = text.rstrip(".")
    name, _, top = text.rpartition(".")
    if not name or not top or "@" in text or any(c.isspace() for c in text) or text in free:
        return None
    return text


def same_id(one, other):
    if one == other:
        return True
    if {len(one), len(other)} != {15, 18} or not max(one, other, key=len).isalnum():
        return False
    return one[:15] == other[:15]


class MatchTruth:
    def __init__(self, data, free=FREE, changes=None, pins=()):
        self.data, self.free, self.pins = data, set(free), pins
        self.rules = {}
        for name, rule in {**RULES, **(changes or {}).get("new", {})}.items():
            knob = {"kind": rule[0], "rank": rule[1], "method": rule[2], "column": rule[3],
                    "visitor_column": rule[4] if len(rule) > 4 else None, "strip_plus_tag": False,
                    "least_visitors": 1, "connection": None, "is_enabled": True}
            knob.update((changes or {}).get(name, {}))
            if knob["is_enabled"]:
                self.rules[name] = knob
        self.records = [("account", a["account_id"], a) for a in data["account"]
                        if not a["deleted_at"] and a["account_id"]]
        self.records += [("visitor", v["visitor_id"], v) for v in data["visitor"]
                         if not v["deleted_at"] and v["visitor_id"] and not v["visitor_id"].startswith("_PENDO_T_")]
        self.crm = [("account", c) for c in data["crm_account"]] + [("visitor", c) for c in data["crm_contact"]]

    def domains(self):
        """{(account, rule): (domain, visitors, of_visitors)}"""
        found = {}
        for name, rule in self.rules.items():
            if rule["method"] != "domain":
                continue
            for kind, id_, row in self.records:
                said = kind == "account" and row.get(rule["column"]) is not None \
                    and domain_of(row[rule["column"]], self.free)
                if said:
                    found[id_, name] = (said, None, None)
            members = {}
            for kind, id_, row in self.records:
                if kind != "visitor":
                    continue
                of = row["auto_accountids"] if row["auto_accountids"] is not None else [row["auto_accountid"]]
                at = row.get(rule["visitor_column"])
                at = at and domain_of(at, self.free)
                if at:
                    for account in {a for a in of if a}:
                        members.setdefault(account, []).append(at)
            for account, hosts in members.items():
                if (account, name) in found:
                    continue
                best = max(set(hosts), key=hosts.count)
                if hosts.count(best) > len(hosts) / 2 and hosts.count(best) >= rule["least_visitors"]:
                    found[account, name] = (best, hosts.count(best), len(hosts))
        return found

    def account_domain(self):
        for (account, rule), (domain, visitors, of) in self.domains().items():
            yield {"account_id": account, "rule": rule, "domain": domain, "visitors": visitors, "of_visitors": of}

    def value(self, kind, id_, row, name, rule):
        if rule["kind"] != kind:
            return None
        if rule["method"] == "domain":
            return self.found_domains.get((id_, name), (None,))[0]
        text = row.get(rule["column"])
        if text is None:
            return None
        if rule["method"] == "email":
            return email_of(text, rule["strip_plus_tag"])
        return text.strip(" ") or None

    def fits(self, value, record, rule):
        other = record[{"crm_id": "id", "external_id": "external_id", "email": "email",
                        "domain": "domain"}[rule["method"]]]
        if other is None:
            return False
        if rule["method"] == "email":
            return email_of(other, rule["strip_plus_tag"]) == value
        if rule["method"] == "domain":
            return domain_of(other, self.free) == value
        other = other.strip(" ")
        return same_id(value, other) if rule["method"] == "crm_id" else value == other

    def run(self):
        """Fills candidates, matches, conflicts, unmatched."""
        self.found_domains = self.domains()
        self.candidates, self.matches, self.conflicts, self.leftover = [], [], [], []
        connections = sorted({(c["connection"], kind) for kind, c in self.crm})
        for kind, id_, row in self.records:
            values = {}
            for name, rule in self.rules.items():
                value = self.value(kind, id_, row, name, rule)
                if value is not None:
                    values[name] = value
            for connection, of in connections:
                if of == kind:
                    self.decide(kind, id_, connection, values)
        for m in self.matches:
            m["shared_by"] = sum((o["connection"], o["crm_kind"], o["crm_id"]) ==
                                 (m["connection"], m["crm_kind"], m["crm_id"]) for o in self.matches)
        return self

    def decide(self, kind, id_, connection, values):
        key = {"connection": connection, "pendo_kind": kind, "pendo_id": id_}
        crm_kind = "account" if kind == "account" else "contact"
        here = [p for p in self.pins if (p["connection"], p["pendo_kind"], p["pendo_id"]) == (connection, kind, id_)]
        forbidden = {p["crm_id"] for p in here if p["verdict"] == "forbid"}
        pairs = []
        for name, value in values.items():
            rule = self.rules[name]
            if rule["connection"] not in (None, connection):
                continue
            for of, record in self.crm:
                if of == kind and record["connection"] == connection and record["id"] \
                        and self.fits(value, record, rule):
                    pairs.append(dict(key, crm_kind=crm_kind, crm_id=record["id"], crm_name=record["name"],
                                      owner_id=record["owner_id"], rule=name, rank=rule["rank"],
                                      is_deleted=bool(record["is_deleted"]),
                                      is_forbidden=record["id"] in forbidden or "*" in forbidden,
                                      **{"~explanation": [value]}))
        self.candidates += pairs
        pin = [p for p in here if p["verdict"] == "pin"]
        if pin:
            live = [c for of, c in self.crm if of == kind and c["connection"] == connection
                    and c["id"] == pin[0]["crm_id"] and not c["is_deleted"]]
            if live:
                self.matches.append(dict(key, crm_kind=crm_kind, crm_id=live[0]["id"], crm_name=live[0]["name"],
                                         owner_id=live[0]["owner_id"], rule="pin", **{"~explanation": ["pinned by"]}))
            else:
                self.leftover.append(dict(key, reason="its pinned CRM record is gone", tried=values))
            return
        usable = [p for p in pairs if not p["is_deleted"] and not p["is_forbidden"]]
        if not usable:
            reason = ("people forbade what was found" if any(not p["is_deleted"] for p in pairs) else
                      "only deleted CRM records found" if pairs else
                      "no CRM record has its values" if values else "has no value that a rule compares")
            self.leftover.append(dict(key, reason=reason, tried=values))
            return
        rank = min(p["rank"] for p in usable)
        best = {}
        for p in usable:
            if p["rank"] == rank:
                best.setdefault(p["crm_id"], []).append(p)
        if len(best) == 1:
            (ps,) = best.values()
            row = {k: ps[0][k] for k in ("connection", "pendo_kind", "pendo_id", "crm_kind", "crm_id",
                                         "crm_name", "owner_id")}
            self.matches.append(dict(row, rule=", ".join(sorted(p["rule"] for p in ps)),
                                     **{"~explanation": [p["~explanation"][0] for p in ps]}))
        else:
            self.conflicts.append(dict(key, rank=rank, candidates=len(best), candidate_list=[
                {"crm_id": c, "name": best[c][0]["crm_name"], "owner_id": best[c][0]["owner_id"],
                 "rule": ", ".join(sorted(p["rule"] for p in best[c])), "~explanation": []}
                for c in sorted(best, key=lambda c: c.encode())]))

    def match_candidate(self):
        return self.candidates

    def match(self):
        return self.matches

    def match_conflict(self):
        return self.conflicts

    def unmatched(self):
        return self.leftover


def records(seed):
    """Pendo and CRM records from small pools, so that much is in common."""
    r = random.Random(seed)
    hosts = ["acme.com", "beta.io", "gamma.co.uk", "gmail.com", "GMX.de", "sub.acme.com", "delta.org"]
    names = ["ann", "bob", "Cy", "d+tag", "ann+1", "+odd", "e.f"]
    salesforce = ["001A0000001AbCd", "001A0000001aBcD", "001B0000002xyzw", "003C0000003QrSt"]
    full = {s: s + t for s, t in zip(salesforce, ("AAA", "IAX", "QAZ", "ABC"))}

    def some_email():
        text = f"{r.choice(names)}@{r.choice(hosts)}"
        return r.choice([text, text, text.upper(), f" {text} ", None, "", "no address", "a@b@c.com", "@x.com", "x@"])

    def some_id():
        short = r.choice(salesforce)
        return r.choice([short, full[short], None, None, "", " " + full[short], "12345", short[:14]])

    def some_domain():
        host = r.choice(hosts)
        return r.choice([None, host, f"https://www.{host}/about?x=1", f"{host}:8080", host.upper() + ".", "", "localhost",
                         f"http://user@{host}", "two words.com", f"www.{host}#top"])

    accounts = [f"acct-{n}" for n in range(30)] + [""]
    data = {"account": [], "visitor": [], "crm_account": [], "crm_contact": []}
    for a in accounts:
        data["account"].append({"account_id": a, "salesforce_id": some_id() if r.random() < 0.3 else None,
                                "hubspot_id": r.choice([None, None, "12345", "777"]),
                                "custom_crm_id": some_id() if r.random() < 0.2 else None,
                                "agent_domain": some_domain() if r.random() < 0.3 else None,
                                "deleted_at": "2024-01-01 00:00Z" if r.random() < 0.1 else None})
    ids = [f"v-{n}" for n in range(90)] + ["ann@acme.com", "BOB@beta.io", "_PENDO_T_x", "_PENDO_T_ann@acme.com", ""]
    for v in ids:
        mine = r.sample(accounts, r.choice([0, 1, 1, 1, 2]))
        data["visitor"].append({"visitor_id": v, "agent_email": some_email(),
                                "salesforce_id": some_id() if r.random() < 0.1 else None,
                                "hubspot_id": r.choice([None, None, None, "888"]),
                                "auto_accountid": mine[0] if mine else None,
                                "auto_accountids": r.choice([mine, mine, mine * 2, None]),
                                "deleted_at": "2024-01-01 00:00Z" if r.random() < 0.1 else None})
    used = set()
    for kind, column, count in (("crm_account", "domain", 40), ("crm_contact", "email", 60)):
        for n in range(count):
            connection = r.choice(["sf", "sf", "hs"])
            id_ = r.choice([full[r.choice(salesforce)], r.choice(salesforce), "12345", "777", "888"] + [f"id{n}"] * 3)
            if (kind, connection, id_) in used:
                continue
            used.add((kind, connection, id_))
            data[kind].append({"connection": connection, "id": id_, "name": f"Name {n}",
                               column: some_domain() if column == "domain" else some_email(),
                               "owner_id": r.choice([None, "owner-1"]),
                               "external_id": r.choice([None, None, "", f"acct-{r.randrange(30)}", f"v-{r.randrange(90)}"]),
                               "is_deleted": r.choice([False, False, None, True])})
    return data


def pins(seed, data):
    r = random.Random(seed + 1)
    made = {}
    for kind, id_column, table in (("account", "account_id", "crm_account"), ("visitor", "visitor_id", "crm_contact")):
        for _ in range(20):
            pendo = r.choice(data[kind])[id_column]
            connection = r.choice(["sf", "hs"])
            crm = r.choice([c["id"] for c in data[table]] + ["*", "missing"])
            verdict = "forbid" if crm == "*" else r.choice(["pin", "forbid"])
            if verdict == "pin" and any(k[:3] == (connection, kind, pendo) and p["verdict"] == "pin"
                                        for k, p in made.items()):
                continue
            made[connection, kind, pendo, crm] = {"connection": connection, "pendo_kind": kind, "pendo_id": pendo,
                                                  "crm_id": crm, "verdict": verdict}
    return list(made.values())
