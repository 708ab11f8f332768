"""Conditions on one table: leaves, and trees of AND, OR and NOT over them.

Every leaf comes with what it probably gives for one row of the table, the
witness, so that trees can be built which hold for it: most queries should
return rows. A wrong guess only costs a row.
"""

import operator
from datetime import timedelta

from convert import Json
from values import (HUGE_DATE, OPERANDS, UNKNOWN, Operand, array_of, quote,
                    text_array_literal)

COMPARE = {'=': operator.eq, '<>': operator.ne, '<': operator.lt, '<=': operator.le,
           '>': operator.gt, '>=': operator.ge}
COMMUTED = {'=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<='}
ATTEMPTS = 12
MAIN_COLUMNS = 8
MAX_DEPTH = 3


class Writer:
    """Writes values into a query: in place, as $n, or as a subselect."""

    def __init__(self, moment, share_of_parameters):
        self.moment = moment
        self.share = share_of_parameters
        self.parameters = []    # (type, SQL)

    def value(self, sql, sql_type):
        rnd = self.moment.rnd
        if rnd.random() < self.share:
            self.parameters.append((sql_type, sql))
            return f'${len(self.parameters)}'
        if rnd.random() < 0.06:
            return f'(SELECT {sql}::{sql_type})'
        return sql


class Conditions:
    """Conditions on the rows of one table under an alias."""

    def __init__(self, table, alias, writer, columns=None):
        self.table = table
        self.columns = columns or table.columns
        self.alias = alias
        self.writer = writer
        self.moment = writer.moment
        self.rnd = writer.moment.rnd
        self.favourites = table.awkward
        self._choose_witness()

    def _choose_witness(self):
        """Any row; one with bad values more often, and then their columns."""
        number = self.rnd.randrange(len(self.table.rows))
        if self.table.bad and self.rnd.random() < 0.3:
            number = self.rnd.choice(tuple(self.table.bad))
            self.favourites = self.table.bad[number]
        self.witness = self.table.rows[number]

    # --- trees ------------------------------------------------------------------

    def tree(self, depth=MAX_DEPTH, want=True):
        rnd = self.rnd
        choice = rnd.random()
        if depth == 0 or choice < 0.4:
            return self.leaf(want)
        if choice < 0.55:
            return f'NOT ({self.tree(depth - 1, not want)})'
        is_and = choice < 0.8
        count = rnd.choice((2, 2, 3))
        kept = rnd.randrange(count)
        # One part decides, or all do: then the others may be anything.
        parts = [self.tree(depth - 1, want if is_and == want or i == kept
                           else rnd.random() < 0.5) for i in range(count)]
        return '(' + (' AND ' if is_and else ' OR ').join(parts) + ')'

    def leaf(self, want):
        """A leaf that gives "want" for the witness, as far as can be told."""
        for _ in range(ATTEMPTS):
            sql, truth = self._any_leaf()
            if truth is want or (truth is UNKNOWN and self.rnd.random() < 0.2):
                return sql
            # NULL is no better than false, but has to be met.
            if truth is None and self.rnd.random() < (0.05 if want else 0.3):
                return sql
        return sql

    def any_leaf(self):
        """A leaf whatever it gives, so often false or NULL."""
        return self._any_leaf()[0]

    def bounds(self, days):
        """The event's time between two values: a range that holds the witness."""
        column = self._column(self.table.time)
        value = self.witness[column.name]
        parts = []
        for sign, days_away in (('>=', -self.rnd.choice(days)), ('<', self.rnd.choice(days))):
            operand = self._bound(column, value, days_away)
            parts.append(f'{self._name(column)} {sign} '
                         f'{self.writer.value(operand.sql, operand.type)}')
        self.rnd.shuffle(parts)
        return ' AND '.join(parts)

    def _bound(self, column, value, days):
        make = OPERANDS[column.type]
        away = value + timedelta(days=days)
        for _ in range(ATTEMPTS):
            operand = make(self.moment, away, [away])
            if operand.value is UNKNOWN or operand.sql.startswith("'infinity"):
                continue
            distance = self.moment.instant(operand.value) - self.moment.instant(value)
            if (distance.total_seconds() > 0) == (days > 0) and abs(distance.days) < 40:
                return operand
        return Operand(f"'{away}'::{column.type}", column.type, away)

    # --- leaves -----------------------------------------------------------------

    def _column(self, name):
        return next(column for column in self.table.columns if column.name == name)

    def _name(self, column):
        return f'{self.alias}."{column.name}"'

    def _pick_column(self):
        """Any column; of some more often: favourites, the first ones (they are
        those that Pendo always sets), those that are set in the witness."""
        columns = self.columns
        choice = self.rnd.random()
        if self.favourites and choice < 0.25:
            return self.rnd.choice(self.favourites)
        if choice < 0.45:
            return self.rnd.choice(columns[:MAIN_COLUMNS])
        for _ in range(4):
            column = self.rnd.choice(columns)
            if self.witness[column.name] is not None:
                return column
        return column

    def _any_leaf(self):
        column = self._pick_column()
        value = self.witness[column.name]
        if self.rnd.random() < 0.08:
            return self._null_test(column, value)
        return LEAVES[column.type](self, column, value)

    def _null_test(self, column, value):
        if self.rnd.random() < 0.5:
            return f'{self._name(column)} IS NULL', value is None
        return f'{self._name(column)} IS NOT NULL', value is not None

    def _pool(self, column):
        return [row[column.name] for row in self.table.rows if row[column.name] is not None]

    def _operand(self, column, value):
        return OPERANDS[column.type](self.moment, value, self._pool(column))

    def _compare(self, column, value, sign, other):
        if value is None:
            return None
        if other is UNKNOWN:
            return UNKNOWN
        if column.type in ('date', 'timestamp with time zone'):
            value, other = self.moment.instant(value), self.moment.instant(other)
        return COMPARE[sign](value, other)

    def scalar(self, column, value):
        choice = self.rnd.random()
        form = next(form for share, form in SCALAR_FORMS if choice < share)
        return form(self, column, value)

    def _comparison(self, column, value):
        rnd = self.rnd
        sign = rnd.choice(tuple(COMPARE))
        if column.type == 'text' and rnd.random() < 0.7:
            sign = rnd.choice(('=', '<>'))
        if rnd.random() < 0.02:
            null = self.writer.value(f'NULL::{column.type}', column.type)
            return f'{self._name(column)} {sign} {null}', None
        operand = self._operand(column, value)
        right = self.writer.value(operand.sql, operand.type)
        truth = self._compare(column, value, sign, operand.value)
        if rnd.random() < 0.2:
            return f'{right} {COMMUTED[sign]} {self._name(column)}', truth
        return f'{self._name(column)} {sign} {right}', truth

    def _between(self, column, value):
        low, high = self._operand(column, value), self._operand(column, value)
        negated = self.rnd.random() < 0.25
        symmetric = self.rnd.random() < 0.15
        bounds = [self.writer.value(low.sql, low.type), self.writer.value(high.sql, high.type)]
        sql = (f'{self._name(column)} {"NOT " * negated}BETWEEN {"SYMMETRIC " * symmetric}'
               f'{bounds[0]} AND {bounds[1]}')
        if UNKNOWN in (low.value, high.value) or value is None or symmetric:
            return sql, None if value is None else UNKNOWN
        inside = (self._compare(column, value, '>=', low.value)
                  and self._compare(column, value, '<=', high.value))
        return sql, inside is not negated

    def _operands_of_one_type(self, column, value, count):
        first = self._operand(column, value)
        while first is HUGE_DATE:       # a list of times would not take it
            first = self._operand(column, value)
        found = [first]
        for _ in range(count * 4):
            operand = self._operand(column, value)
            if operand.type == first.type and len(found) < count and operand is not HUGE_DATE:
                found.append(operand)
        return found

    def _membership(self, column, value):
        rnd = self.rnd
        operands = self._operands_of_one_type(column, value, rnd.choice((1, 2, 3, 5, 12)))
        is_any = rnd.random() < 0.6
        with_null = rnd.random() < 0.3
        choice = rnd.random()
        if choice < 0.4:
            items = [self.writer.value(o.sql, o.type) for o in operands] + ['NULL'] * with_null
            sql = f'{self._name(column)} {"IN" if is_any else "NOT IN"} ({", ".join(items)})'
        else:
            array = array_of(self.moment, operands, with_null)
            if choice < 0.45:
                array, operands, with_null = f'ARRAY[]::{operands[0].type}[]', [], False
            elif choice < 0.48:
                array, operands, with_null = f'NULL::{operands[0].type}[]', [], True
            array_type = array.rpartition('::')[2]
            sign = '= ANY' if is_any else '<> ALL'
            # Parentheses apart: = ANY ((SELECT …)) is an array, not a set of rows.
            written = self.writer.value(array, array_type)
            cast = '::' + array_type if written.startswith('(') else ''
            sql = f'{self._name(column)} {sign} ({written}{cast})'
        return sql, self._membership_truth(column, value, operands, is_any, with_null)

    def _membership_truth(self, column, value, operands, is_any, with_null):
        if value is None:
            return (not is_any) if not operands and not with_null else None
        equal = [self._compare(column, value, '=', operand.value) for operand in operands]
        if any(result is True for result in equal):
            return is_any
        if UNKNOWN in equal:
            return UNKNOWN
        return None if with_null else not is_any

    def _distinct(self, column, value):
        operand = self._operand(column, value)
        negated = self.rnd.random() < 0.5
        sql = (f'{self._name(column)} IS {"NOT " * negated}DISTINCT FROM '
               f'{self.writer.value(operand.sql, operand.type)}')
        if operand.value is UNKNOWN:
            return sql, UNKNOWN
        return sql, (self._compare(column, value, '=', operand.value) is True) is negated

    def _two_columns(self, column, value):
        others = [other for other in self.table.columns if other.type == column.type]
        other = self.rnd.choice(others)
        sign = self.rnd.choice(tuple(COMPARE))
        sql = f'{self._name(column)} {sign} {self._name(other)}'
        if None in (value, self.witness[other.name]):
            return sql, None
        return sql, COMPARE[sign](value, self.witness[other.name])

    def _pair(self, column, value):
        """(a, b) = (x, y) and its like."""
        other = self._column(self.rnd.choice([c.name for c in self.table.columns
                                              if c.type in OPERANDS]))
        second = self.witness[other.name]
        a, b = self._operand(column, value), self._operand(other, second)
        names = f'({self._name(column)}, {self._name(other)})'
        values = ', '.join(self.writer.value(o.sql, o.type) for o in (a, b))
        form = self.rnd.choice(('%s = (%s)', '%s <> (%s)', '%s IN ((%s))', '%s >= (%s)'))
        return form % (names, values), UNKNOWN

    def _text_function(self, column, value):
        rnd = self.rnd
        name = self._name(column)
        if value is None:
            return f'coalesce({name}, {quote("none")}) = {quote("none")}', True
        return rnd.choice((
            (f'lower({name}) = lower({quote(value)})', True),
            (f'length({name}) > {len(value)}', False),
            (f'{name} LIKE {quote(value[:3].replace(chr(92), "_"))} || {quote("%")}', True),
            (f"{name} || 'x' = {quote(value + 'x')}", True),
            (f'{name} = {quote(value)} COLLATE "C"', True),
            (f'{name} = upper({quote(value)}) COLLATE pool.any_case', UNKNOWN),
            (f'CASE WHEN {name} = {quote(value)} THEN true ELSE false END', True),
        ))

    def text(self, column, value):
        if self.rnd.random() < 0.07:
            return self._text_function(column, value)
        return self.scalar(column, value)

    def integer(self, column, value):
        if value is not None and self.rnd.random() < 0.05:
            return self.rnd.choice((
                (f'{self._name(column)} % 2 = {int(value % 2)}', UNKNOWN),
                (f'-{self._name(column)}::numeric < {-value + 1}', True),
                (f'{self._name(column)}::text = {quote(str(value))}', True)))
        return self.scalar(column, value)

    def boolean(self, column, value):
        name = self._name(column)
        if self.rnd.random() < 0.5:
            return self.scalar(column, value)
        return self.rnd.choice((
            (name, value), (f'NOT {name}', None if value is None else not value),
            (f'{name} IS TRUE', value is True), (f'{name} IS NOT TRUE', value is not True),
            (f'{name} IS FALSE', value is False), (f'{name} IS NOT FALSE', value is not False),
            (f'{name} IS UNKNOWN', value is None), (f'{name} IS NOT UNKNOWN', value is not None)))

    def texts(self, column, value):
        name = self._name(column)
        if value is None:
            return f'{name} IS NULL', True
        item = next((item for item in value if item is not None), 'none')
        return self.rnd.choice((
            (f'{name} IS NOT NULL', True),
            (f'{name} = {self.writer.value(text_array_literal(value), "text[]")}', True),
            (f'{quote(item)} = ANY ({name})', item in value),
            (f'cardinality({name}) > {len(value)}', False)))

    def json(self, column, value):
        name = self._name(column)
        if value is None:
            return f'{name} IS NULL', True
        return self.rnd.choice((
            (f'{name} IS NOT NULL', True),
            (f'{name} = {quote(Json(value))}::jsonb', True),
            (f'{name} @> {quote(Json(value))}::jsonb', True),
            (f"jsonb_typeof({name}) = 'object'", value.startswith('{')),
            (f"{name} ->> 'city' IS NULL", UNKNOWN)))


SCALAR_FORMS = ((0.52, Conditions._comparison), (0.66, Conditions._between),
                (0.90, Conditions._membership), (0.94, Conditions._distinct),
                (0.97, Conditions._two_columns), (1.0, Conditions._pair))
LEAVES = {'text': Conditions.text, **dict.fromkeys(('bigint', 'integer', 'smallint'), Conditions.integer),
          'character varying': Conditions.text,
          'double precision': Conditions.scalar, 'boolean': Conditions.boolean,
          'timestamp with time zone': Conditions.scalar, 'date': Conditions.scalar,
          'text[]': Conditions.texts, 'jsonb': Conditions.json}
