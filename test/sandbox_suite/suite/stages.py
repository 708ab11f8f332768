"""Pipeline stages over lists of rows: stage_<name>(model, argument, rows)."""
import copy
import functools
import json

from . import aggregators
from .values import is_number
from .functions import ANONYMOUS
from .rows import get, key, put


def stage_identified(_, argument, rows):
    def is_known(row):
        value = get(row, argument.lstrip("!"))
        return bool(value) and not value.startswith(ANONYMOUS)
    return [r for r in rows if is_known(r) != argument.startswith("!")]


def stage_filter(model, text, rows):
    return [r for r in rows if model.evaluate(text, r) is True]


def stage_select(model, fields, rows):
    out = []
    for row in rows:
        made = {}
        for name, text in fields.items():
            put(made, name, model.evaluate(text, row))
        out.append(made)
    return out


def stage_eval(model, fields, rows):
    out = []
    for row in rows:
        made = dict(row)
        for name, text in fields.items():
            put(made, name, model.evaluate(text, row))
        out.append(made)
    return out


def stage_set(_, fields, rows):
    return [{**row, **fields} for row in rows]


def compare(a, b, descending, rules):
    if a is None or b is None:
        if a is None and b is None:
            return 0
        nulls_first = rules["null_sort"] == "first"
        return -1 if (a is None) == nulls_first else 1
    if is_number(a) and is_number(b):
        sign = (float(a) > float(b)) - (float(a) < float(b))
    elif type(a) is type(b):
        if isinstance(a, str):
            a, b = a.encode("utf-8", "surrogatepass"), b.encode("utf-8", "surrogatepass")
        sign = (a > b) - (a < b)
    else:
        raise ValueError("the reference has no order for %r and %r" % (a, b))
    return -sign if descending else sign


def stage_sort(model, keys, rows):
    def order(left, right):
        for name in keys:
            path = name.lstrip("-")
            sign = compare(get(left, path), get(right, path), name[0] == "-", model.rules)
            if sign:
                return sign
        return 0
    return sorted(rows, key=functools.cmp_to_key(order))


def stage_limit(_, n, rows):
    return rows[:n]


def stage_count(_, __, rows):
    return [{"count": len(rows)}]


def stage_cat(_, __, rows):
    return rows


def stage_reduce(model, fields, rows):
    if not rows and model.rules["reduce_empty"] == "no_row":
        return []
    return [aggregators.aggregate(model.evaluate, fields, rows)]


def stage_group(model, argument, rows):
    names, groups = argument["group"], {}
    for row in rows:
        found = [get(row, name) for name in names]
        groups.setdefault(key({"v": [key({"x": v}) for v in found]}), (found, []))[1].append(row)
    for name, text in argument.get("forceKeys", {}).items():
        for value in model.evaluate(text):
            groups.setdefault(key({"v": [key({"x": value})]}), ([value], []))
    out = []
    for found, members in groups.values():
        made = {}
        for name, value in zip(names, found):
            put(made, name, value)
        made.update(aggregators.aggregate(model.evaluate, argument.get("fields"), members))
        out.append(made)
    return out


def attach(argument, rows, objects):
    """{"out": {"<kind>": "<field with the id>"}} looked up in objects[kind]."""
    out = []
    for row in rows:
        made = dict(row)
        for name, spec in argument.items():
            (kind, field), = spec.items()
            found = objects(kind).get(get(row, field))
            if found is not None:
                put(made, name, found)
        out.append(made)
    return out


def stage_bulkExpand(model, argument, rows):
    return attach(argument, rows, lambda kind: {
        r.get(kind + "Id"): r.get("metadata", {}) for r in model.table(kind)})


def stage_expand(model, argument, rows):
    tables = {"page": "page", "feature": "feature", "trackType": "track_type"}
    return attach(argument, rows, lambda kind: {
        r["id"]: r for r in model.table(tables[kind])})


def stage_segment(model, argument, rows):
    inner = model.run(argument["pipeline"])
    name = "visitorId" if "visitorId" in inner[0] else "accountId"
    members = {r[name] for r in inner}
    return [r for r in rows if r.get(name) in members]


def stage_unwind(_, argument, rows):
    field, index = argument["field"], argument.get("index")
    out = []
    for row in rows:
        items = get(row, field) or []
        if not items and argument.get("keepEmpty"):
            made = copy.deepcopy(row)
            put(made, field, None)
            out.append(made)
        for n, item in enumerate(items):
            made = copy.deepcopy(row)
            put(made, field, items[:n + 1] if argument.get("prefix") else item)
            if index:
                put(made, index, n)
            out.append(made)
    return out


def stage_unmarshal(_, argument, rows):
    (out, field), = argument.items()
    return [{**row, out: json.loads(row[field])} for row in rows]


CONDITIONS = {"==": lambda a, b: a == b, "<": lambda a, b: a < b, ">=": lambda a, b: a >= b,
              "<=": lambda a, b: a <= b, ">": lambda a, b: a > b}


def stage_switch(_, argument, rows):
    out = []
    for row in rows:
        made = dict(row)
        for name, spec in argument.items():
            (field, entries), = spec.items()
            value = get(row, field)
            for entry in entries:
                tests = {op: limit for op, limit in entry.items() if op != "value"}
                if value is not None and all(CONDITIONS[op](value, limit)
                                             for op, limit in tests.items()):
                    made[name] = entry["value"]
                    break
            else:
                break
        else:
            out.append(made)
    return out


def stage_fork(model, branches, rows):
    return [out for branch in branches
            for out in model.stages(branch, copy.deepcopy(rows))]


def stage_spawn(model, branches, _):
    return [out for branch in branches for out in model.run(branch)]


def stage_join(_, argument, rows):
    open_groups, out = {}, []
    for row in rows:
        name = key({"v": [key({"x": get(row, f)}) for f in argument["fields"]]})
        if name not in open_groups or open_groups[name][1] == argument.get("width"):
            open_groups[name] = [{}, 0]
            out.append(open_groups[name])
        open_groups[name][0].update(row)
        open_groups[name][1] += 1
    return [made for made, _ in out]


def stage_merge(model, argument, rows):
    fields, inner = argument["fields"], {}
    for row in model.run(argument["pipeline"]):
        inner[key({"v": [get(row, f) for f in fields]})] = row
    out = []
    for row in rows:
        made, found = dict(row), inner.get(key({"v": [get(row, f) for f in fields]}))
        if found is not None and "mappings" not in argument:
            made.update(found)
        elif found is not None:
            for name, text in argument["mappings"].items():
                put(made, name, model.evaluate(text, found))
        out.append(made)
    return out
