"""Recursive descent from tokens to a tree of tuples.

Precedence as in C: || below && below equality below ordering below + - below
* / % below unary ! and -, below the postfixes . [] and calls.
Nodes: (literal v) (list items) (field name) (member e name) (index e i)
(slice e a b) (call name args) (not e) (negate e) (binary op a b) (and es) (or es)
"""

from ..errors import ExpressionError
from .lexer import tokens

MAX_DEPTH = 200
WORDS = {'true': True, 'false': False, 'null': None}
LEVELS = (('==', '!='), ('<', '<=', '>', '>='), ('+', '-'), ('*', '/', '%'))


class _Parser:
    def __init__(self, text, strict_fields):
        self._tokens = tokens(text)
        self._at = 0
        self._depth = 0
        self._strict_fields = strict_fields

    def _peek(self):
        return self._tokens[self._at].kind

    def _next(self):
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _expect(self, kind):
        token = self._next()
        if token.kind != kind:
            raise ExpressionError(f'expected {kind} at {token.at}')
        return token

    def whole(self):
        tree = self.expression()
        rest = self._next()
        if rest.kind != 'end':
            raise ExpressionError(f'unexpected {rest.value!r} at {rest.at}')
        return tree

    def expression(self):
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError('expression is nested too deeply')
        tree = self._logic('||', 'or', lambda: self._logic('&&', 'and', self._binary))
        self._depth -= 1
        return tree

    def _logic(self, operator, name, operand):
        items = [operand()]
        while self._peek() == operator:
            self._next()
            items.append(operand())
        return items[0] if len(items) == 1 else (name, items)

    def _binary(self, level=0):
        if level == len(LEVELS):
            return self._unary()
        left, links = self._binary(level + 1), 0
        while self._peek() in LEVELS[level]:
            links += 1
            if links > MAX_DEPTH:
                raise ExpressionError('expression is nested too deeply')
            operator = self._next()
            self._check_dash(operator)
            left = ('binary', operator.kind, left, self._binary(level + 1))
        return left

    def _check_dash(self, operator):
        """Under the switch field_quoting=error, a-b without blanks is refused."""
        if not self._strict_fields or operator.kind != '-':
            return
        before, after = self._tokens[self._at - 2], self._tokens[self._at]
        if (before.kind == after.kind == 'word' and after.at == operator.at + 1
                and before.at + len(before.value) == operator.at):
            raise ExpressionError(f'unexpected - in a field name at {operator.at}')

    def _unary(self):
        kind = self._peek()
        if kind not in ('!', '-'):
            return self._postfix(self._primary())
        self._next()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError('expression is nested too deeply')
        operand = self._unary()
        self._depth -= 1
        if kind == '!':
            return ('not', operand)
        if operand[0] == 'literal' and type(operand[1]) in (int, float):
            return ('literal', -operand[1])
        return ('negate', operand)

    def _postfix(self, tree):
        while self._peek() in ('.', '['):
            if self._next().kind == '.':
                tree = ('member', tree, self._expect('word').value)
            else:
                tree = self._subscript(tree)
        return tree

    def _subscript(self, tree):
        start = None if self._peek() == ':' else self.expression()
        if self._peek() != ':':
            self._expect(']')
            return ('index', tree, start)
        self._next()
        end = None if self._peek() == ']' else self.expression()
        self._expect(']')
        return ('slice', tree, start, end)

    def _primary(self):
        token = self._next()
        if token.kind in ('number', 'string'):
            return ('literal', token.value)
        if token.kind == '(':
            tree = self.expression()
            self._expect(')')
            return tree
        if token.kind == '[':
            return self._list()
        if token.kind == 'word':
            if token.value in WORDS:
                return ('literal', WORDS[token.value])
            if self._peek() == '(':
                self._next()
                return ('call', token.value, self._items(')'))
            return ('field', token.value)
        raise ExpressionError(f'unexpected {token.value or "end"!r} at {token.at}')

    def _list(self):
        items = self._items(']')
        kinds = {_literal_kind(item) for item in items} - {None}
        if len(kinds) > 1:
            raise ExpressionError('the items of a list must have one type')
        return ('list', items)

    def _items(self, closing):
        items = []
        if self._peek() == closing:
            self._next()
            return items
        while True:
            items.append(self.expression())
            token = self._next()
            if token.kind == closing:
                return items
            if token.kind != ',':
                raise ExpressionError(f'expected , or {closing} at {token.at}')


def _literal_kind(item):
    if item[0] != 'literal' or item[1] is None:
        return None
    return float if type(item[1]) is int else type(item[1])


def parse(text, strict_fields=False):
    if not isinstance(text, str):
        raise ExpressionError('an expression must be a string')
    return _Parser(text, strict_fields).whole()
