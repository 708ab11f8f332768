"""One version, said the same way everywhere."""

import json
import re

SUBJECT = "control file, META.json and CHANGELOG.md name the same version"

GOOD = {"pendo_fdw.control": "default_version = '1.2.3'\n",
        "META.json": '{"version": "1.2.3", "provides": {"pendo_fdw": {"version": "1.2.3"}}}',
        "CHANGELOG.md": "# Changes\n\n## 1.2.3 (unreleased)\n\n## 1.2.2\n"}
FAULTY = [{"pendo_fdw.control": "default_version = '1.2.4'\n"},
          {"META.json": '{"version": "1.2.3", "provides": {"pendo_fdw": {"version": "1.2"}}}'},
          {"META.json": '{"version": "1.2.3",}'},
          {"CHANGELOG.md": "# Changes\n\n## 1.2.2\n"}]


def first(pattern, text):
    match = re.search(pattern, text, re.MULTILINE)
    return match.group(1) if match else None


def check(root):
    wanted = first(r"^default_version *= *'(.*)'", (root / "pendo_fdw.control").read_text())
    try:
        meta = json.loads((root / "META.json").read_text())
    except ValueError as error:
        yield f"META.json is no JSON: {error}"
        return
    found = {"META.json": meta["version"],
             "META.json, provides": meta["provides"]["pendo_fdw"]["version"],
             "CHANGELOG.md": first(r"^## ([0-9][0-9.]*)", (root / "CHANGELOG.md").read_text())}
    for place, version in found.items():
        if version != wanted:
            yield f"{place} says {version}, pendo_fdw.control says {wanted}"
