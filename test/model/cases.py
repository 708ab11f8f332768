"""Cases written by hand, with the answer beside them; and what the catalogue must say."""

from model import MODEL, SUMMARIES, Model, literal


def load_match(model, data, pins):
    """Records of both sides; the CRM's views get tables to look at."""
    model.load({name: data.get(name, []) for name in ("account", "visitor")})
    for kind, column in (("account", "domain"), ("contact", "email")):
        model.sql(f"""CREATE TABLE test_{kind} (connection name, id text, name text, {column} text, owner_id text,
            external_id text, is_deleted boolean, updated_at timestamptz);
            CREATE OR REPLACE VIEW crm_{kind} WITH (security_invoker = true) AS SELECT * FROM test_{kind};""")
    model.load({"test_account": data.get("crm_account", []), "test_contact": data.get("crm_contact", []),
                "match_pin": pins})


def account(id_, **columns):
    return {"account_id": id_, "deleted_at": None, **columns}


def visitor(id_, email=None, accounts=(), **columns):
    return {"visitor_id": id_, "agent_email": email, "auto_accountids": list(accounts), "deleted_at": None, **columns}


def crm(id_, connection="sf", **columns):
    return {"connection": connection, "id": id_, "name": f"Name of {id_}", "is_deleted": False, **columns}


def pin(kind, id_, crm_id, verdict="pin"):
    return {"connection": "sf", "pendo_kind": kind, "pendo_id": id_, "crm_id": crm_id, "verdict": verdict}


# name: (data, pins, statements, {pendo_id: (what, ...)}); what is a crm_id and its rule, or why not.
ACME = [crm("sf-acme", domain="https://www.Acme.com/")]
CASES = {
    "a CRM id in metadata beats a domain": (
        {"account": [account("a", salesforce_id="sf-2", agent_domain="acme.com")],
         "crm_account": ACME + [crm("sf-2")]}, [], "", {"a": ("sf-2", "account_salesforce_id")}),
    "Salesforce ids of 15 and 18 characters are one": (
        {"account": [account("a", salesforce_id="001A0000001AbCd"), account("b", custom_crm_id="001A0000001aBcDIAX")],
         "crm_account": [crm("001A0000001AbCdEAF"), crm("001A0000001aBcD")]}, [], "",
        {"a": ("001A0000001AbCdEAF", "account_salesforce_id"), "b": ("001A0000001aBcD", "account_crm_id")}),
    "ids of 18 characters that differ in the last are two": (
        {"account": [account("a", salesforce_id="001A0000001AbCdAAA")], "crm_account": [crm("001A0000001AbCdBBB")]},
        [], "", {"a": "no CRM record has its values"}),
    "an id differs by case": (
        {"account": [account("a", salesforce_id="sf-ACME")], "crm_account": ACME}, [], "",
        {"a": "no CRM record has its values"}),
    "the CRM keeps Pendo's id": (
        {"account": [account("a")], "visitor": [visitor("v")], "crm_account": [crm("x", external_id=" a ")],
         "crm_contact": [crm("c", external_id="v")]}, [], "",
        {"a": ("x", "account_external_id"), "v": ("c", "visitor_external_id")}),
    "e-mail by case and blanks": (
        {"visitor": [visitor("v", " Ann@ACME.com ")], "crm_contact": [crm("c", email="ann@acme.COM")]}, [], "",
        {"v": ("c", "visitor_email")}),
    "e-mail with a tag is another, unless the rule says so": (
        {"visitor": [visitor("v", "ann+news@acme.com")], "crm_contact": [crm("c", email="ann@acme.com")]}, [], "",
        {"v": "no CRM record has its values"}),
    "e-mail with a tag, as the rule says": (
        {"visitor": [visitor("v", "ann+news@acme.com")], "crm_contact": [crm("c", email="Ann+x@acme.com")]}, [],
        "INSERT INTO match_rule (rule, strip_plus_tag) VALUES ('visitor_email', true);",
        {"v": ("c", "visitor_email")}),
    "the visitor's id is an address": (
        {"visitor": [visitor("Ann@acme.com")], "crm_contact": [crm("c", email="ann@acme.com")]}, [], "",
        {"Ann@acme.com": ("c", "visitor_id_email")}),
    "no address is no value": (
        {"visitor": [visitor("v", "ann at acme"), visitor("w", ""), visitor("x", "a@b@c")],
         "crm_contact": [crm("c", email=""), crm("d", email="ann at acme"), crm("e", email="a@b@c")]}, [], "",
        {"v": "no CRM record has its values", "w": "no CRM record has its values", "x": "no CRM record has its values"}),
    "domain of most visitors": (
        {"account": [account("a")], "crm_account": ACME,
         "visitor": [visitor("1", "x@acme.com", ["a"]), visitor("2", "y@acme.com", ["a", "b"]),
                     visitor("3", "z@agency.com", ["a"])]}, [], "", {"a": ("sf-acme", "account_domain")}),
    "half of the visitors are no majority": (
        {"account": [account("a")], "crm_account": ACME,
         "visitor": [visitor("1", "x@acme.com", ["a"]), visitor("3", "z@agency.com", ["a"])]}, [], "",
        {"a": "no CRM record has its values"}),
    "free mail has no say": (
        {"account": [account("a")], "crm_account": ACME + [crm("g", domain="gmail.com")],
         "visitor": [visitor("1", "x@acme.com", ["a"])] + [visitor(f"g{n}", f"x{n}@gmail.com", ["a"]) for n in range(5)]},
        [], "", {"a": ("sf-acme", "account_domain")}),
    "free mail alone is no domain": (
        {"account": [account("a", agent_domain="Gmail.com")], "crm_account": [crm("g", domain="www.gmail.com")],
         "visitor": [visitor("1", "x@gmail.com", ["a"])]}, [], "", {"a": "no CRM record has its values"}),
    "a team's own free mail": (
        {"account": [account("a", agent_domain="acme.com"), account("b", agent_domain="gmx.de")],
         "crm_account": ACME + [crm("g", domain="gmx.de")]}, [],
        "INSERT INTO free_mail_domain VALUES ('acme.com', true), ('gmx.de', false);",
        {"a": "no CRM record has its values", "b": ("g", "account_domain")}),
    "metadata's domain goes before the visitors'": (
        {"account": [account("a", agent_domain="beta.io")], "crm_account": ACME + [crm("b", domain="beta.io")],
         "visitor": [visitor("1", "x@acme.com", ["a"])]}, [], "", {"a": ("b", "account_domain")}),
    "a deleted visitor and an anonymous one have no say": (
        {"account": [account("a")], "crm_account": ACME,
         "visitor": [visitor("1", "x@acme.com", ["a"]), visitor("2", "x@beta.io", ["a"], deleted_at="2024-01-01"),
                     visitor("_PENDO_T_3", "y@beta.io", ["a"])]}, [], "", {"a": ("sf-acme", "account_domain")}),
    "two records with the value": (
        {"account": [account("a", agent_domain="acme.com")], "crm_account": ACME + [crm("sf-2", domain="acme.com")]},
        [], "", {"a": ["sf-2", "sf-acme"]}),
    "two by a sure rule are not decided by a weaker one": (
        {"visitor": [visitor("ann@acme.com", "bob@acme.com")],
         "crm_contact": [crm("1", email="bob@acme.com"), crm("2", email="bob@acme.com"), crm("3", email="ann@acme.com")]},
        [], "", {"ann@acme.com": ["1", "2"]}),
    "two rules of one rank that disagree": (
        {"account": [account("a", salesforce_id="x", hubspot_id="y")], "crm_account": [crm("x"), crm("y")]}, [],
        "INSERT INTO match_rule (rule, rank) VALUES ('account_hubspot_id', 10);", {"a": ["x", "y"]}),
    "two rules of one rank that agree": (
        {"account": [account("a", salesforce_id="x", hubspot_id="x")], "crm_account": [crm("x")]}, [],
        "INSERT INTO match_rule (rule, rank) VALUES ('account_hubspot_id', 10);",
        {"a": ("x", "account_hubspot_id, account_salesforce_id")}),
    "each CRM by itself": (
        {"account": [account("a", agent_domain="acme.com")], "crm_account": ACME + [crm("h", "hs", domain="acme.com")]},
        [], "", {"a": ("sf-acme", "account_domain"), "hs/a": ("h", "account_domain")}),
    "a pin decides between two": (
        {"account": [account("a", agent_domain="acme.com")], "crm_account": ACME + [crm("sf-2", domain="acme.com")]},
        [pin("account", "a", "sf-2")], "", {"a": ("sf-2", "pin")}),
    "a pin beats the surest rule": (
        {"account": [account("a", salesforce_id="sf-acme")], "crm_account": ACME + [crm("sf-2")]},
        [pin("account", "a", "sf-2")], "", {"a": ("sf-2", "pin")}),
    "a pin to a deleted record makes no guess": (
        {"account": [account("a", agent_domain="acme.com")], "crm_account": ACME + [crm("sf-2", is_deleted=True)]},
        [pin("account", "a", "sf-2")], "", {"a": "its pinned CRM record is gone"}),
    "a pin of a deleted account is nothing": (
        {"account": [account("a", deleted_at="2024-01-01")], "crm_account": ACME},
        [pin("account", "a", "sf-acme")], "", {}),
    "a forbid decides between two": (
        {"account": [account("a", agent_domain="acme.com")], "crm_account": ACME + [crm("sf-2", domain="acme.com")]},
        [pin("account", "a", "sf-2", "forbid")], "", {"a": ("sf-acme", "account_domain")}),
    "a forbid lets a weaker rule speak": (
        {"account": [account("a", salesforce_id="sf-2", agent_domain="acme.com")], "crm_account": ACME + [crm("sf-2")]},
        [pin("account", "a", "sf-2", "forbid")], "", {"a": ("sf-acme", "account_domain")}),
    "all forbidden": (
        {"account": [account("a", agent_domain="acme.com")], "crm_account": ACME},
        [pin("account", "a", "*", "forbid")], "", {"a": "people forbade what was found"}),
    "a deleted CRM record does not match": (
        {"account": [account("a", agent_domain="acme.com")], "crm_account": [crm("x", domain="acme.com", is_deleted=True)]},
        [], "", {"a": "only deleted CRM records found"}),
    "a deleted CRM record makes no conflict": (
        {"account": [account("a", agent_domain="acme.com")],
         "crm_account": ACME + [crm("x", domain="acme.com", is_deleted=True), crm("y", domain="acme.com", is_deleted=True)]},
        [], "", {"a": ("sf-acme", "account_domain")}),
    "a deleted Pendo record does not match, nor an anonymous one": (
        {"account": [account("a", agent_domain="acme.com", deleted_at="2024-01-01")], "crm_account": ACME,
         "visitor": [visitor("_PENDO_T_1", "ann@acme.com"), visitor("", "ann@acme.com"),
                     visitor("v", "ann@acme.com", deleted_at="2024-01-01")],
         "crm_contact": [crm("c", email="ann@acme.com")]}, [], "", {}),
    "a rule that is off": (
        {"account": [account("a", agent_domain="acme.com")], "crm_account": ACME}, [],
        "INSERT INTO match_rule (rule, is_enabled) VALUES ('account_domain', false);",
        {"a": "no CRM record has its values"}),
    "a column that is not there": (
        {"account": [account("a", agent_domain="acme.com")], "crm_account": ACME}, [],
        "INSERT INTO match_rule (rule, pendo_column) VALUES ('account_salesforce_id', 'no_such_column');",
        {"a": ("sf-acme", "account_domain")}),
}


def outcome(model):
    """{pendo_id: what}, as in CASES."""
    found = {}

    def name(row):
        return row["pendo_id"] if row["connection"] == "sf" else f"{row['connection']}/{row['pendo_id']}"

    for row in model.rows("match"):
        found[name(row)] = (row["crm_id"], row["rule"])
    for row in model.rows("match_conflict"):
        found.setdefault(name(row), [c["crm_id"] for c in row["candidate_list"]])
    for row in model.rows("unmatched"):
        found.setdefault(name(row), row["reason"])
    return found


def match_cases(arguments):
    model = Model(arguments, "match cases")
    model.create()
    load_match(model, {}, [])
    for name, (data, pins, statements, expected) in CASES.items():
        model.sql("TRUNCATE account, visitor, test_account, test_contact, match_pin, match_rule, free_mail_domain;")
        model.load({"account": data.get("account", []), "visitor": data.get("visitor", []),
                    "test_account": data.get("crm_account", []), "test_contact": data.get("crm_contact", []),
                    "match_pin": pins})
        if statements:
            model.sql(statements)
        found = outcome(model)
        yield name, [] if found == expected else [f"found {found}", f"wanted {expected}"]
    model.drop()


def fails(model, statement, words):
    try:
        model.sql(statement)
    except RuntimeError as problem:
        return [] if words in str(problem) else [str(problem)]
    return [f"no error: {statement}"]


def knob_cases(arguments):
    """What the tables of knobs refuse."""
    model = Model(arguments, "knobs")
    model.create()
    check, unique = "violates check constraint", "duplicate key value"
    for statement, words in (
            ("INSERT INTO match_pin (connection, pendo_kind, pendo_id, crm_id, verdict) "
             "VALUES ('sf', 'account', 'a', '1', 'pin'), ('sf', 'account', 'a', '2', 'pin');", unique),
            ("INSERT INTO match_pin (connection, pendo_kind, pendo_id, crm_id, verdict) "
             "VALUES ('sf', 'account', 'a', '*', 'pin');", check),
            ("INSERT INTO match_rule (rule, method) VALUES ('x', 'guess');", check),
            ("INSERT INTO match_rule (rule, pendo_kind, method) VALUES ('x', 'visitor', 'domain');", check),
            ("INSERT INTO free_mail_domain VALUES ('Acme.com');", check),
            ("INSERT INTO metric_period VALUES ('weekly', 0);", check),
            ("INSERT INTO health_weight (component, weight) VALUES ('nps', -1);", check),
            ("INSERT INTO health_weight (component, weight) VALUES ('nps', 'NaN');", check),
            ("INSERT INTO churn_threshold (kind, share) VALUES ('drop', 50);", check),
            ("INSERT INTO churn_threshold (kind, days) VALUES ('silent', 5);", check)):
        yield f"refused: {statement[:70]}", fails(model, statement, words)
    empty = [v for v in ("daily_active", "stickiness", "account_health", "churn_risk", "match", "unmatched", "nps",
                         "retention", "feature_adoption", "account_health_component") if model.rows(v)]
    yield "nothing at all: no rows, no errors", [f"rows in {v}" for v in empty]
    model.drop()


def catalogue(model):
    """Comments, rights and options of everything the manifest makes."""
    relations = ("pg_class c WHERE c.relnamespace = "
                 f"{literal(chr(34) + model.schema.replace(chr(34), chr(34) * 2) + chr(34))}::regnamespace "
                 "AND c.relkind IN ('r', 'v')")
    made = ("AND (c.relkind = 'v' OR c.relname IN ('visitor_day', 'account_day', 'feature_day', 'page_day', "
            "'metric_period', 'match_rule', 'free_mail_domain', 'match_pin', 'health_weight', 'churn_threshold', "
            "'signal_limit', 'signal', 'flow', 'flow_run'))")

    def listed(query):
        return model.sql(query).splitlines()

    yield "every object has a comment", listed(
        f"SELECT c.relname FROM {relations} {made} AND obj_description(c.oid) IS NULL;")
    yield "every column has a comment", listed(
        "SELECT c.relname || '.' || a.attname FROM pg_attribute a, " + relations +
        f" {made} AND a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "AND col_description(c.oid, a.attnum) IS NULL;")
    yield "every view is of the invoker", [v for v in listed(
        f"SELECT c.relname FROM {relations} AND c.relkind = 'v' "
        "AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false);")
        if v not in ("model_connection", "model_day")]      # replaced by the test
    yield "nothing is open to PUBLIC", listed(
        "SELECT DISTINCT c.relname FROM " + relations.replace("pg_class c", "pg_class c, LATERAL aclexplode(c.relacl) x") +
        " AND x.grantee = 0;")
    for summary in SUMMARIES:
        query = (MODEL / f"summary/{summary}.query.sql").read_text()
        plan = model.sql(f"EXPLAIN (COSTS OFF) SELECT * FROM (\n{query}) AS q WHERE day >= '2024-01-01' "
                         "AND day < '2024-01-02';")
        scan = plan[plan.index("Scan on"):]
        yield f"{summary}: the days go down to the scan", [] if "day >= " in scan.split("\n")[1] else [plan]
