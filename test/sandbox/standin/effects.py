"""What requests did, apart from what was answered: append only, numbered."""

import threading


class Effects:
    def __init__(self):
        self._lock = threading.Lock()
        self._entries = []
        self._number = 0

    def last_number(self):
        with self._lock:
            return self._number

    def add(self, entry):
        """Append a dict; its `n` says in which order effects took place."""
        with self._lock:
            self._number += 1
            self._entries.append({'n': self._number, **entry})
            return self._number

    def since(self, number=0):
        """Entries with a greater number."""
        with self._lock:
            return [entry for entry in self._entries if entry['n'] > number]

    def skip(self):
        """Use up a number for what nobody will ask about."""
        with self._lock:
            self._number += 1
            return self._number
