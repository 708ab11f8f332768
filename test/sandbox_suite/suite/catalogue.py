"""What fields the rows of a source have, learnt from the truth itself."""
import re
from dataclasses import dataclass, field

from .values import is_number

SAFE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
EXACT = 2 ** 53


@dataclass
class Field:
    path: str
    kinds: set = field(default_factory=set)
    values: list = field(default_factory=list)
    always: bool = True

    @property
    def kind(self):
        return next(iter(self.kinds)) if len(self.kinds) == 1 else "mixed"


def kind(value):
    if isinstance(value, bool):
        return "boolean"
    if is_number(value):
        return "number" if abs(value) < EXACT else "huge"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        plain = all(isinstance(v, str) for v in value)
        return "list" if plain else "objects"
    return "other"


def leaves(row, prefix=""):
    for name, value in row.items():
        if not SAFE.match(name) or value is None:
            continue
        if isinstance(value, dict):
            yield prefix + name, value
            yield from leaves(value, prefix + name + ".")
        else:
            yield prefix + name, value


def fields(rows):
    """Fields that expressions can name, sorted by path.

    A field of several types is of kind "mixed"; lists of objects are left out.
    """
    found = {}
    for row in rows:
        for path, value in leaves(row):
            if isinstance(value, dict):
                found.setdefault(path, Field(path)).kinds.add("object")
                continue
            known = found.setdefault(path, Field(path))
            known.kinds.add(kind(value))
            known.values.append(value)
    found = {path: f for path, f in found.items() if f.kinds != {"object"}}
    for known in found.values():
        known.always = len(known.values) == len(rows)
    usable = ("string", "number", "boolean", "list", "mixed")
    return sorted((f for f in found.values() if f.kind in usable and "objects" not in f.kinds),
                  key=lambda f: f.path)
