"""Pipelines drawn from a seed, judged by the model."""
import json
import random

from suite.cases import Case, check, judge
from suite.generate import SWITCHES, Pipelines
from suite.model import Model
from suite.standin import BASE_SWITCHES

FEWEST_WITH_ROWS = 0.5
WORLDS = ["spring", "spring", "spring", "autumn", "kolkata"]


class Tally:
    def __init__(self):
        self.sent = self.with_rows = 0


def generated(seed, number, tally):
    rng = random.Random("%d/%d" % (seed, number))
    name = rng.choice(WORLDS)

    def run(world):
        switches = rng.choice(SWITCHES)
        model = Model(world, {**BASE_SWITCHES, **switches})
        stages = None
        while stages is None:
            stages = Pipelines(rng, world).pipeline(model)
        tally.sent += 1
        tally.with_rows += bool(model.run(stages))
        with world.standin.switches(**switches):
            problem = judge(world, stages, some=False)
        check(not problem, "%s\nswitches %s\n%s" % (json.dumps(stages, ensure_ascii=False), switches, problem))
    return Case("pipeline %d" % number, run, name)


def cases(chosen):
    tally = Tally()
    for number in range(chosen.generated):
        yield generated(chosen.seed, number, tally)

    def enough(_):
        share = tally.with_rows / max(tally.sent, 1)
        check(share >= FEWEST_WITH_ROWS, "only %d of %d had rows" % (tally.with_rows, tally.sent))
    if not chosen.cases:
        yield Case("enough of them have rows", enough)
