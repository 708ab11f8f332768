"""Stages over literal rows; the answer is written by hand."""
from suite.cases import Case, check, const, literal

PETS = [
    {"id": "a", "kind": "cat", "age": 3, "tags": ["x", "y"], "home": {"town": "Bonn", "no": 1}},
    {"id": "b", "kind": "dog", "age": 8, "tags": [], "home": {"town": "Ulm", "no": 2}},
    {"id": "c", "kind": "cat", "age": 5, "tags": ["z"], "home": {"town": "Bonn", "no": 3}},
    {"id": "d", "kind": "emu", "age": 1, "home": {"town": "Jena", "no": 4}},
]
SRC = const(*PETS)
IDS = {"select": {"id": "id"}}
LISTS = const(*PETS[:3])


def ids(*names):
    return [{"id": n} for n in names]


def ages(*pairs):
    return [{"id": i, "size": s} for i, s in pairs]


LITERAL = [
    ("const", [SRC], PETS),
    ("const of nothing", [const()], []),
    ("const with nested lists", [const({"a": [[1, 2], [3]]})], [{"a": [[1, 2], [3]]}]),
    ("cat", [SRC, {"cat": None}], PETS),
    # filter
    ("filter", [SRC, {"filter": "age > 2"}, IDS], ids("a", "b", "c")),
    ("filter with a list", [SRC, {"filter": 'contains(tags, "x")'}, IDS], ids("a")),
    ("filter on a nested field", [SRC, {"filter": 'home.town == "Bonn"'}, IDS], ids("a", "c")),
    ("filters follow each other", [SRC, {"filter": "age > 2"}, {"filter": "age < 6"}, IDS],
     ids("a", "c")),
    ("filter of null drops", [SRC, {"filter": "nothing"}, IDS], []),
    ("filter of a boolean field", [const({"id": 1, "b": True}, {"id": 2, "b": False}, {"id": 3}),
                                   {"filter": "b"}, IDS], ids(1)),
    # select
    ("select removes", [SRC, {"select": {"n": "age"}}], [{"n": p["age"]} for p in PETS]),
    ("select computes", [SRC, {"select": {"id": "id", "double": "age * 2"}}, {"filter": "double > 9"}],
     [{"id": "b", "double": 16}, {"id": "c", "double": 10}]),
    ("select dotted output", [SRC, {"select": {"a.b": "id", "a.c": "age"}}],
     [{"a": {"b": p["id"], "c": p["age"]}} for p in PETS]),
    ("select deep output", [const({"n": 1}), {"select": {"x.y.z": "n", "x.w": "n + 1"}}],
     [{"x": {"w": 2, "y": {"z": 1}}}]),
    ("select dotted input and output", [SRC, {"select": {"town": "home.town"}}],
     [{"town": p["home"]["town"]} for p in PETS]),
    ("select whole object", [SRC, {"select": {"h": "home"}}], [{"h": p["home"]} for p in PETS]),
    ("select output with blanks", [SRC, {"limit": 1}, {"select": {"the name": "kind"}}],
     [{"the name": "cat"}]),
    ("select list index", [SRC, {"filter": "!isEmpty(tags)"}, {"select": {"t": "tags[0]"}}],
     [{"t": "x"}, {"t": "z"}]),
    ("select swaps names", [const({"a": 1, "b": 2}), {"select": {"a": "b", "b": "a"}}],
     [{"a": 2, "b": 1}]),
    # eval and set
    ("eval adds", [const({"a": 4, "b": 2}), {"eval": {"r": "a/b"}}], [{"a": 4, "b": 2, "r": 2}]),
    ("eval replaces", [const({"a": 4}), {"eval": {"a": "a + 1"}}], [{"a": 5}]),
    ("eval adds a string", [const({"a": "X"}), {"eval": {"b": "toLowerCase(a)"}}],
     [{"a": "X", "b": "x"}]),
    ("eval after eval", [const({"a": 1}), {"eval": {"b": "a + 1"}}, {"eval": {"c": "b * 10"}}],
     [{"a": 1, "b": 2, "c": 20}]),
    ("set is literal", [const({"id": "a"}), {"set": {"status": "id"}}],
     [{"id": "a", "status": "id"}]),
    ("set number and boolean", [const({"a": 1}), {"set": {"n": 5, "t": True}}],
     [{"a": 1, "n": 5, "t": True}]),
    ("set replaces", [const({"a": 1}), {"set": {"a": "new"}}], [{"a": "new"}]),
    # limit, count
    ("limit after sort", [SRC, {"sort": ["age"]}, {"limit": 2}, IDS], ids("d", "a")),
    ("limit above the number of rows", [SRC, {"limit": 99}, IDS], ids("a", "b", "c", "d")),
    ("limit before filter", [SRC, {"limit": 2}, {"filter": "age > 4"}, IDS], ids("b")),
    ("filter before limit", [SRC, {"filter": "age > 4"}, {"limit": 2}, IDS], ids("b", "c")),
    ("limit twice", [SRC, {"limit": 3}, {"limit": 1}, IDS], ids("a")),
    ("count", [SRC, {"count": None}], [{"count": 4}]),
    ("count after filter", [SRC, {"filter": 'kind == "cat"'}, {"count": None}], [{"count": 2}]),
    ("count can be filtered", [SRC, {"count": None}, {"filter": "count > 3"}], [{"count": 4}]),
    # identified
    ("identified visitors", [const({"visitorId": "v"}, {"visitorId": "_PENDO_T_x"}),
                             {"identified": "visitorId"}], [{"visitorId": "v"}]),
    ("anonymous visitors", [const({"visitorId": "v"}, {"visitorId": "_PENDO_T_x"}),
                            {"identified": "!visitorId"}], [{"visitorId": "_PENDO_T_x"}]),
    ("identified accounts", [const({"accountId": "acme"}, {"accountId": ""}),
                             {"identified": "accountId"}], [{"accountId": "acme"}]),
    # group
    ("group", [SRC, {"group": {"group": ["kind"], "fields": {"n": {"count": None}}}}],
     [{"kind": "cat", "n": 2}, {"kind": "dog", "n": 1}, {"kind": "emu", "n": 1}]),
    ("group with a list of fields",
     [SRC, {"group": {"group": ["kind"], "fields": [{"n": {"count": None}}, {"s": {"sum": "age"}}]}}],
     [{"kind": "cat", "n": 2, "s": 8}, {"kind": "dog", "n": 1, "s": 8}, {"kind": "emu", "n": 1, "s": 1}]),
    ("group without fields is distinct", [SRC, {"group": {"group": ["kind"]}}],
     [{"kind": "cat"}, {"kind": "dog"}, {"kind": "emu"}]),
    ("group of two", [SRC, {"group": {"group": ["kind", "home.town"], "fields": {"n": {"count": None}}}}],
     [{"kind": "cat", "home": {"town": "Bonn"}, "n": 2}, {"kind": "dog", "home": {"town": "Ulm"}, "n": 1},
      {"kind": "emu", "home": {"town": "Jena"}, "n": 1}]),
    ("group on a dotted path nests", [SRC, {"group": {"group": ["home.town"]}}],
     [{"home": {"town": t}} for t in ("Bonn", "Ulm", "Jena")]),
    ("group of nothing is the grand total",
     [SRC, {"group": {"group": [], "fields": {"n": {"count": None}, "s": {"sum": "age"}}}}],
     [{"n": 4, "s": 17}]),
    ("group over no rows", [SRC, {"filter": "age > 99"},
                            {"group": {"group": ["kind"], "fields": {"n": {"count": None}}}}], []),
    ("group keeps the null group", [const({"k": 1}, {"k": None}, {}, {"k": 1}),
                                    {"group": {"group": ["k"], "fields": {"n": {"count": None}}}}],
     [{"k": 1, "n": 2}, {"n": 2}]),
    ("group numbers and strings apart", [const({"k": 1}, {"k": "1"}, {"k": 1.0}),
                                         {"group": {"group": ["k"], "fields": {"n": {"count": None}}}}],
     [{"k": 1, "n": 2}, {"k": "1", "n": 1}]),
    ("group after group", [SRC, {"group": {"group": ["kind"], "fields": {"n": {"count": None}}}},
                           {"group": {"group": ["n"], "fields": {"m": {"count": None}}}}],
     [{"n": 2, "m": 1}, {"n": 1, "m": 2}]),
    ("forceKeys emits empty groups",
     [const({"s": "a"}, {"s": "a"}),
      {"group": {"group": ["s"], "fields": {"n": {"count": None}}, "forceKeys": {"s": 'list("a","b")'}}}],
     [{"s": "a", "n": 2}, {"s": "b", "n": 0}]),
    # reduce
    ("reduce", [SRC, {"reduce": {"n": {"count": None}, "t": {"sum": "age"}}}], [{"n": 4, "t": 17}]),
    ("reduce with a list", [SRC, {"reduce": [{"n": {"count": None}}, {"t": {"max": "age"}}]}],
     [{"n": 4, "t": 8}]),
    ("reduce of an expression", [SRC, {"reduce": {"t": {"sum": "age * 2"}}}], [{"t": 34}]),
    # unwind
    ("unwind", [LISTS, {"unwind": {"field": "tags"}}, {"select": {"id": "id", "t": "tags"}}],
     [{"id": "a", "t": "x"}, {"id": "a", "t": "y"}, {"id": "c", "t": "z"}]),
    ("unwind with index", [LISTS, {"unwind": {"field": "tags", "index": "i"}},
                           {"select": {"id": "id", "t": "tags", "i": "i"}}],
     [{"id": "a", "t": "x", "i": 0}, {"id": "a", "t": "y", "i": 1}, {"id": "c", "t": "z", "i": 0}]),
    ("unwind keepEmpty", [LISTS, {"unwind": {"field": "tags", "keepEmpty": True}},
                          {"group": {"group": ["id"], "fields": {"n": {"count": None}}}}],
     [{"id": "a", "n": 2}, {"id": "b", "n": 1}, {"id": "c", "n": 1}]),
    ("unwind prefix", [const({"l": [1, 2, 3]}), {"unwind": {"field": "l", "prefix": True}}],
     [{"l": [1]}, {"l": [1, 2]}, {"l": [1, 2, 3]}]),
    ("unwind of objects", [const({"l": [{"k": 1}, {"k": 2}]}), {"unwind": {"field": "l"}},
                           {"select": {"k": "l.k"}}], [{"k": 1}, {"k": 2}]),
    ("unwind of a nested field", [const({"o": {"l": ["p", "q"]}}), {"unwind": {"field": "o.l"}},
                                  {"select": {"v": "o.l"}}], [{"v": "p"}, {"v": "q"}]),
    # switch
    ("switch", [SRC, {"switch": {"size": {"age": [{"value": "small", "<": 4}, {"value": "big", ">=": 4}]}}},
                {"select": {"id": "id", "size": "size"}}],
     ages(("a", "small"), ("b", "big"), ("c", "big"), ("d", "small"))),
    ("switch drops what does not match", [SRC, {"switch": {"size": {"age": [{"value": "old", ">=": 5}]}}},
                                          {"select": {"id": "id", "size": "size"}}],
     ages(("b", "old"), ("c", "old"))),
    ("switch drops a missing input", [const({"id": 1, "x": 1}, {"id": 2}),
                                      {"switch": {"y": {"x": [{"value": "low", "<": 9}]}}},
                                      {"select": {"id": "id", "y": "y"}}], [{"id": 1, "y": "low"}]),
    ("switch needs all conditions of an entry",
     [SRC, {"switch": {"size": {"age": [{"value": "mid", ">=": 3, "<": 8}]}}},
      {"select": {"id": "id", "size": "size"}}], ages(("a", "mid"), ("c", "mid"))),
    ("switch on equality", [SRC, {"switch": {"size": {"kind": [{"value": "meow", "==": "cat"}]}}},
                            {"select": {"id": "id", "size": "size"}}], ages(("a", "meow"), ("c", "meow"))),
    # fork, spawn
    ("fork", [SRC, {"fork": [[{"filter": "age > 6"}], [{"filter": 'kind == "emu"'}]]}, IDS], ids("b", "d")),
    ("fork gives each row to each branch", [SRC, {"fork": [[{"cat": None}], [{"filter": "age < 4"}]]}, IDS],
     ids("a", "b", "c", "d", "a", "d")),
    ("fork with aggregates", [SRC, {"fork": [[{"count": None}],
                                             [{"reduce": {"count": {"sum": "age"}}}]]}],
     [{"count": 4}, {"count": 17}]),
    ("spawn", [{"spawn": [[const({"a": 1})], [const({"a": 2}, {"a": 3})]]}], [{"a": 1}, {"a": 2}, {"a": 3}]),
    ("spawn with stages of its own", [{"spawn": [[SRC, {"filter": "age > 6"}, IDS], [SRC, {"count": None}]]}],
     [{"id": "b"}, {"count": 4}]),
    ("stages after spawn", [{"spawn": [[const({"a": 1})], [const({"a": 2})]]}, {"filter": "a > 1"}], [{"a": 2}]),
    # join
    ("join", [{"spawn": [[const({"k": 1, "a": "x"}, {"k": 2, "a": "y"})], [const({"k": 1, "b": "p"})]]},
              {"join": {"fields": ["k"], "width": 2}}],
     [{"k": 1, "a": "x", "b": "p"}, {"k": 2, "a": "y"}]),
    ("join on two fields", [const({"k": 1, "m": 1, "a": 1}, {"k": 1, "m": 2, "b": 2}, {"k": 1, "m": 1, "c": 3}),
                            {"join": {"fields": ["k", "m"], "width": 2}}],
     [{"k": 1, "m": 1, "a": 1, "c": 3}, {"k": 1, "m": 2, "b": 2}]),
    ("join width starts a new group", [const({"k": 1, "a": 1}, {"k": 1, "b": 2}, {"k": 1, "c": 3}),
                                       {"join": {"fields": ["k"], "width": 2}}],
     [{"k": 1, "a": 1, "b": 2}, {"k": 1, "c": 3}]),
    ("join of nothing merges all", [const({"a": 1}, {"b": 2}, {"c": 3}), {"join": {"fields": [], "width": 3}}],
     [{"a": 1, "b": 2, "c": 3}]),
    # merge
    ("merge with mappings", [const({"k": 1}, {"k": 2}), {"merge": {
        "fields": ["k"], "mappings": {"name": "title", "known": '"true"'},
        "pipeline": [const({"k": 1, "title": "one", "x": 5})]}}],
     [{"k": 1, "name": "one", "known": "true"}, {"k": 2}]),
    ("merge mapping may compute", [const({"k": 1}), {"merge": {
        "fields": ["k"], "mappings": {"d": "x * 2"}, "pipeline": [const({"k": 1, "x": 5})]}}],
     [{"k": 1, "d": 10}]),
    ("merge with empty mappings copies nothing", [const({"k": 1}), {"merge": {
        "fields": ["k"], "mappings": {}, "pipeline": [const({"k": 1, "x": 5})]}}], [{"k": 1}]),
    ("merge without mappings copies all", [const({"k": 1, "a": 0}, {"k": 3}), {"merge": {
        "fields": ["k"], "pipeline": [const({"k": 1, "x": 5, "y": 6})]}}],
     [{"k": 1, "a": 0, "x": 5, "y": 6}, {"k": 3}]),
    ("merge keeps many rows of the outer side", [const({"k": 1, "i": 1}, {"k": 1, "i": 2}), {"merge": {
        "fields": ["k"], "mappings": {"x": "x"}, "pipeline": [const({"k": 1, "x": 5})]}}],
     [{"k": 1, "i": 1, "x": 5}, {"k": 1, "i": 2, "x": 5}]),
    ("merge pipeline has stages", [const({"k": "cat"}, {"k": "dog"}), {"merge": {
        "fields": ["k"], "mappings": {"n": "n"},
        "pipeline": [SRC, {"group": {"group": ["kind"], "fields": {"n": {"count": None}}}},
                     {"eval": {"k": "kind"}}]}}],
     [{"k": "cat", "n": 2}, {"k": "dog", "n": 1}]),
    # unmarshal
    ("unmarshal", [const({"a": '{"x":[1,2],"y":{"z":"é"}}'}), {"unmarshal": {"m": "a"}},
                   {"select": {"x": "m.x", "z": "m.y.z"}}], [{"x": [1, 2], "z": "é"}]),
    # segment with an inner pipeline
    ("inline segment", [const({"visitorId": "v1", "n": 1}, {"visitorId": "v2", "n": 2}, {"visitorId": "v1", "n": 3}),
                        {"segment": {"pipeline": [const({"visitorId": "v1"})]}}],
     [{"visitorId": "v1", "n": 1}, {"visitorId": "v1", "n": 3}]),
    ("inline segment of accounts", [const({"accountId": "p", "n": 1}, {"accountId": "q", "n": 2}),
                                    {"segment": {"pipeline": [const({"accountId": "q"})]}}],
     [{"accountId": "q", "n": 2}]),
]

# name, pipeline, rows in order
ORDERED = [
    ("sort", [SRC, {"sort": ["age"]}, IDS], ["d", "a", "c", "b"], {}),
    ("sort descending", [SRC, {"sort": ["-age"]}, IDS], ["b", "c", "a", "d"], {}),
    ("sort by two", [SRC, {"sort": ["kind", "-age"]}, IDS], ["c", "a", "b", "d"], {}),
    ("sort by a nested field", [SRC, {"sort": ["-home.no"]}, IDS], ["d", "c", "b", "a"], {}),
    ("sort by strings", [SRC, {"sort": ["-id"]}, IDS], ["d", "c", "b", "a"], {}),
    ("sort by a computed field", [SRC, {"eval": {"m": "age % 4"}}, {"sort": ["m", "id"]}, IDS],
     ["b", "c", "d", "a"], {}),
    ("the last sort rules", [SRC, {"sort": ["age"]}, {"sort": ["-id"]}, IDS], ["d", "c", "b", "a"], {}),
    ("sort and limit", [SRC, {"sort": ["-age"]}, {"limit": 2}, IDS], ["b", "c"], {}),
    ("sort numbers by value", [const({"id": 10}, {"id": 9}, {"id": 100}, {"id": -1}), {"sort": ["id"]}],
     [-1, 9, 10, 100], {}),
    ("stable sort keeps ties", [const(*({"id": i, "k": i % 2} for i in range(10))), {"sort": ["k"]}, IDS],
     [0, 2, 4, 6, 8, 1, 3, 5, 7, 9], {"sort_stable": "yes"}),
    ("nulls first", [const({"id": 1, "x": 5}, {"id": 2}, {"id": 3, "x": 4}), {"sort": ["x"]}, IDS],
     [2, 3, 1], {"null_sort": "first"}),
    ("nulls last", [const({"id": 1, "x": 5}, {"id": 2}, {"id": 3, "x": 4}), {"sort": ["x"]}, IDS],
     [3, 1, 2], {"null_sort": "last"}),
    ("byte order of strings", [const(*({"id": s} for s in ("b", "é", "B", "a", "Z", "_"))), {"sort": ["id"]}],
     ["B", "Z", "_", "a", "b", "é"], {"collation": "byte"}),
    ("byte order beyond the basic plane", [const({"id": "\U0001F600"}, {"id": "\uFF5E"}), {"sort": ["id"]}],
     ["\uFF5E", "\U0001F600"], {"collation": "byte"}),
    ("case-folded order", [const(*({"id": s} for s in ("b", "C", "a", "D"))), {"sort": ["id"]}],
     ["a", "b", "C", "D"], {"collation": "casefold"}),
]


def ordered(name, pipeline, expected, switches):
    def run(world):
        with world.standin.switches(**switches):
            got = [row["id"] for row in world.standin.rows(pipeline)]
        check(got == expected, "got %r, expected %r" % (got, expected))
    return Case(name, run)


def cases(_):
    for name, pipeline, expected in LITERAL:
        yield literal(name, pipeline, expected)
    for case in ORDERED:
        yield ordered(*case)
