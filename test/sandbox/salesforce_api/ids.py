"""Record ids: 15 characters where case matters, and 18 with a checksum of the case."""

import re

_SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
_BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
_SHAPE = re.compile(r'[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?', re.ASCII)


def checksum(id15):
    """The three characters that say which of the 15 are capitals."""
    return ''.join(_SUFFIX[sum('A' <= char <= 'Z' and 1 << place
                               for place, char in enumerate(id15[start:start + 5]))]
                   for start in (0, 5, 10))


def _recased(id18):
    """The 15 characters in the case that the suffix tells, None if they disagree."""
    bits = []
    for char in id18[15:].upper():
        number = _SUFFIX.find(char)
        if number < 0:
            return None
        bits += [number >> place & 1 for place in range(5)]
    chars = [char.upper() if bit else char.lower() for char, bit in zip(id18, bits)]
    found = ''.join(chars)
    return found if checksum(found) == id18[15:].upper() else None


def to18(text):
    """The 18-character form of either form, None of what is no id."""
    if not isinstance(text, str) or not _SHAPE.fullmatch(text):
        return None
    id15 = text if len(text) == 15 else _recased(text)
    return id15 and id15 + checksum(id15)


def base62(number, width):
    digits = []
    while number:
        number, digit = divmod(number, 62)
        digits.append(_BASE62[digit])
    return ''.join(reversed(digits)).rjust(width, '0')


class Ids:
    """Hands out ids in ascending order, a sequence for each prefix."""

    def __init__(self, pod):
        self._pod = pod         # two characters that differ between organisations
        self._next = {}

    def new(self, prefix):
        number = self._next.get(prefix, 8)      # soon among letters of both cases
        self._next[prefix] = number + 1
        return to18(f'{prefix}{self._pod}0{base62(number, 9)}')
