"""Comparison of rows as multisets, with a short difference for the reader."""
from collections import Counter

from .rows import get, key, plain

SHOWN = 3


def like(row, model):
    """Leave out of row the members that no model row has (unknown members)."""
    if isinstance(row, dict) and isinstance(model, dict):
        return {k: like(v, model[k]) for k, v in row.items() if k in model}
    if isinstance(row, list) and isinstance(model, list) and model:
        return [like(v, model[0]) for v in row]
    return row


def overlay(models):
    """One row that has every member of all model rows."""
    out = {}
    for model in models:
        for name, value in model.items():
            if isinstance(value, dict) and isinstance(out.get(name), dict):
                out[name] = overlay([out[name], value])
            elif out.get(name) is None or value:
                out[name] = value
    return out


def cut(text):
    return text if len(text) < 240 else text[:240] + "…"


def multiset(got, expected):
    """None, or a text that says how they differ."""
    a, b = Counter(map(key, got)), Counter(map(key, expected))
    if a == b:
        return None
    lines = ["%d rows got, %d expected" % (len(got), len(expected))]
    lines += ["got only:      " + cut(k) for k in list(a - b)[:SHOWN]]
    lines += ["expected only: " + cut(k) for k in list(b - a)[:SHOWN]]
    return "\n".join(lines)


def subset(got, whole):
    extra = Counter(map(key, got)) - Counter(map(key, whole))
    return "not among the candidates: " + cut(next(iter(extra))) if extra else None


def sequence(got, expected, keys):
    """The sort keys must follow each other as in the expected rows."""
    def of(row):
        return [plain(get(row, k.lstrip("-"))) for k in keys]
    for n, (a, b) in enumerate(zip(got, expected)):
        if of(a) != of(b):
            return "row %d has keys %s, expected %s" % (n, of(a), of(b))
    return None
