"""postgres.h sets up what every other header relies on."""

from tree import files, includes, short

SUBJECT = "postgres.h comes first in a .c file, and in no header"

GOOD = {"src/a.c": '/* #include <x.h> */\n#include "postgres.h"\n#include <x.h>\n',
        "src/plain.c": "#include <stdint.h>\n",
        "src/a.h": '#include "fmgr.h"\n'}
FAULTY = [{"src/a.c": '#include <x.h>\n#include "postgres.h"\n'},
          {"src/a.h": '#include "postgres.h"\n'}]


def check(root):
    for path in files(root, "src", "*.[ch]"):
        names = [name for _, name in includes(path.read_text())]
        if "postgres.h" not in names:
            continue
        if path.suffix == ".h":
            yield f"{short(root, path)} includes postgres.h: leave that to the .c files"
        elif names[0] != "postgres.h":
            yield f"{short(root, path)} includes {names[0]} before postgres.h"
