"""The expression language of the reference, parsed and run on its own terms.

parse() gives a tree of tuples; Evaluator turns the tree into closures.
A missing field and null are both None.
"""
import re

from . import functions
from .values import equal, is_number


class ExpressionError(Exception):
    pass


TOKEN = re.compile(r"""\s*(?:
    (?P<number>\d+(?:\.\d+)?)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<raw>`[^`]*`)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<op>&&|\|\||[=!<>]=|[-+*/%<>!()\[\],.:])
)""", re.X | re.S)

LEVELS = [("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="),
          ("+", "-"), ("*", "/", "%")]
CONSTANTS = {"true": True, "false": False, "null": None}


def tokens(text):
    at, out = 0, []
    text = text.rstrip()
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found:
            raise ExpressionError(text[at:])
        out.append((found.lastgroup, found.group(found.lastgroup)))
        at = found.end()
    return out


class Parser:
    def __init__(self, text):
        self.tokens = tokens(text)
        self.at = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, *ops):
        kind, text = self.peek()
        if kind == "op" and text in ops:
            self.at += 1
            return text
        return None

    def need(self, op):
        if not self.take(op):
            raise ExpressionError("%s wanted before %r" % (op, self.peek()[1]))

    def whole(self):
        tree = self.binary(0)
        if self.peek()[0] != "end":
            raise ExpressionError("left over: %r" % (self.peek(),))
        return tree

    def binary(self, level):
        if level == len(LEVELS):
            return self.unary()
        left = self.binary(level + 1)
        while op := self.take(*LEVELS[level]):
            left = ("op", op, left, self.binary(level + 1))
        return left

    def unary(self):
        if op := self.take("!", "-"):
            return ("not" if op == "!" else "minus", self.unary())
        return self.postfix(self.primary())

    def postfix(self, tree):
        while True:
            if self.take("."):
                tree = ("member", tree, self.name())
            elif self.take("["):
                tree = self.subscript(tree)
            else:
                return tree

    def name(self):
        kind, text = self.peek()
        if kind != "name":
            raise ExpressionError("name wanted")
        self.at += 1
        return text

    def subscript(self, tree):
        low = None if self.peek() == ("op", ":") else self.binary(0)
        if self.take(":"):
            high = None if self.peek() == ("op", "]") else self.binary(0)
            self.need("]")
            return ("slice", tree, low, high)
        self.need("]")
        return ("index", tree, low)

    def sequence(self, end):
        items = []
        while not self.take(end):
            if items:
                self.need(",")
            items.append(self.binary(0))
        return items

    def primary(self):
        kind, text = self.peek()
        self.at += 1
        if kind == "number":
            return ("value", float(text))
        if kind == "string":
            return ("value", re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.S))
        if kind == "raw":
            return ("value", text[1:-1])
        if kind == "name" and text in CONSTANTS:
            return ("value", CONSTANTS[text])
        if kind == "name" and self.take("("):
            return ("call", text, self.sequence(")"))
        if kind == "name":
            return ("field", text)
        if (kind, text) == ("op", "("):
            tree = self.binary(0)
            self.need(")")
            return tree
        if (kind, text) == ("op", "["):
            return ("list", self.sequence("]"))
        raise ExpressionError("unexpected %r" % text)


ARITHMETIC = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "/": lambda a, b: a / b, "%": lambda a, b: a % b,
}
ORDER = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}


class Evaluator:
    """rules: the values of the switches that change what an expression yields."""

    def __init__(self, rules, calendar):
        self.rules = rules
        self.calendar = calendar
        self.compiled = {}

    def __call__(self, text, row=None):
        if text not in self.compiled:
            self.compiled[text] = self.build(Parser(text).whole())
        return self.compiled[text](row if row is not None else {})

    def build(self, tree):
        return getattr(self, "build_" + tree[0])(*tree[1:])

    def build_value(self, value):
        return lambda row: value

    def build_field(self, name):
        return lambda row: row.get(name)

    def build_member(self, tree, name):
        inner = self.build(tree)

        def member(row):
            value = inner(row)
            return value.get(name) if isinstance(value, dict) else None
        return member

    def build_index(self, tree, at):
        inner, at = self.build(tree), self.build(at)

        def index(row):
            values, n = inner(row), int(at(row))
            if not isinstance(values, list) or not -len(values) <= n < len(values):
                return None
            return values[n]
        return index

    def build_slice(self, tree, low, high):
        inner = self.build(tree)
        low, high = (self.build(x) if x else (lambda row: None) for x in (low, high))

        def cut(row):
            a, b = low(row), high(row)
            return inner(row)[None if a is None else int(a):None if b is None else int(b)]
        return cut

    def build_list(self, items):
        items = [self.build(item) for item in items]
        return lambda row: [item(row) for item in items]

    def build_not(self, tree):
        inner = self.build(tree)
        of_null = {"null": None, "true": True, "false": False}[self.rules["not_null"]]

        def negate(row):
            value = inner(row)
            return of_null if value is None else not value
        return negate

    def build_minus(self, tree):
        inner = self.build(tree)
        return lambda row: None if inner(row) is None else -inner(row)

    def build_op(self, op, left, right):
        left, right = self.build(left), self.build(right)
        if op == "&&":
            return lambda row: left(row) is True and right(row) is True
        if op == "||":
            return lambda row: left(row) is True or right(row) is True
        if op == "==":
            return lambda row: equal(left(row), right(row))
        if op == "!=":
            return lambda row: not equal(left(row), right(row))
        if op in ORDER:
            return lambda row: self.order(op, left(row), right(row))

        def arithmetic(row):
            a, b = left(row), right(row)
            if not is_number(a) or not is_number(b):
                return None
            return ARITHMETIC[op](float(a), float(b))
        return arithmetic

    def order(self, op, a, b):
        if a is None or b is None:
            return None
        if is_number(a) and is_number(b):
            return ORDER[op](float(a), float(b))
        if isinstance(a, str) and isinstance(b, str):
            return ORDER[op](a.encode("utf-8", "surrogatepass"),
                             b.encode("utf-8", "surrogatepass"))
        return None if self.rules["compare_types"] == "null" else False

    def build_call(self, name, arguments):
        if name == "if":
            return self.build_if(*arguments)
        if name == "map":
            return self.build_map(*arguments)
        function = getattr(functions, "f_" + name, None)
        if function is None:
            raise ExpressionError("unknown function " + name)
        arguments = [self.build(a) for a in arguments]
        return lambda row: function(self, *[a(row) for a in arguments])

    def build_if(self, condition, yes, no=("value", None)):
        condition, yes, no = map(self.build, (condition, yes, no))
        return lambda row: yes(row) if condition(row) is True else no(row)

    def build_map(self, variable, values, body):
        values, body, name = self.build(values), self.build(body), variable[1]
        return lambda row: [body({**row, name: v}) for v in values(row)]
