"""A test that is not in the schedule never runs."""

from tree import files

SUBJECT = "test/schedule lists every test of test/sql, and each has its output"

GOOD = {"test/schedule": "# first\ntest: a b\n", "test/sql/a.sql": "", "test/sql/b.sql": "",
        "expected/a.out": "", "expected/b.out": "", "expected/b_1.out": ""}
FAULTY = [{"test/sql/c.sql": "", "expected/c.out": ""},
          {"test/sql/b.sql": None},
          {"expected/b.out": None},
          {"expected/old.out": ""},
          {"test/schedule": "test: a b\ntest: a\n"},
          {"test/schedule": "test: a b # both\n"}]


def scheduled(path):
    lines = path.read_text().splitlines() if path.exists() else []
    return [word for line in lines if line.startswith("test:")
            for word in line[len("test:"):].split()]


def stems(root, folder, pattern):
    return {path.stem for path in files(root, folder, pattern)}


def check(root):
    listed = scheduled(root / "test/schedule")
    scripts = stems(root, "test/sql", "*.sql")
    outputs = stems(root, "expected", "*.out")
    # pg_regress takes name_0.out to name_9.out as other outputs of one test.
    known = outputs - {f"{name}_{n}" for name in scripts for n in range(10)}
    for name in sorted(scripts - set(listed)):
        yield f"test/sql/{name}.sql is not in test/schedule"
    for name in sorted(set(listed) - scripts):
        yield f"test/schedule lists {name}, but test/sql/{name}.sql is not there"
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield f"test/schedule lists {name} more than once"
    for name in sorted(scripts - outputs):
        yield f"test/sql/{name}.sql has no expected/{name}.out"
    for name in sorted(known - scripts):
        yield f"expected/{name}.out belongs to no test"
