"""Tokens of SOQL, and errors that point at the place."""

import re
from dataclasses import dataclass

from ..errors import Refused
from ..values import parse_date, parse_datetime

MAX_LENGTH = 100_000

_TOKEN = re.compile(r'''
    (?P<blank>\s+)
  | (?P<datetime>\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:?\d\d)?)
  | (?P<date>\d{4}-\d\d-\d\d(?![\dT]))
  | (?P<number>[+-]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?(?![\w]))
  | (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
  | (?P<operator><=|>=|!=|<>|[=<>(),])
''', re.VERBOSE | re.DOTALL | re.ASCII)

_ESCAPES = {'n': '\n', 'N': '\n', 'r': '\r', 'R': '\r', 't': '\t', 'T': '\t', 'b': '\b',
            'B': '\b', 'f': '\f', 'F': '\f', '"': '"', "'": "'", '\\': '\\'}


@dataclass
class Token:
    kind: str
    text: str
    at: int
    value: object = None

    def is_word(self, *words):
        return self.kind == 'name' and self.text.upper() in words

    def is_operator(self, *texts):
        return self.kind == 'operator' and self.text in texts


def malformed(text, at, message, code='MALFORMED_QUERY'):
    """The error with the line that it happened on and a caret below it."""
    start = text.rfind('\n', 0, at) + 1
    end = text.find('\n', at)
    line = text[start:len(text) if end < 0 else end]
    column = at - start
    low, high = max(0, column - 40), column + 40
    return Refused(code, f'\n{line[low:high]}\n{" " * (column - low)}^\nERROR at '
                   f'Row:{text.count(chr(10), 0, at) + 1}:Column:{column + 1}\n{message}')


def string_value(text, whole, like_escapes=False):
    """The value of a string token; for LIKE, escapes that it reads itself stay."""
    token, parts, place = whole.text, [], 1
    while place < len(token) - 1:
        char = token[place]
        if char != '\\':
            parts.append(char)
            place += 1
            continue
        char = token[place + 1]
        if char in _ESCAPES:
            parts.append('\\\\' if char == '\\' and like_escapes else _ESCAPES[char])
        elif char in '_%' and like_escapes:
            parts.append('\\' + char)
        elif char == 'u' and re.fullmatch('[0-9a-fA-F]{4}', token[place + 2:place + 6]):
            parts.append(chr(int(token[place + 2:place + 6], 16)))
            place += 4
        else:
            raise malformed(text, whole.at + place, 'Illegal character sequence '
                            f"'\\{char}' in string literal")
        place += 2
    return ''.join(parts)


def tokens(text):
    if len(text) > MAX_LENGTH:
        raise Refused('MALFORMED_QUERY', 'SOQL statements cannot be longer than '
                      f'{MAX_LENGTH} characters.')
    found, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise malformed(text, place, f"line 1:{place} no viable alternative at character "
                            f"'{text[place]}'")
        place = match.end()
        if match.lastgroup != 'blank':
            found.append(_token(text, match))
    found.append(Token('end', '<EOF>', len(text)))
    return found


def _token(text, match):
    token = Token(match.lastgroup, match.group(), match.start())
    if token.kind == 'datetime':
        token.value = parse_datetime(token.text)
    elif token.kind == 'date':
        token.value = parse_date(token.text)
    elif token.kind == 'number':
        token.value = float(token.text) if re.search('[.eE]', token.text) else int(token.text)
    else:
        return token
    if token.value is None:
        raise malformed(text, token.at, f"Invalid {token.kind}: {token.text}")
    return token
