"""Random pipelines: source, window, filter, projection, grouping, order.

Names, constants, spacing and quoting are drawn at random, so that no route or
expression can be known by its text. Only what the reference settles is drawn:
functions get a null only where it does not matter, and mixed types are left out.
"""
import string

from . import catalogue
from .sources import DEFAULT_APP, GROUPED, OBJECTS, SINGLE

PLAIN = ["visitors", "accounts", "votes", "apps", *OBJECTS]
TIMED = [*GROUPED, *SINGLE]
ORDER = ["<", "<=", ">", ">="]
EQUALITY = ["==", "!="]
SWITCHES = [
    {}, {}, {"row_order": "shuffled"}, {"not_null": "true"}, {"not_null": "false"},
    {"count_null": "included"}, {"null_sort": "last"}, {"absent": "null"},
    {"compare_types": "false"}, {"compare_types": "false", "not_null": "true"}, {"type_test_null": "null"},
    {"unknown_members": "some"}, {"null_results": "null"}, {"chunked": "no"},
    {"start_time": "present"}, {"sort_stable": "no", "row_order": "shuffled"},
    {"not_null": "true", "absent": "null", "unknown_members": "some", "row_order": "shuffled"},
    {"count_null": "included", "absent": "null", "null_sort": "last"},
]


def number_text(value):
    """A plain decimal: whether exponents are allowed is not told."""
    return str(int(value)) if value == int(value) else "%.6f" % value


class Expressions:
    """Draws boolean and scalar expressions over given fields."""

    def __init__(self, rng, fields):
        self.rng = rng
        self.fields = fields

    def of_kind(self, *kinds):
        return [f for f in self.fields if f.kind in kinds]

    def string(self, value):
        if "`" not in value and self.rng.random() < 0.3:
            return "`%s`" % value
        return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"')

    def constant(self, field):
        value = self.rng.choice(field.values)
        if field.kind == "string":
            return self.string(value)
        if field.kind == "boolean":
            return "true" if value else "false"
        shift = self.rng.choice([0, 0, 0, 1, -1, 0.5])
        return number_text(value + shift)

    def space(self):
        return self.rng.choice(["", " ", " ", "  "])

    def infix(self, left, op, right):
        # a blank before a negative number keeps the two operators apart
        return left + self.space() + op + (self.space() if right[0] != "-" else " ") + right

    def boolean(self, depth):
        if depth == 0 or self.rng.random() < 0.35:
            return self.atom()
        form = self.rng.random()
        if form < 0.12:
            return "!(%s)" % self.boolean(depth - 1)
        if form < 0.2:
            return "if(%s, %s, %s)" % (self.boolean(0), self.boolean(depth - 1), self.boolean(0))
        op = self.rng.choice(["&&", "||"])
        out = self.infix(self.boolean(depth - 1), op, self.boolean(depth - 1))
        return "(%s)" % out if self.rng.random() < 0.6 else out

    def atom(self):
        field = self.rng.choice(self.fields)
        test = self.rng.choice(self.TESTS[field.kind])
        return getattr(self, "test_" + test)(field)

    TESTS = {
        "number": ["order", "order", "equal", "nil", "sum", "remainder", "member"],
        "string": ["order", "equal", "equal", "nil", "prefix", "substring", "member", "empty", "lower", "length"],
        "boolean": ["equal", "nil", "bare"],
        "list": ["holds", "holds", "nil", "empty", "length"],
        "mixed": ["across", "across", "type", "nil"],
    }

    def guarded(self, field, text):
        """A function is asked about a value only where there is one."""
        if field.always:
            return text
        return "(!isNil(%s) && %s)" % (field.path, text)

    def test_order(self, field):
        return self.infix(field.path, self.rng.choice(ORDER), self.constant(field))

    def test_equal(self, field):
        if self.rng.random() < 0.1:
            return self.infix(field.path, self.rng.choice(EQUALITY), "null")
        return self.infix(field.path, self.rng.choice(EQUALITY), self.constant(field))

    def test_across(self, field):
        """An order between values that may be of different types."""
        fitting = [v for v in field.values if isinstance(v, (int, float, str)) and not isinstance(v, bool)]
        value = self.rng.choice(fitting or [1])
        text = self.string(value) if isinstance(value, str) else number_text(value)
        return self.infix(field.path, self.rng.choice(ORDER), text)

    def test_type(self, field):
        return "%s(%s)" % (self.rng.choice(["isString", "isNumber", "isBoolean", "isList"]), field.path)

    def test_nil(self, field):
        return self.rng.choice(["isNil(%s)", "isNull(%s)", "!isNil(%s)", "!isNull( %s )"]) % field.path

    def test_empty(self, field):
        return self.rng.choice(["isEmpty(%s)", "!isEmpty(%s)"]) % field.path

    def test_bare(self, field):
        return field.path

    def test_sum(self, field):
        other = self.rng.choice(self.of_kind("number"))
        left = "%s %s %s" % (field.path, self.rng.choice("+-"), other.path)
        if self.rng.random() < 0.5:
            left = "%s*%d %s %d" % (field.path, self.rng.randint(2, 9), self.rng.choice("+-"), self.rng.randint(1, 99))
        return self.infix(left, self.rng.choice(ORDER), self.constant(field))

    def test_remainder(self, field):
        if any(v < 0 or v != int(v) for v in field.values):
            return self.test_order(field)
        n = self.rng.randint(2, 7)
        return "%s %% %d == %d" % (field.path, n, self.rng.randrange(n))

    def test_member(self, field):
        some = ", ".join(self.constant(field) for _ in range(self.rng.randint(1, 4)))
        form = self.rng.choice(["contains([%s], %s)", "contains(list(%s), %s)"])
        return self.guarded(field, form % (some, field.path))

    def piece(self, field):
        return self.rng.choice(field.values)[:self.rng.randint(1, 4)] or "x"

    def test_prefix(self, field):
        return self.guarded(field, "startsWith(%s, %s)" % (field.path, self.string(self.piece(field))))

    def test_substring(self, field):
        value = self.rng.choice(field.values)
        at = self.rng.randrange(len(value) + 1)
        return self.guarded(field, "contains(%s,%s)" % (field.path, self.string(value[at:at + 3] or "x")))

    def test_lower(self, field):
        if not all(v.isascii() for v in field.values):
            return self.test_equal(field)
        value = self.rng.choice(field.values).lower()
        return self.guarded(field, "toLowerCase(%s) == %s" % (field.path, self.string(value)))

    def test_length(self, field):
        if field.kind == "string" and not all(v.isascii() for v in field.values):
            return self.test_equal(field)
        length = len(self.rng.choice(field.values))
        return self.guarded(field, "len(%s) %s %d" % (field.path, self.rng.choice(ORDER + EQUALITY), length))

    def test_holds(self, field):
        members = [m for value in field.values for m in value] or ["x"]
        return self.guarded(field, "contains(%s, %s)" % (field.path, self.string(self.rng.choice(members))))

    def scalar(self):
        """An expression for select or eval."""
        field = self.rng.choice(self.fields)
        form = self.rng.random()
        if form < 0.55:
            return field.path
        if form < 0.7:
            return self.boolean(1)
        if form < 0.8:
            return "if(%s, %s, %s)" % (self.boolean(1), self.constant_of(), self.constant_of())
        if field.kind == "number":
            return "%s * %d + %d" % (field.path, self.rng.randint(1, 5), self.rng.randint(0, 9))
        tests = ["isNil(%s)", "isEmpty(%s)"] if field.kind in ("string", "list") else ["isNil(%s)"]
        return self.rng.choice(tests) % field.path

    def constant_of(self):
        choice = self.of_kind("string", "number", "boolean")
        return self.constant(self.rng.choice(choice))


class Pipelines:
    def __init__(self, rng, world):
        self.rng = rng
        self.world = world
        self.names = 0

    def name(self):
        self.names += 1
        return "".join(self.rng.choices(string.ascii_letters, k=self.rng.randint(1, 6))) + str(self.names)

    def output(self):
        form = self.rng.random()
        if form < 0.15:
            return "%s.%s" % (self.name(), self.name())
        return "%s %s" % (self.name(), self.name()) if form < 0.2 else self.name()

    def app_id(self):
        ids = [a["id"] for a in self.world.truth("app")]
        return self.rng.choice([
            {}, {}, {"appId": DEFAULT_APP}, {"appId": self.rng.choice(ids)},
            {"appId": self.rng.sample(ids, min(2, len(ids)))}, {"appId": 'expandAppIds("*")'},
            {"appId": "expandAppIds(`*`)"}, {"appId": 'expandAppIds("*")'},
            {"appId": 'expandAppIds("web")'}, {"appId": 'expandAppIds("web|mobile")'}])

    def series(self):
        now, day = self.world.now, 86400000
        back = self.rng.randint(0, 50 * day)
        if self.rng.random() < 0.3:
            hours = self.rng.randint(2, 72)
            return {"period": "hourRange", "first": now - back, "count": hours}
        first = now - back - self.rng.randint(0, 8) * day
        form = self.rng.random()
        if form < 0.4:
            return {"period": "dayRange", "first": first, "last": now - back}
        if form < 0.6:
            return {"period": "dayRange", "first": str(first), "last": str(now - back)}
        if form < 0.8:
            return {"period": "dayRange", "first": "now()", "count": -self.rng.randint(1, 9)}
        return {"period": "dayRange", "first": "dateAdd(now(), %d, `days`)" % -self.rng.randint(1, 40),
                "count": self.rng.randint(1, 6)}

    def source(self):
        if self.rng.random() < 0.6:
            name = self.rng.choice(TIMED)
            return [{"source": {name: self.app_id() or None, "timeSeries": self.series()}}]
        name = self.rng.choice(PLAIN)
        params = self.app_id() if name in OBJECTS else {}
        if name == "visitors" and self.rng.random() < 0.4:
            params = {"identified": self.rng.random() < 0.7}
            known = {"filter": "!isNil(visitorId)"}     # flagged visitors have no id to judge by
            return [{"source": {name: params}}, known]
        return [{"source": {name: params or None}}]

    def pipeline(self, model):
        """One whole pipeline, or None where the source has no rows."""
        stages = self.source()
        fields = catalogue.fields(model.run(stages))
        if not fields:
            return None
        draw = Expressions(self.rng, fields)
        for _ in range(self.rng.choice([0, 1, 1, 1, 2])):
            stages.append({"filter": draw.boolean(self.rng.randint(0, 3))})
        return stages + self.rng.choice(self.SHAPES)(self, draw)

    def select(self, draw):
        outputs = {self.output(): draw.scalar() for _ in range(self.rng.randint(1, 6))}
        return [{"select": outputs}] + self.order(draw, outputs)

    def order(self, draw, outputs):
        """Sort by outputs that are plain fields; descending only without nulls."""
        by_path = {f.path: f for f in draw.fields}
        keys = []
        for name, text in outputs.items():
            field = by_path.get(text)
            if field and field.kind in ("string", "number") and " " not in name:
                keys.append(self.rng.choice(["", "-"] if field.always else [""]) + name)
        if not keys or self.rng.random() < 0.4:
            return [{"limit": self.rng.randint(1, 50)}] if self.rng.random() < 0.2 else []
        stages = [{"sort": self.rng.sample(keys, self.rng.randint(1, len(keys)))}]
        return stages + ([{"limit": self.rng.randint(1, 50)}] if self.rng.random() < 0.5 else [])

    def aggregates(self, draw):
        fields = {self.name(): {"count": None}}
        # sums beyond 2^53 would depend on the order of the rows
        numbers = [f for f in draw.of_kind("number") if f.always and sum(map(abs, f.values)) < catalogue.EXACT]
        scalars = draw.of_kind("string", "number", "boolean")
        for _ in range(self.rng.randint(0, 4)):
            form = self.rng.random()
            if numbers and form < 0.5:
                how = self.rng.choice(["sum", "min", "max", "avg"])
                fields[self.name()] = {how: self.rng.choice(numbers).path}
            elif form < 0.8:
                fields[self.name()] = {"count": self.rng.choice(scalars).path}
            else:
                fields[self.name()] = {"countIf": {"count": self.rng.choice(scalars).path, "if": draw.boolean(1)}}
        if self.rng.random() < 0.3:
            return [{name: spec} for name, spec in fields.items()]
        return fields

    def group(self, draw):
        scalars = draw.of_kind("string", "number", "boolean")
        keys = [f.path for f in self.rng.sample(scalars, min(len(scalars), self.rng.randint(1, 3)))]
        keys = [k for k in keys if not any(other.startswith(k + ".") for other in keys)]
        stages = [{"group": {"group": keys, "fields": self.aggregates(draw)}}]
        if self.rng.random() < 0.3:
            n = self.name()
            stages = [{"group": {"group": keys, "fields": {n: {"count": None}}}},
                      {"filter": "%s %s %d" % (n, self.rng.choice(ORDER), self.rng.randint(1, 4))}]
        return stages

    def totals(self, draw):
        if self.rng.random() < 0.3:
            return [{"count": None}]
        return [{"reduce": self.aggregates(draw)}]

    def evaluate(self, draw):
        made, kept = self.name(), self.rng.choice(draw.fields).path
        return [{"eval": {made: draw.scalar()}}, {"select": {self.output(): made, self.output(): kept}}]

    def classes(self, draw):
        """switch over a number, then how many of each class."""
        numbers = draw.of_kind("number")
        if not numbers:
            return self.group(draw)
        field, made = self.rng.choice(numbers), self.name()
        low, high = sorted(self.rng.choice(field.values) for _ in range(2))
        entries = [{"value": self.name(), "<": low}, {"value": self.name(), ">=": low, "<": high + 1},
                   {"value": self.name(), ">=": high + 1}]
        entries = entries[:self.rng.randint(1, 3)]
        return [{"switch": {made: {field.path: entries}}},
                {"group": {"group": [made], "fields": {self.name(): {"count": None}}}}]

    def periods(self, draw):
        """Group by the day, week or month of a time."""
        times = [f for f in draw.of_kind("number") if f.always and 10 ** 12 < min(f.values) <= max(f.values) < 10 ** 13]
        if not times:
            return self.group(draw)
        made, unit = self.name(), self.rng.choice(["daily", "weekly", "monthly"])
        return [{"eval": {made: 'startOfPeriod("%s", %s)' % (unit, self.rng.choice(times).path)}},
                {"group": {"group": [made], "fields": self.aggregates(draw)}}]

    def members(self, draw):
        """One row for each member of a list."""
        lists = [f for f in draw.of_kind("list") if any(f.values)]
        if not lists:
            return self.select(draw)
        path = self.rng.choice(lists).path
        return [{"filter": "!isEmpty(%s)" % path}, {"unwind": {"field": path}},
                {"group": {"group": [path], "fields": {self.name(): {"count": None}}}}]

    def branches(self, draw):
        """Two branches of a fork, each of which only looks."""
        kept = {self.output(): draw.scalar() for _ in range(2)}
        return [{"fork": [[{"filter": draw.boolean(1)}], [{"filter": draw.boolean(1)}]]}, {"select": kept}]

    def people(self, draw):
        """Visitors or accounts are attached, or merged from a pipeline."""
        ids = [f.path for f in draw.fields if f.path in ("visitorId", "accountId") and f.always]
        if not ids:
            return self.select(draw)
        path, made = self.rng.choice(ids), self.name()
        kind = path[:-2]
        if self.rng.random() < 0.5:
            attach, prefix = {"bulkExpand": {made: {kind: path}}}, made + ".auto."
        else:
            inner = [{"source": {kind + "s": None}}, {"filter": "!isNil(%s)" % path}]
            attach = {"merge": {"fields": [path], "mappings": {made: "metadata.auto"}, "pipeline": inner}}
            prefix = made + "."
        return [attach, {"select": {self.output(): path, self.output(): prefix + "lastvisit",
                                    self.output(): "isNil(%sidhash)" % prefix}}]

    def constants(self, draw):
        """set, then group by what was set and one field."""
        made, value = self.name(), self.rng.choice(["a \"b\"", 7, True, "visitorId", 2.5])
        scalars = draw.of_kind("string", "number", "boolean")
        return [{"set": {made: value}}, {"group": {"group": [made, self.rng.choice(scalars).path],
                                                   "fields": self.aggregates(draw)}}]

    SHAPES = [select, select, select, group, group, group, totals, evaluate, evaluate, classes, periods,
              members, branches, people, constants]
