"""Answers kept as bytes, for measuring clients (option --remember).

Python makes some tens of thousands of rows a second, a client reads far more:
with a clock that stands still, an answer asked for again goes out at the speed
of the socket. Nothing else about it changes; body faults bypass the memory.
"""

import threading
from collections import OrderedDict

from standin.answer import Answer


class Memo:
    def __init__(self, limit_bytes):
        self._limit = limit_bytes
        self._kept = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def answer(self, key, make):
        """make() answers; the pieces of a 200 are kept under key once sent."""
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None:
            return self._replay(kept, make)
        answer = make()
        if answer is not None and answer.status == 200 and answer.stream is not None:
            answer.stream = self._recording(key, answer)
        return answer

    @staticmethod
    def _replay(kept, make):
        content_type, pieces = kept

        def stream(rows_per_piece):
            return make().pieces(1) if rows_per_piece == 1 else iter(pieces)
        return Answer(200, content_type=content_type, stream=stream)

    def _recording(self, key, answer):
        inner = answer.stream

        def stream(rows_per_piece):
            if rows_per_piece == 1:
                yield from inner(1)
                return
            pieces, size = [], 0
            for piece in inner(rows_per_piece):
                yield piece
                size += len(piece[0])
                if size <= self._limit:
                    pieces.append(piece)
            if size <= self._limit:
                self._keep(key, (answer.content_type, pieces), size)
        return stream

    def _keep(self, key, kept, size):
        with self._lock:
            if key not in self._kept:
                self._kept[key] = kept
                self._bytes += size
            while self._bytes > self._limit:
                _, (_, pieces) = self._kept.popitem(last=False)
                self._bytes -= sum(len(data) for data, _ in pieces)
