"""Differences between servers live in one place."""

from tree import files, short, without_comments

SUBJECT = "what differs between servers is in src/compat.h alone"

# The last two are gone in 18: compat.h has pg_noreturn and PRIx64 for them.
MACROS = ("PG_VERSION_NUM", "PG_MAJORVERSION", "CATALOG_VERSION_NO",
          "pg_attribute_noreturn", "INT64_MODIFIER")

GOOD = {"src/compat.h": "#if PG_VERSION_NUM >= 170000\n#endif\n",
        "src/a.c": "/* PG_VERSION_NUM is for compat.h */\n"}
FAULTY = [{"src/a.c": "#if PG_VERSION_NUM >= 170000\n#endif\n"},
          {"src/b/compat.h": "#if PG_VERSION_NUM >= 170000\n#endif\n"},
          {"src/c.h": "#define V PG_MAJORVERSION\n"},
          {"src/d.c": "static void\npg_attribute_noreturn() f(void);\n"},
          {"src/e.c": 'x = psprintf("%" INT64_MODIFIER "x", n);\n'}]


def check(root):
    for path in files(root, "src", "*.[ch]"):
        if short(root, path) == "src/compat.h":
            continue
        lines = without_comments(path.read_text()).splitlines()
        for number, line in enumerate(lines, 1):
            for macro in MACROS:
                if macro in line:
                    yield f"{short(root, path)}:{number}: {macro} belongs in src/compat.h"
