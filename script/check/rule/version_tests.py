"""Differences between servers live in one place."""

from tree import files, short, without_comments

SUBJECT = "PG_VERSION_NUM is tested in src/compat.h alone"
MACROS = ("PG_VERSION_NUM", "PG_MAJORVERSION", "CATALOG_VERSION_NO")

GOOD = {"src/compat.h": "#if PG_VERSION_NUM >= 170000\n#endif\n",
        "src/a.c": "/* PG_VERSION_NUM is for compat.h */\n"}
FAULTY = [{"src/a.c": "#if PG_VERSION_NUM >= 170000\n#endif\n"},
          {"src/b/compat.h": "#if PG_VERSION_NUM >= 170000\n#endif\n"},
          {"src/c.h": "#define V PG_MAJORVERSION\n"}]


def check(root):
    for path in files(root, "src", "*.[ch]"):
        if short(root, path) == "src/compat.h":
            continue
        lines = without_comments(path.read_text()).splitlines()
        for number, line in enumerate(lines, 1):
            for macro in MACROS:
                if macro in line:
                    yield f"{short(root, path)}:{number}: {macro} belongs in src/compat.h"
