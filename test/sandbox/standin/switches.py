"""Switches: named settings for what the real service leaves undocumented.

A stand-in hands in its table; a value is checked against the allowed ones,
where "name:N" allows any number after the colon, "name:T" any text.
"""

import threading
from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    name: str
    values: tuple
    default: str
    about: str


class SwitchError(ValueError):
    pass


def _is_number(text):
    try:
        return float(text) >= 0
    except ValueError:
        return False


def _allowed(switch, value):
    for candidate in switch.values:
        if value == candidate:
            return True
        stem, _, placeholder = candidate.partition(':')
        if placeholder == 'N' and value.startswith(stem + ':'):
            return _is_number(value[len(stem) + 1:])
        if placeholder == 'T' and value.startswith(stem + ':'):
            return True
    return False


class Switches:
    """Current settings. `version` grows with each change, for caches."""

    def __init__(self, table):
        self._table = {switch.name: switch for switch in table}
        self._values = {switch.name: switch.default for switch in table}
        self._lock = threading.Lock()
        self.version = 0

    def __getitem__(self, name):
        return self._values[name]

    def number(self, name):
        """The N of a "stem:N" value, or None for a plain word."""
        _, colon, number = self._values[name].partition(':')
        return float(number) if colon else None

    def words(self, name):
        """The T of a "stem:T" value, or None for a plain word."""
        _, colon, words = self._values[name].partition(':')
        return words if colon else None

    def set_all(self, wanted):
        if not isinstance(wanted, dict):
            raise SwitchError('an object of switches is wanted')
        for name, value in wanted.items():
            if name not in self._table:
                raise SwitchError(f'unknown switch "{name}"; there are: '
                                  + ', '.join(sorted(self._table)))
            if not isinstance(value, str) or not _allowed(self._table[name], value):
                raise SwitchError(f'switch "{name}" takes '
                                  + ', '.join(self._table[name].values))
        with self._lock:
            self._values = {**self._values, **wanted}
            self.version += 1

    def reset(self):
        self.set_all({name: s.default for name, s in self._table.items()})

    def describe(self):
        return {name: {'value': self._values[name], 'default': s.default,
                       'values': list(s.values), 'about': s.about}
                for name, s in self._table.items()}

    def snapshot(self):
        """The values of this moment: one answer sees one setting."""
        return dict(self._values)
