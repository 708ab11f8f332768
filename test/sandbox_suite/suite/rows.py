"""Small operations on rows: paths, comparison keys."""
import json


def get(row, path):
    for name in path.split("."):
        row = row.get(name) if isinstance(row, dict) else None
    return row


def put(row, path, value):
    *outer, last = path.split(".")
    for name in outer:
        inner = row.get(name)
        row[name] = dict(inner) if isinstance(inner, dict) else {}
        row = row[name]
    row[last] = value


def drop(row, path):
    *outer, last = path.split(".")
    for name in outer:
        row = row.get(name)
    row.pop(last, None)


def plain(value):
    """Canonical form: numbers as doubles, unset and null members left out.

    Whole numbers count to the last digit; fractions to twelve, since sums may
    be made in any order.
    """
    if isinstance(value, dict):
        kept = {k: plain(v) for k, v in value.items() if v is not None}
        return {k: v for k, v in kept.items() if v != {}}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = float(value)
        return value if value.is_integer() else float("%.12g" % value)
    return value


def key(value):
    return json.dumps(plain(value), sort_keys=True)
