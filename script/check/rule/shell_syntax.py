"""Shell scripts are read to their end before they are run."""

import subprocess

from tree import files, short

SUBJECT = "shell scripts parse"
FOLDERS = ("script", "test", "demo", ".ci")

GOOD = {"script/a": "#!/bin/bash\nif true; then echo; fi\n", "script/b": "#!/bin/sh\necho\n",
        "test/c.sh": "f() { echo; }\n", "demo/d": "#!/usr/bin/perl\nif (\n"}
FAULTY = [{"script/a": "#!/bin/bash\nif true; then echo\n"},
          {"test/c.sh": "f() { echo\n"},
          {".ci/e": "#!/bin/sh\ncase x in\n"}]


def shell_of(path):
    with path.open("rb") as file:
        first = file.readline(100).strip()
    if first in (b"#!/bin/bash", b"#!/usr/bin/env bash"):
        return "bash"
    if first == b"#!/bin/sh":
        return "sh"
    return "bash" if path.suffix == ".sh" else None


def check(root):
    for folder in FOLDERS:
        for path in files(root, folder, "*"):
            shell = shell_of(path)
            if shell is None:
                continue
            run = subprocess.run([shell, "-n", path], capture_output=True, text=True)
            if run.returncode != 0:
                yield f"{short(root, path)}: {run.stderr.strip()}"
