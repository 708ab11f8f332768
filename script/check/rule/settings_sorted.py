"""Settings are looked up by people, so they stand in order."""

import re

SUBJECT = "each list of settings in src/settings.c is sorted"
FILE = "src/settings.c"

# A name as the first thing in a table's row or a Define...Variable call.
NAME = re.compile(r'(?:DefineCustom(\w+)Variable\s*\(|\{\s*(?:\.name\s*=)?)\s*"pendo_fdw\.(\w+)"'
                  r"|^(?:static\s+)?(?:const\s+)?\w+\s+\**(\w+)\[\]\s*=", re.MULTILINE)

GOOD = {FILE: 'static BoolSetting a[] = {\n {"pendo_fdw.a"}, {.name = "pendo_fdw.b"}\n};\n'
              'static TextSetting b[] = {\n {"pendo_fdw.a"}\n};\n'}
FAULTY = [{FILE: 'static BoolSetting a[] = {\n {"pendo_fdw.b"}, {"pendo_fdw.a"}\n};\n'},
          {FILE: 'DefineCustomBoolVariable("pendo_fdw.b", x);\n'
                 'DefineCustomBoolVariable(\n "pendo_fdw.a", x);\n'},
          {FILE: "nothing\n"}]


def check(root):
    path = root / FILE
    if not path.exists():
        return
    last, seen = "", False
    for _, name, table in NAME.findall(path.read_text()):
        if table:
            last = ""
            continue
        seen = True
        if name <= last:
            yield f"{FILE}: pendo_fdw.{name} stands after pendo_fdw.{last}"
        last = name
    if not seen:
        yield f"{FILE}: no setting found; has the way they are written changed?"
