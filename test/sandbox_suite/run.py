#!/usr/bin/python3
"""Conformance of the Pendo stand-in with the written reference.

Every expectation comes from the reference, computed by separate code from the
generator's own rows; nothing of the stand-in is imported. Prints TAP.

    run.py [--seed N] [--cases TEXT] [--generated N] [--stand-in PATH]
"""
import argparse
import importlib
import os
import pkgutil
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cases                                            # noqa: E402
from suite.standin import START                         # noqa: E402
from suite.world import Worlds                          # noqa: E402

FEWEST_PIPELINES = 150


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", default="", help="only names with this text")
    parser.add_argument("--generated", type=int, default=400)
    parser.add_argument("--stand-in", default=START, help="path of another pendo.py")
    return parser.parse_args()


def all_cases(chosen):
    for found in sorted(m.name for m in pkgutil.iter_modules(cases.__path__)):
        module = importlib.import_module("cases." + found)
        for case in module.cases(chosen):
            case.name = "%s: %s" % (found, case.name)
            if chosen.cases in case.name:
                yield case


def run_one(case, worlds):
    """None, or why it failed."""
    try:
        case.run(worlds[case.world])
    except AssertionError as problem:
        return str(problem) or "assertion"
    except Exception:
        return traceback.format_exc()
    return None


def main():
    chosen = options()
    failures, number = 0, 0
    with Worlds(chosen.seed, chosen.stand_in) as worlds:
        print("# seed %d" % chosen.seed)
        for case in all_cases(chosen):
            number += 1
            problem = run_one(case, worlds)
            print("%s %d - %s" % ("not ok" if problem else "ok", number,
                                  case.name.replace("#", "\\#")), flush=True)
            if problem:
                failures += 1
                print("\n".join("#   " + line for line in problem.splitlines()))
        sent = worlds.pipelines()
        if not chosen.cases:
            number += 1
            enough = sent >= FEWEST_PIPELINES
            failures += not enough
            print("%s %d - at least %d pipelines were sent" % (
                "ok" if enough else "not ok", number, FEWEST_PIPELINES))
    print("1..%d" % number)
    print("# %d pipelines sent, %d of %d failed" % (sent, failures, number))
    return 1 if failures or not number else 0


if __name__ == "__main__":
    sys.exit(main())
