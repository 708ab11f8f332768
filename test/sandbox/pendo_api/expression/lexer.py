"""Tokens of the expression language."""

import re
from collections import namedtuple

from ..errors import ExpressionError

Token = namedtuple('Token', 'kind value at')

_NUMBER = re.compile(r'(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?')
_WORD = re.compile(r'[A-Za-z_][A-Za-z0-9_]*')
_BLANK = re.compile(r'[ \t\r\n]+')
_OPERATORS = ('==', '!=', '<=', '>=', '&&', '||', '<', '>', '!', '+', '-', '*', '/', '%',
              '(', ')', '[', ']', ',', '.', ':')
_ESCAPES = {'"': '"', '\\': '\\'}


def _string(text, start):
    """A double-quoted literal from `start`; only \\" and \\\\ are escapes."""
    parts, at = [], start + 1
    while at < len(text):
        char = text[at]
        if char == '"':
            return ''.join(parts), at + 1
        if char == '\\':
            escaped = text[at + 1:at + 2]
            if escaped not in _ESCAPES:
                raise ExpressionError(f'unknown escape \\{escaped} at {at}')
            parts.append(_ESCAPES[escaped])
            at += 2
        else:
            parts.append(char)
            at += 1
    raise ExpressionError(f'unterminated string at {start}')


def _raw_string(text, start):
    end = text.find('`', start + 1)
    if end < 0:
        raise ExpressionError(f'unterminated string at {start}')
    return text[start + 1:end], end + 1


def _operator(text, at):
    for operator in _OPERATORS:
        if text.startswith(operator, at):
            return operator
    raise ExpressionError(f'unexpected character {text[at]!r} at {at}')


def tokens(text):
    """All tokens, with an "end" token last."""
    found, at = [], 0
    while at < len(text):
        blank = _BLANK.match(text, at)
        if blank:
            at = blank.end()
            continue
        start, char = at, text[at]
        if char == '"':
            value, at = _string(text, at)
            found.append(Token('string', value, start))
        elif char == '`':
            value, at = _raw_string(text, at)
            found.append(Token('string', value, start))
        elif (match := _WORD.match(text, at)):
            at = match.end()
            found.append(Token('word', match.group(), start))
        elif (match := _NUMBER.match(text, at)):
            at = match.end()
            if _WORD.match(text, at):
                raise ExpressionError(f'malformed number at {start}')
            found.append(Token('number', _value(match.group()), start))
        else:
            operator = _operator(text, at)
            at += len(operator)
            found.append(Token(operator, operator, start))
    found.append(Token('end', None, len(text)))
    return found


def _value(digits):
    """An integer stays exact as a literal; it computes as a double."""
    return int(digits) if digits.isdigit() else float(digits)
