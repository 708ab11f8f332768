"""A source file has one subject; past these lengths it has two."""

from tree import files, short

SUBJECT = ".c files have at most 800 lines, headers at most 150"
LIMITS = {".c": 800, ".h": 150}

GOOD = {"src/a.c": "x\n" * 800, "src/b/a.h": "x\n" * 150}
FAULTY = [{"src/b/a.c": "x\n" * 801}, {"src/a.h": "x\n" * 151}]


def check(root):
    for path in files(root, "src", "*.[ch]"):
        lines = path.read_text().count("\n")
        limit = LIMITS[path.suffix]
        if lines > limit:
            yield f"{short(root, path)} has {lines} lines, the limit is {limit}"
