"""A case is a name and a function that raises AssertionError when it fails."""
from dataclasses import dataclass
from typing import Callable

from . import compare
from .model import Model


@dataclass
class Case:
    name: str
    run: Callable
    world: str = "spring"       # which stand-in it talks to


def check(condition, message):
    if not condition:
        raise AssertionError(message)


def same(problem):
    if problem:
        raise AssertionError(problem)


def literal(name, pipeline, expected, world="spring", **switches):
    """The answer equals rows that are written down in the case.

    The model is put to the same test, since other cases rest on it.
    """
    def run(world):
        with world.standin.switches(**switches):
            got = world.standin.rows(pipeline)
            model = Model(world, world.standin.state).run(pipeline)
        problem = compare.multiset(model, expected)
        same(problem and "the suite's own model: " + problem)
        same(compare.multiset(got, expected))
    return Case(name, run, world)


def modelled(name, pipeline, world="spring", some=True, **switches):
    """The answer equals what the model computes from the truth data.

    pipeline may be a function of the world, for names that are in its data.
    Trailing sort and limit are judged by what they promise, no more.
    """
    def run(world):
        stages = pipeline(world) if callable(pipeline) else pipeline
        with world.standin.switches(**switches):
            same(judge(world, stages, some))
    return Case(name, run, world)


def judge(world, stages, some):
    model = Model(world, world.standin.state)
    body, sort, limit = tail(stages)
    whole = model.run(body)
    ordered = model.stages([{"sort": sort}], whole) if sort else whole
    expected = ordered if limit is None else ordered[:limit]
    check(expected or not some, "the case is empty: it proves nothing")
    got = world.standin.rows(stages)
    if world.standin.state["unknown_members"] == "some":
        known = compare.overlay(whole)
        got = [compare.like(row, known) for row in got]
    if len(got) != len(expected):
        return compare.multiset(got, expected) or "length"
    problem = compare.sequence(got, expected, sort) if sort else None
    return problem or (compare.multiset(got, whole) if limit is None
                       else compare.subset(got, whole))


def tail(stages):
    """Split off a trailing [sort] [limit]; limit only when it is the last one."""
    stages, limit, sort = list(stages), None, None
    if "limit" in stages[-1]:
        limit = stages.pop()["limit"]
    if "sort" in stages[-1]:
        sort = stages.pop()["sort"]
    return stages, sort, limit


def const(*rows):
    return {"source": {"const": list(rows)}}


def refused(name, pipeline, status=400, world="spring", **switches):
    """An error: its status, and a plain text body that says something."""
    def run(world):
        with world.standin.switches(**switches):
            answer = world.standin.aggregate(pipeline)
        check(answer.status == status, "status %d, expected %d" % (answer.status, status))
        check(answer.text.strip(), "empty body")
        check(not answer.text.lstrip().startswith(("{", "[")), "not plain text: " + answer.text[:80])
        check("json" not in answer.headers.get("Content-Type", ""), "typed as JSON")
    return Case(name, run, world)
