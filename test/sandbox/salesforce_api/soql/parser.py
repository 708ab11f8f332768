"""From text to a tree: SELECT ... FROM ... WHERE ... ORDER BY ... LIMIT ... OFFSET."""

from dataclasses import dataclass, field

from .lexer import malformed, string_value, tokens

COMPARISONS = ('=', '!=', '<>', '<', '<=', '>', '>=')
_RESERVED = {'SELECT', 'FROM', 'WHERE', 'AND', 'OR', 'NOT', 'IN', 'LIKE', 'ORDER', 'BY', 'ASC',
             'DESC', 'NULLS', 'LIMIT', 'OFFSET', 'NULL', 'TRUE', 'FALSE', 'INCLUDES', 'EXCLUDES',
             'GROUP', 'HAVING', 'USING', 'WITH', 'FOR', 'UPDATE', 'TYPEOF'}
_WORDS = {'NULL': None, 'TRUE': True, 'FALSE': False}
MAX_DEPTH = 200


@dataclass
class Path:
    """A field, or one of a parent: names from left to right."""

    names: list
    at: int


@dataclass
class Value:
    kind: str           # string, number, boolean, date, datetime, null
    value: object
    at: int
    text: str


@dataclass
class Condition:
    path: Path
    operator: str       # as in COMPARISONS, or LIKE, IN, NOT IN, INCLUDES, EXCLUDES
    values: list


@dataclass
class Query:
    text: str
    count: bool = False
    group: str = None               # FIELDS(...): ALL, STANDARD or CUSTOM
    select: list = field(default_factory=list)
    source: str = None
    source_at: int = 0
    where: object = None            # Condition, or ('and' | 'or' | 'not', [...])
    order: list = field(default_factory=list)       # (path, descending, nulls first)
    limit: int = None
    offset: int = 0


class Parser:
    def __init__(self, text):
        self._text = text
        self._tokens = tokens(text)
        self._place = 0
        self._depth = 0

    # -- small steps -----------------------------------------------------------

    @property
    def _now(self):
        return self._tokens[self._place]

    def _next(self):
        token = self._now
        self._place += token.kind != 'end'
        return token

    def _unexpected(self, token=None):
        token = token or self._now
        return malformed(self._text, token.at, f"unexpected token: '{token.text}'")

    def _word(self, *words):
        if self._now.is_word(*words):
            return self._next().text.upper()
        return None

    def _expect_word(self, word):
        if not self._word(word):
            raise self._unexpected()

    def _operator(self, *texts):
        return self._next().text if self._now.is_operator(*texts) else None

    def _expect(self, text):
        if not self._operator(text):
            raise self._unexpected()

    def _path(self):
        token = self._next()
        if token.kind != 'name' or token.text.upper() in _RESERVED:
            raise self._unexpected(token)
        return Path(token.text.split('.'), token.at)

    # -- the statement -----------------------------------------------------------

    def query(self):
        query = Query(self._text)
        self._expect_word('SELECT')
        self._select(query)
        self._expect_word('FROM')
        source = self._path()
        if len(source.names) != 1:
            raise self._unexpected()
        query.source, query.source_at = source.names[0], source.at
        if self._word('WHERE'):
            query.where = self._conditions()
        if self._word('ORDER'):
            self._expect_word('BY')
            self._order(query)
        if self._word('LIMIT'):
            query.limit = self._count()
        if self._word('OFFSET'):
            query.offset = self._count()
        if self._now.kind != 'end':
            raise self._unexpected()
        return query

    def _select(self, query):
        while True:
            path = self._path()
            called = self._operator('(')
            if not called:
                query.select.append(path)
            elif path.names[0].upper() == 'COUNT' and not query.select:
                self._expect(')')
                query.count = True
                return
            elif path.names[0].upper() == 'FIELDS' and not query.select:
                query.group = self._word('ALL', 'STANDARD', 'CUSTOM')
                self._expect(')')
                return
            else:
                raise malformed(self._text, path.at, 'functions, aggregates and subqueries '
                                'are not served by this stand-in')
            if not self._operator(','):
                return

    def _order(self, query):
        while True:
            path = self._path()
            descending = self._word('ASC', 'DESC') == 'DESC'
            nulls = None
            if self._word('NULLS'):
                word = self._word('FIRST', 'LAST')
                if not word:
                    raise self._unexpected()
                nulls = word == 'FIRST'
            query.order.append((path, descending, nulls))
            if not self._operator(','):
                return

    def _count(self):
        token = self._next()
        if token.kind != 'number' or not isinstance(token.value, int) or token.value < 0:
            raise self._unexpected(token)
        return token.value

    # -- conditions ----------------------------------------------------------------

    def _conditions(self):
        """AND or OR in a row; where they mix without parentheses, the row ends."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise malformed(self._text, self._now.at, 'conditions are nested too deeply')
        terms = [self._term()]
        joint = self._word('AND', 'OR')
        word = joint
        while word:
            terms.append(self._term())
            word = self._word(joint)
        self._depth -= 1
        return (joint.lower(), terms) if joint else terms[0]

    def _term(self):
        if self._word('NOT'):
            return 'not', [self._term_after_not()]
        if self._operator('('):
            inner = self._conditions()
            self._expect(')')
            return inner
        return self._comparison()

    def _term_after_not(self):
        if self._now.is_word('NOT'):
            raise self._unexpected()
        return self._term()

    def _comparison(self):
        path = self._path()
        operator = self._operator(*COMPARISONS)
        if operator:
            return Condition(path, '!=' if operator == '<>' else operator, [self._value()])
        if self._word('LIKE'):
            return Condition(path, 'LIKE', [self._value(like=True)])
        word = self._word('IN', 'NOT', 'INCLUDES', 'EXCLUDES')
        if word is None:
            raise self._unexpected()
        if word == 'NOT':
            self._expect_word('IN')
            word = 'NOT IN'
        return Condition(path, word, self._list())

    def _list(self):
        self._expect('(')
        values = [self._value()]
        while self._operator(','):
            values.append(self._value())
        self._expect(')')
        return values

    def _value(self, like=False):
        token = self._next()
        if token.kind == 'string':
            return Value('string', string_value(self._text, token, like), token.at, token.text)
        if token.kind in ('number', 'date', 'datetime'):
            return Value(token.kind, token.value, token.at, token.text)
        if token.is_word(*_WORDS):
            word = _WORDS[token.text.upper()]
            return Value('null' if word is None else 'boolean', word, token.at, token.text)
        raise self._unexpected(token)


def parse(text):
    return Parser(text).query()
