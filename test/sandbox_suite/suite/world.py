"""A running stand-in, its truth data and its calendar."""
import datetime as dt

from .periods import to_ms
from .standin import StandIn

# name: (clock, zone). The histories of 60 days hold a spring and an autumn change
# of the clocks; Kolkata has half hours.
WORLDS = {
    "spring": ("2024-03-25T15:34:56Z", "America/New_York"),
    "autumn": ("2024-11-20T15:34:56Z", "America/New_York"),
    "live": ("2024-03-25T15:34:56Z", "America/New_York"),
    "kolkata": ("2024-06-15T12:34:56Z", "Asia/Kolkata"),
}
DAYS = 60


class World:
    def __init__(self, name, seed, start):
        clock, self.zone = WORLDS[name]
        self.now = to_ms(dt.datetime.fromisoformat(clock))
        self.standin = StandIn(start, "--frozen", "--now", clock, "--time-zone", self.zone,
                               "--seed", str(seed), "--size", "small", "--days", str(DAYS))
        self.cache = {}

    def truth(self, table, period=None):
        if (table, period) not in self.cache:
            self.cache[table, period] = self.standin.data(table, period)
        return self.cache[table, period]


class Worlds:
    """Stand-ins are started when a case first asks for them."""

    def __init__(self, seed, start):
        self.seed = seed
        self.start = start
        self.running = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for world in self.running.values():
            world.standin.stop()

    def __getitem__(self, name):
        if name not in self.running:
            self.running[name] = World(name, self.seed, self.start)
        return self.running[name]

    def pipelines(self):
        return sum(w.standin.pipelines for w in self.running.values())
