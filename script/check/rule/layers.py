"""Dependencies point down: deliver, worker, fdw -> connector -> http, json."""

from tree import files, includes, short

SUBJECT = "includes point down, from room to room"

# What each room of src may include besides itself.
BELOW = {
    "json": set(),
    "http": set(),
    "connector": {"http", "json"},
    "fdw": {"connector", "http", "json"},
    "worker": {"fdw", "connector", "http", "json"},
    "deliver": {"worker", "connector", "http", "json"},
}

# Headers at the top that every room may use.
COMMON = {"settings.h", "compat.h", "guarded.h", "table_writer.h"}

GOOD = {"src/pendo_fdw.c": '#include "fdw/scan.h"\n#include "settings.h"\n',
        "src/settings.h": "",
        "src/http/client.c": '#include "http/client.h"\n#include "compat.h"\n',
        "src/http/client.h": "", "src/json/reader.h": "", "src/fdw/scan.h": "",
        "src/connector/pendo/a.c": '#include "http/client.h"\n#include "json/reader.h"\n',
        "src/fdw/scan.c": '#include "connector/connector.h"\n#include "commands/defrem.h"\n',
        "src/connector/connector.h": ""}
FAULTY = [{"src/http/client.c": '#include "fdw/scan.h"\n'},
          {"src/json/reader.h": '#include "http/client.h"\n'},
          {"src/connector/pendo/a.c": '#include "../../fdw/scan.h"\n'},
          {"src/fdw/scan.c": '#include "other.h"\n', "src/other.h": ""},
          {"src/settings.h": '#include "http/client.h"\n'},
          {"src/attic/a.c": ""}]


def room_of(path, source):
    """The room of a file in src, or None at the top."""
    parts = path.relative_to(source).parts
    return parts[0] if len(parts) > 1 else None


def find(name, path, source):
    """Our own header that an include means, or None for a foreign one."""
    for folder in (path.parent, source):
        header = (folder / name).resolve()
        if header.is_file() and source in header.parents:
            return header
    return None


def check(root):
    source = (root / "src").resolve()
    for path in files(source, ".", "*.[ch]"):
        path = path.resolve()
        room = room_of(path, source)
        name = f"src/{short(source, path)}"
        if room is not None and room not in BELOW:
            yield f"{name}: give \"{room}\" a place in the list of rooms ({__file__})"
            continue
        for _, wanted in includes(path.read_text()):
            header = find(wanted, path, source)
            if header is None or header == path.with_suffix(".h"):
                continue
            target = room_of(header, source)
            if target is None:
                if room is not None and header.name not in COMMON:
                    yield f"{name} includes {wanted}, which is not for the rooms"
            elif room is None and path.suffix == ".h":
                yield f"{name} is for every room and includes {wanted}"
            elif room is not None and target != room and target not in BELOW[room]:
                yield f"{name} includes {wanted}: {room} may not know of {target}"
