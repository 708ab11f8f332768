"""A file that is not in its manifest is installed nowhere."""

from tree import files, manifest

SUBJECT = "sql/extension/manifest lists every SQL file once, and no other"
FOLDER = "sql/extension"

GOOD = {f"{FOLDER}/manifest": "# order\na.sql\nb/c.sql # why\n",
        f"{FOLDER}/a.sql": "", f"{FOLDER}/b/c.sql": ""}
FAULTY = [{f"{FOLDER}/d.sql": ""},
          {f"{FOLDER}/a.sql": None},
          {f"{FOLDER}/manifest": "a.sql\na.sql\nb/c.sql\n"}]


def check(root):
    listed = manifest(root / FOLDER / "manifest")
    there = {path.relative_to(root / FOLDER).as_posix()
             for path in files(root, FOLDER, "*.sql")}
    for name in sorted(there - set(listed)):
        yield f"{FOLDER}/{name} is not in {FOLDER}/manifest"
    for name in sorted(set(listed) - there):
        yield f"{FOLDER}/manifest lists {name}, which is not there"
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield f"{FOLDER}/manifest lists {name} more than once"
