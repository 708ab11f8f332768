"""What the rules share."""

import re

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


class Skip(Exception):
    """The machine lacks what a rule needs."""


def write_tree(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text)


def files(root, folder, *patterns):
    """Files under a folder of the tree, sorted, as paths."""
    return sorted({path for pattern in patterns
                   for path in (root / folder).rglob(pattern) if path.is_file()})


def short(root, path):
    return path.relative_to(root).as_posix()


def without_comments(text):
    """C text with comments blanked, lines kept."""
    return re.sub(r"/\*.*?\*/|//[^\n]*",
                  lambda match: "\n" * match.group().count("\n"), text, flags=re.DOTALL)


def includes(text):
    """(delimiter, name) of each #include, in order."""
    return INCLUDE.findall(without_comments(text))


def manifest(path):
    """The words of a list file, without its comments."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [word for line in lines for word in line.split("#", 1)[0].split()]
