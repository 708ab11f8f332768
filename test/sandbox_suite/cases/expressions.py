"""Expressions over one known row; the expected value is written by hand.

Each is also put to the suite's own evaluator, so that the model which judges
the other files is itself held to these values.
"""
from suite.cases import Case, check, const
from suite.model import Model
from suite.rows import plain

ROW = {
    "n": 7, "z": 0, "f": 2.5, "neg": -4, "s": "Hello", "e": "", "t": True, "u": False,
    "l": [3, 1, 2], "ls": ["b", "a", "b"], "le": [], "nul": None,
    "o": {"p": {"q": 5}, "s": "inner"}, "objs": [{"id": "x1"}, {"id": "x2"}],
    "big": 9007199254740993, "q": "a\"b\\c/d@é`",  "digits": "12",
    "anon": "_PENDO_T_abc", "kind": "ui:web:pollResponse",
}

VALUES = [
    # fields
    ("n", 7), ("o.p.q", 5), ("o.s", "inner"), ("missing", None), ("o.missing.deeper", None),
    ("s.member", None), ("objs[0].id", "x1"), ("objs[-1].id", "x2"), ("l[0]", 3), ("l[-1]", 2),
    ("l[1:3]", [1, 2]), ("l[0:1]", [3]),
    # literals
    ("42", 42), ("2.5", 2.5), ("true", True), ("false", False), ("null", None), ("[1,2]", [1, 2]),
    ('["x", "y"]', ["x", "y"]), ('"plain"', "plain"), ("`raw`", "raw"), ('"a\\"b"', 'a"b'),
    ('"a\\\\b"', "a\\b"), ("`a\\b`", "a\\b"), ('`say "x"`', 'say "x"'), ('"back`tick"', "back`tick"),
    ('"é 漢字 😀"', "é 漢字 😀"), ('""', ""), ('"a && b || (c"', "a && b || (c"),
    # comparison
    ("n == 7", True), ("n == 7.0", True), ("n != 7", False), ("n < 8", True), ("n <= 7", True),
    ("n > 7", False), ("n >= 7", True), ('s == "Hello"', True), ('s == "hello"', False),
    ('s != "x"', True), ('s < "Help"', True), ('s >= "Hello"', True), ('s > "Hell"', True),
    ('"B" < "a"', True), ('"Z" < "é"', True), ("t == true", True), ("u == false", True),
    ("t != false", True), ("l == [3,1,2]", True), ("l == [3,1]", False), ("e == \"\"", True),
    ('q == "a\\"b\\\\c/d@é`"', True), ("neg == -4", True), ("neg < 0", True), ("f > 2", True),
    ("n < 7", False), ("n >= 8", False), ("n <= 6", False), ("n > 6.5", True), ('s < "Hello"', False),
    ('s <= "Hello"', True), ('s > "Hello"', False), ('e < "a"', True), ("f < 2.5", False), ("f >= 2.5", True),
    # logic
    ("t && t", True), ("t && u", False), ("t || u", True), ("u || u", False), ("!t", False),
    ("!u", True), ("!(n > 3)", False), ("!u && t", True), ("!!t", True),
    # arithmetic
    ("n + 1", 8), ("n - 10", -3), ("n * f", 17.5), ("n / 2", 3.5), ("1 / 4", 0.25),
    ("n % 4", 3), ("2 + 3 * 4", 14), ("(2 + 3) * 4", 20), ("10 - 2 - 3", 5), ("16 / 4 / 2", 2),
    ("2024-1-1", 2022), ("0.1 + 0.2 == 0.3", False), ("n*n-n", 42), ("12 / 5 * 5", 12),
    # precedence, as in C
    ("u && u || t", True), ("t || u && u", True), ("(t || u) && u", False),
    ("1 + 2 == 3", True), ("1 < 2 == true", True), ("n > 3 && n < 10", True),
    ("1 + 1 < 3 && 2 * 2 == 4", True), ("!u == t", True), ("2 * 3 % 4", 2), ("n-1-1 == 5", True),
    ("t == n > 3", True), ("u || n % 2 == 1", True),
    # null
    ("nul == null", True), ("null == null", True), ("nul != null", False), ("null != false", True),
    ("nul == false", False), ("missing == null", True), ("missing != \"x\"", True),
    ("nul == 0", False), ("nul == \"\"", False), ("nul != 5", True), ("nul + 1", None),
    ("1 - nul", None), ("nul * 2", None), ("nul / 2", None), ("nul % 2", None), ("nul < 1", None),
    ("1 <= nul", None), ("nul > null", None), ("nul >= nul", None), ("missing < \"a\"", None),
    ("nul && t", False), ("t && nul", False), ("nul || t", True), ("u || nul", False),
    ("nul || nul", False), ("(nul < 1) || t", True), ("(nul < 1) && t", False),
    ("(nul + 1) == null", True), ("isNil(nul < 1)", True),
    # doubles
    ("9007199254740993 == 9007199254740992", True), ("big == 9007199254740992", True),
    ("big + 0 == 9007199254740992", True), ("9007199254740992 + 1 == 9007199254740992", True),
    ("big > 9007199254740992", False), ("9007199254740991 == 9007199254740992", False),
    # functions
    ("if(t, 1, 2)", 1), ("if(u, 1, 2)", 2), ("if(t, 1)", 1), ("if(u, 1)", None),
    ("if(n > 3, s, \"small\")", "Hello"), ("if(nul == null, `n`, `v`)", "n"),
    ("isNil(nul)", True), ("isNil(missing)", True), ("isNil(e)", False), ("isNil(z)", False),
    ("isNil(u)", False), ("isNull(nul)", True), ("isNull(missing)", True), ("isNull(n)", False),
    ("!isNull(n)", True), ("!isNil(missing)", False), ("isEmpty(e)", True), ("isEmpty(nul)", True),
    ("isEmpty(le)", True), ("isEmpty(missing)", True), ("isEmpty(s)", False), ("isEmpty(l)", False),
    ("isBoolean(t)", True), ("isBoolean(n)", False), ("isNumber(n)", True), ("isNumber(f)", True),
    ("isNumber(s)", False), ("isNumber(digits)", False), ("isNumber(t)", False),
    ("isString(s)", True), ("isString(e)", True), ("isString(n)", False), ("isString(l)", False),
    ("isList(l)", True), ("isList(le)", True), ("isList(s)", False),
    ('contains(s, "ell")', True), ('contains(s, "ELL")', False), ('contains(ls, "a")', True),
    ('contains(ls, "A")', False), ('contains(["bb"], "b")', False), ("contains(l, 3)", True),
    ("contains(l, 4)", False), ('contains(list("x","Hello"), s)', True),
    ('contains(["x","y"], s)', False), ("contains(list(1,7), n)", True),
    ('startsWith(s, "He")', True), ('startsWith(s, "he")', False), ('startsWith(s, "ello")', False),
    ('startsWith(s, "")', True), ('startsWith(q, "a\\"b\\\\")', True),
    ('split("a,b,c", ",")', ["a", "b", "c"]), ('split("abc", ",")', ["abc"]),
    ('split("a--b", "--")[1]', "b"), ('toLowerCase("MiXed")', "mixed"), ("toLowerCase(s)", "hello"),
    ("toString(12)", "12"), ("toString(2.5)", "2.5"), ("toString(n) == \"7\"", True),
    ("toString(neg)", "-4"), ("len(s)", 5), ("len(e)", 0), ("len(l)", 3), ("len(le)", 0),
    ("len(split(kind, \":\"))", 3), ('list("a","b")', ["a", "b"]), ("list(n, f)", [7, 2.5]),
    ("listInRange([1,5,9], 2, 8)", [5]), ("listInRange([1,2], 5, 8)", []),
    ("reverse(l)", [2, 1, 3]), ("sortUnique(ls)", ["a", "b"]), ("sortUnique([3,1,3])", [1, 3]),
    ("sum(l)", 6), ("sum([0.5, 2])", 2.5), ("map(x, l, x * 2)", [6, 2, 4]),
    ('map(x, ls, x == "b")', [True, False, True]), ("map(x, objs, x.id)", ["x1", "x2"]),
    ("map(x, l, x + n)", [10, 8, 9]), ("sum(map(v, l, v * v))", 14), ("len(reverse(ls)) + 1", 4),
    ("identified(anon)", False), ("identified(s)", True), ("!identified(anon)", True),
    ("eventSubType(kind)", "pollResponse"), ("hash(s) == hash(\"Hello\")", True),
    # spaces and nesting do not matter
    (" n==7&&s==`Hello` ", True), ("((((n))))", 7), ("if(if(u,u,t), if(t,1,2), 3)", 1),
    ("n\t>\n3", True), ('contains( s , "H" )', True),
]

# Under a switch, for what the reference leaves open.
SWITCHED = [
    ("!nul", {"not_null": "null"}, None), ("!nul", {"not_null": "true"}, True),
    ("!nul", {"not_null": "false"}, False), ("!(nul < 3)", {"not_null": "true"}, True),
    ("!missing", {"not_null": "false"}, False), ("!t", {"not_null": "true"}, False),
    ("isString(nul)", {"type_test_null": "false"}, False),
    ("isString(nul)", {"type_test_null": "null"}, None),
    ("isNumber(missing)", {"type_test_null": "null"}, None),
    ("isList(nul)", {"type_test_null": "false"}, False),
    ("isString(s)", {"type_test_null": "null"}, True),
    ('s < 3', {"compare_types": "null"}, None), ('s < 3', {"compare_types": "false"}, False),
    ('n >= "1"', {"compare_types": "false"}, False), ('n >= "1"', {"compare_types": "null"}, None),
    ("nul < 3", {"compare_types": "false"}, None), ("n < 8", {"compare_types": "false"}, True),
    ("n-z", {"field_quoting": "arithmetic"}, 7),
]

# (expression, a value that it must not have)
NOT_VALUES = [('"a" + "b"', "ab"), ("s + s", "HelloHello")]


def evaluate_case(text, switches, expected):
    def run(world):
        with world.standin.switches(**switches):
            model = Model(world, world.standin.state).evaluate(text, ROW)
            got = world.standin.rows([const(ROW), {"select": {"v": text}}])
        check(plain({"v": model}) == plain({"v": expected}),
              "the suite's own evaluator says %r" % (model,))
        check(len(got) == 1, "%d rows" % len(got))
        check(plain({"v": got[0].get("v")}) == plain({"v": expected}),
              "got %r, expected %r" % (got[0].get("v"), expected))
    suffix = "".join(" [%s=%s]" % pair for pair in switches.items())
    return Case(text.strip() + suffix, run)


def never_case(text, unwanted):
    def run(world):
        answer = world.standin.aggregate([const(ROW), {"select": {"v": text}}])
        if answer.status == 200:
            check(answer.json()["results"][0].get("v") != unwanted, "got %r" % unwanted)
    return Case("%s is not %r" % (text, unwanted), run)


def filter_case(text, expected):
    """As a filter: true keeps the row, false and null drop it."""
    def run(world):
        got = world.standin.rows([const(ROW), {"filter": text}])
        check(len(got) == (expected is True), "%d rows" % len(got))
    return Case("filter " + text.strip(), run)


def explicit_null(world):
    got = world.standin.rows([const({"a": 1}), {"select": {"a": "a", "b": "missing"}}])
    check(got == [{"a": 1, "b": None}], "got %r" % (got,))


def cases(_):
    for text, expected in VALUES:
        yield evaluate_case(text, {}, expected)
    for text, switches, expected in SWITCHED:
        yield evaluate_case(text, switches, expected)
    for text, expected in VALUES:
        if expected is None or isinstance(expected, bool):
            yield filter_case(text, expected)
    for text, unwanted in NOT_VALUES:
        yield never_case(text, unwanted)
    yield Case("select of an absent field is an explicit null", explicit_null)
