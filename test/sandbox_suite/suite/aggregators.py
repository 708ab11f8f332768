"""Aggregators of group and reduce: name -> function(evaluate, argument, rows).

Only what the reference settles: sums and means are taken over rows whose
value is a number, the order of a list is left to the caller to ignore.
"""
import statistics

from .values import is_number
from .rows import key


def values(evaluate, text, rows):
    return [v for v in (evaluate(text, row) for row in rows) if v is not None]


def numbers(evaluate, text, rows):
    return [float(v) for v in values(evaluate, text, rows) if is_number(v)]


def distinct(evaluate, fields, rows):
    seen = set()
    for row in rows:
        found = [evaluate(f, row) for f in fields]
        if None in found and evaluate.rules["count_null"] == "excluded":
            continue
        seen.add(key({"v": [key({"x": v}) for v in found]}))
    return len(seen)


def count(evaluate, argument, rows):
    if argument is None:
        return len(rows)
    return distinct(evaluate, argument if isinstance(argument, list) else [argument], rows)


def count_if(evaluate, argument, rows):
    chosen = [r for r in rows if evaluate(argument["if"], r) is True]
    return count(evaluate, argument["count"], chosen)


def mean(evaluate, text, rows):
    found = numbers(evaluate, text, rows)
    return sum(found) / len(found) if found else None


def extreme(pick):
    def aggregate(evaluate, text, rows):
        found = values(evaluate, text, rows)
        return pick(found) if found else None
    return aggregate


def median(evaluate, text, rows):
    found = numbers(evaluate, text, rows)
    return statistics.median(found) if found else None


def first(evaluate, text, rows):
    return next(iter(values(evaluate, text, rows)), None)


AGGREGATORS = {
    "count": count,
    "countIf": count_if,
    "sum": lambda e, text, rows: sum(numbers(e, text, rows)),
    "avg": mean,
    "mean": mean,
    "median": median,
    "min": extreme(min),
    "max": extreme(max),
    "first": first,
    "list": values,
}


def aggregate(evaluate, fields, rows):
    """fields: {"out": {"<agg>": argument}} or a list of such one-key objects."""
    if isinstance(fields, list):
        fields = {name: spec for item in fields for name, spec in item.items()}
    out = {}
    for name, spec in (fields or {}).items():
        (function, argument), = spec.items()
        out[name] = AGGREGATORS[function](evaluate, argument, rows)
    return out
