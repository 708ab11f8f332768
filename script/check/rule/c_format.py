"""Layout is the tool's business: make format."""

import shutil
import subprocess

from tree import Skip, files, short

SUBJECT = "C sources are laid out as make format does it"

# Each major of clang-format lays out a little differently; this one is the
# measure, and where another is installed the rule has nothing to say.
MAJOR = 14

STYLE = "BasedOnStyle: LLVM\n"
GOOD = {".clang-format": STYLE, "src/a.c": "int a;\n"}
FAULTY = [{"src/a.c": "int   a ;\n"}, {"test/unit/b.c": "int   a ;\n"}]


def formatter():
    for name in (f"clang-format-{MAJOR}", "clang-format"):
        path = shutil.which(name)
        if path is None:
            continue
        version = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
        if f"version {MAJOR}." in version:
            return path
    raise Skip(f"clang-format {MAJOR} is not installed")


def check(root):
    program = formatter()
    for folder in ("src", "test"):
        for path in files(root, folder, "*.[ch]"):
            run = subprocess.run([program, "--dry-run", "-Werror", path.resolve()],
                                 capture_output=True, text=True, cwd=root)
            if run.returncode != 0:
                yield f"{short(root, path)}: run make format"
