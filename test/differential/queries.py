"""Whole queries: projections, aggregates, joins, subselects, cursors, prepared.

A Query is a list of steps, statements that are run one after the other with
the same names meaning live tables or heap tables. The rows of those that are
compared must not depend on the order in which a scan gives them.
"""

import collections

from predicates import MAIN_COLUMNS, Conditions, Writer
from values import Moment

# Time zones of sessions; the subscription's own is as frequent as all others.
ZONES = ('UTC', 'America/New_York', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Auckland',
         'Australia/Lord_Howe', 'America/Sao_Paulo', 'America/Havana')
PLAN_MODES = ('force_generic_plan', 'force_custom_plan')
POOL = {'text': 'texts', 'bigint': 'bigints', 'timestamp with time zone': 'times', 'date': 'days'}

Step = collections.namedtuple('Step', 'sql compared')


class Query:
    def __init__(self, table, settings):
        self.table = table
        self.settings = settings    # name -> value
        self.steps = []
        self.counts = False         # one row always: a count, which may be 0

    def add(self, sql, compared=False):
        self.steps.append(Step(sql, compared))

    @property
    def text(self):
        settings = '; '.join(f"SET {name} = '{value}'" for name, value in self.settings.items())
        return ';\n'.join([settings] + [step.sql for step in self.steps])


class Generator:
    """Queries of one batch.  "narrow": every query of events bounds their time."""

    def __init__(self, rnd, tables, zone, marks, narrow):
        self.rnd = rnd
        self.tables = {table.label: table for table in tables}
        self.zone = zone
        self.marks = marks
        self.narrow = narrow

    def query(self, table):
        rnd = self.rnd
        zone = rnd.choice((self.zone, rnd.choice(ZONES)))
        settings = {'TimeZone': zone}
        choice = rnd.random()
        form = next(form for share, form in FORMS if choice < share)
        is_prepared = form in CAN_BE_PREPARED and rnd.random() < 0.35
        self.writer = Writer(Moment(rnd, zone, self.marks), 0.5 if is_prepared else 0)
        if form in (Generator._join, Generator._rescan) or rnd.random() < 0.05:
            settings.update(rnd.choice(JOIN_SETTINGS))
        if is_prepared:
            settings['plan_cache_mode'] = rnd.choice(PLAN_MODES)
        query = Query(table, settings)
        form(self, query, table)
        if is_prepared:
            self._prepare(query)
        elif form in CAN_BE_PREPARED and rnd.random() < 0.1:
            self._declare(query)
        return query

    # --- parts --------------------------------------------------------------------

    def _where(self, table, alias, depth=3):
        """A condition that probably holds for some row of the table."""
        rnd = self.rnd
        columns = None
        if rnd.random() < 0.3:
            # Short ones on the main columns: what is not checked again here.
            depth, columns = min(depth, 1), table.columns[:MAIN_COLUMNS] + table.awkward
        conditions = Conditions(table, alias, self.writer, columns)
        parts = [conditions.tree(depth) for _ in range(rnd.choice((1, 1, 1, 2)))]
        if columns and rnd.random() < 0.25:
            parts = [conditions.any_leaf()]
        if table.time and (self.narrow or rnd.random() < 0.4):
            if self.narrow and rnd.random() < 0.3:
                parts = []
            parts.append(conditions.bounds((0.0, 0.2, 1, 2, 3) if table.time != 'day'
                                           else (1, 2, 3)))
            rnd.shuffle(parts)
        elif rnd.random() < 0.02:
            return 'true'
        return ' AND '.join(parts)

    def _columns(self, table, alias, most=6):
        names = [column.name for column in table.columns]
        chosen = self.rnd.sample(names, min(len(names), self.rnd.randint(1, most)))
        return ', '.join(f'{alias}."{name}"' for name in chosen)

    def _of_type(self, table, *types):
        columns = [column for column in table.columns if column.type in types]
        return self.rnd.choice(columns)

    # --- forms --------------------------------------------------------------------

    def _select(self, query, table):
        choice = self.rnd.random()
        where = self._where(table, 't')
        if choice < 0.6:
            what = self._columns(table, 't')
        elif choice < 0.75:
            what = 't.*'
        elif choice < 0.82:
            what = 't'
        elif choice < 0.86:
            what = ''
        elif choice < 0.9:
            what = '1'
        else:
            what = f'DISTINCT {self._columns(table, "t", 2)}'
            if self._has_json(table, what):
                what = '1'
        query.add(f'SELECT {what} FROM {table.name} t WHERE {where}', True)

    @staticmethod
    def _has_json(table, what):
        """jsonb is compared by value, so that DISTINCT may keep either form."""
        return any(column.type == 'jsonb' and f'"{column.name}"' in what
                   for column in table.columns)

    def _count(self, query, table):
        name = self.rnd.choice(table.columns).name
        what = self.rnd.choice(('count(*)', f'count(*), count(t."{name}")',
                                'count(*) FILTER (WHERE t IS NOT NULL), count(*)'))
        if not what.endswith('FILTER (WHERE t IS NOT NULL), count(*)'):
            query.counts = True
        query.add(f'SELECT {what} FROM {table.name} t WHERE {self._where(table, "t")}', True)

    def _group(self, query, table):
        key = self._of_type(table, 'text', 'bigint', 'boolean').name
        other = self._of_type(table, 'text', 'bigint', 'timestamp with time zone').name
        query.add(f'SELECT t."{key}", count(*), min(t."{other}"), max(t."{other}") '
                  f'FROM {table.name} t WHERE {self._where(table, "t")} GROUP BY 1', True)

    def _join(self, query, table):
        """With a local table."""
        column = self._of_type(table, *POOL)
        kind = self.rnd.choice(('JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN'))
        where = self._where(table, 't', 2)
        on = f't."{column.name}" = p.v'
        if kind == 'LEFT JOIN':
            query.add(f'SELECT p.v, {self._columns(table, "t", 3)} FROM pool.{POOL[column.type]} p '
                      f'LEFT JOIN {table.name} t ON {on} AND {where}', True)
            return
        inner = f'(SELECT * FROM {table.name} t WHERE {where}) t'
        if kind == 'JOIN' and self.rnd.random() < 0.5:
            inner = f'(SELECT * FROM {table.name} t WHERE {where} OFFSET 0) t'
        query.add(f'SELECT p.v, {self._columns(table, "t", 3)} FROM pool.{POOL[column.type]} p '
                  f'{kind} {inner} ON {on}', True)

    def _exists(self, query, table):
        """In a subselect that the outer row has a say in."""
        column = self._of_type(table, *POOL)
        where = self._where(table, 't', 2)
        pool = POOL[column.type]
        form = self.rnd.choice((
            f'SELECT p.v FROM pool.{pool} p WHERE EXISTS (SELECT 1 FROM {table.name} t '
            f'WHERE t."{column.name}" = p.v AND {where})',
            f'SELECT p.v FROM pool.{pool} p WHERE p.v IN (SELECT t."{column.name}" '
            f'FROM {table.name} t WHERE {where})',
            f'SELECT p.v FROM pool.{pool} p WHERE NOT EXISTS (SELECT FROM {table.name} t '
            f'WHERE t."{column.name}" = p.v AND {where})',
            f'SELECT {self._columns(table, "t", 3)} FROM {table.name} t WHERE {where} '
            f'AND t."{column.name}" = ANY (ARRAY(SELECT v FROM pool.{pool}))',
            f'SELECT {self._columns(table, "t", 3)} FROM {table.name} t WHERE {where} '
            f'AND t."{column.name}" IN (SELECT v FROM pool.{pool})',
            f'SELECT {self._columns(table, "t", 3)} FROM {table.name} t WHERE {where} '
            f'AND t."{column.name}" >= (SELECT min(v) FROM pool.{pool})'))
        query.add(form, True)

    def _rescan(self, query, table):
        """A scan for every row of a local table, with a value of it."""
        column = self._of_type(table, *POOL)
        where = self._where(table, 't', 1)
        sign = self.rnd.choice(('=', '=', '<>', '<=', '>'))
        query.add(f'SELECT p.v, s.n FROM (SELECT v FROM pool.{POOL[column.type]} ORDER BY v LIMIT 4) p '
                  f'CROSS JOIN LATERAL (SELECT count(*) AS n FROM {table.name} t '
                  f'WHERE t."{column.name}" {sign} p.v AND {where}) s', True)

    def _two_tables(self, query, table):
        """With a live table: the same one, or the visitors."""
        other = self.tables['visitor']
        shared = 'visitor_id'
        if not any(column.name == shared for column in table.columns):
            other, shared = table, self._of_type(table, 'text').name
        query.add(f'SELECT {self._columns(table, "t", 3)}, {self._columns(other, "o", 2)} '
                  f'FROM {table.name} t {self.rnd.choice(("", "LEFT "))}JOIN {other.name} o '
                  f'ON o."{shared}" = t."{shared}" AND {self._where(other, "o", 1)} '
                  f'WHERE {self._where(table, "t", 2)}', True)

    # --- ways to run them -------------------------------------------------------------

    def _prepare(self, query):
        (step,) = query.steps
        query.steps = []
        if not self.writer.parameters:
            query.add(step.sql, True)
            return
        types = ', '.join(sql_type for sql_type, _ in self.writer.parameters)
        values = [sql for _, sql in self.writer.parameters]
        query.add(f'PREPARE q({types}) AS {step.sql}')
        query.add(f'EXECUTE q({", ".join(values)})', True)
        if self.rnd.random() < 0.3:     # once more, with some values of others
            for i, (sql_type, _) in enumerate(self.writer.parameters):
                alike = [sql for other, sql in self.writer.parameters if other == sql_type]
                values[i] = self.rnd.choice(alike + [f'NULL::{sql_type}'])
            query.add(f'EXECUTE q({", ".join(values)})', True)
        query.add('DEALLOCATE q')

    def _declare(self, query):
        """By a cursor: in pieces, or twice from the start."""
        (step,) = query.steps
        query.steps = []
        scroll = self.rnd.choice(('', 'SCROLL ', 'NO SCROLL '))
        hold = self.rnd.choice(('', '', ' WITH HOLD'))
        query.add('BEGIN')
        query.add(f'DECLARE c {scroll}CURSOR{hold} FOR {step.sql}')
        if scroll == 'SCROLL ':
            query.add(f'FETCH {self.rnd.choice((1, 3))} FROM c')
            query.add('MOVE ABSOLUTE 0 FROM c')
            query.add('FETCH ALL FROM c', True)
            query.add('MOVE ABSOLUTE 0 FROM c')
            query.add('FETCH ALL FROM c', True)
        else:
            # All pieces are one simple query, and compared as one result.
            sizes = [self.rnd.choice((1, 2, 7, 50)) for _ in range(3)]
            query.add('; '.join(f'FETCH {size} FROM c' for size in sizes)
                      + '; FETCH ALL FROM c', True)
        query.add('CLOSE c')
        query.add('COMMIT')


FORMS = ((0.62, Generator._select), (0.68, Generator._count), (0.73, Generator._group),
         (0.81, Generator._join), (0.91, Generator._exists), (0.95, Generator._rescan),
         (1.0, Generator._two_tables))
CAN_BE_PREPARED = (Generator._select, Generator._count, Generator._group, Generator._exists)
JOIN_SETTINGS = ({'enable_hashjoin': 'off', 'enable_mergejoin': 'off'},
                 {'enable_hashjoin': 'off'},
                 {'enable_mergejoin': 'off', 'enable_nestloop': 'off'},
                 {'enable_material': 'off', 'enable_hashjoin': 'off', 'enable_mergejoin': 'off'},
                 {'enable_memoize': 'off'})
