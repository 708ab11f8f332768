"""The model of the aggregation API: what a pipeline must answer."""
from . import sources, stages
from .expr import Evaluator
from .periods import Calendar


class Model:
    def __init__(self, world, switches):
        self.world = world
        self.rules = switches
        self.calendar = Calendar(world.zone, world.now, switches["hour_alignment"])
        self.evaluate = Evaluator(switches, self.calendar)

    def table(self, name, period=None):
        return self.world.truth(name, period)

    def run(self, pipeline):
        first = pipeline[0]
        rows = [] if "spawn" in first else sources.read(self, first["source"])
        return self.stages(pipeline["spawn" not in first:], rows)

    def stages(self, pipeline, rows):
        for stage in pipeline:
            (name, argument), = stage.items()
            rows = getattr(stages, "stage_" + name)(self, argument, rows)
        return rows
