"""Live tables, as the catalogue describes them, and the truth about their rows."""

import collections
import re

from convert import Bad, convert, copy_line

GROUPED = ('event', 'page_event', 'feature_event', 'track_event')
SINGLE = ('guide_event', 'poll_event', 'nps_response')

# Columns whose member is not simply their name in another case.
EVERYWHERE = {'created_by': ('createdByUser', 'username'),
              'last_updated_by': ('lastUpdatedByUser', 'username'),
              'product_area_id': ('group', 'id'), 'product_area_name': ('group', 'name'),
              'owned_by': ('ownedByUser', 'username'), 'feedback_id': ('vocItemId',)}
OF_TABLE = {**{(table, 'server_name'): ('server',) for table in GROUPED},
            ('nps_response', 'score'): ('pollResponse',),
            **{('poll', name): ('attributes', member) for name, member in
               (('type', 'type'), ('display', 'display'), ('follow_up', 'followUp'))}}

Column = collections.namedtuple('Column', 'name type path')


class Table:
    """One live table: its columns, and its rows as SQL values (heap)."""

    def __init__(self, name, period, columns, schema):
        self.name = name
        self.period = period
        self.schema = schema
        self.columns = columns
        self.rows = []          # each a dict: column name -> value
        self.awkward = []       # columns to try more often
        self.bad = {}           # number of a row -> columns whose value was bad

    @property
    def label(self):
        return self.name + (' by hour' if self.period == 'hour' else '')

    @property
    def time(self):
        """The column that carries an event's time, or None."""
        if self.name in GROUPED:
            return self.period
        return 'browser_time' if self.name in SINGLE else None

    def load(self, client, heap, truth, zone):
        """Put the generator's rows, converted, into a table of the schema "heap"."""
        self.rows, self.bad = [], {}
        for row in truth:
            self.rows.append({column.name: self._value(column, row, zone)
                              for column in self.columns})
        self.awkward = [column for column in self.columns if self._is_awkward(column)]
        client.run(f'CREATE TABLE {heap}.{self.name} (LIKE {self.schema}.{self.name})')
        client.copy(f'{heap}.{self.name}', (copy_line(row.values()) for row in self.rows))

    def _is_awkward(self, column):
        """Where a condition is easily sent wrongly: times, doubles, NULLs among
        what Pendo nearly always sets, integers that doubles do not hold."""
        if column.name in (self.time, 'url') or column.type == 'double precision':
            return True
        return column.type == 'bigint' and any(abs(row[column.name] or 0) >= 2 ** 53
                                               for row in self.rows)

    def _value(self, column, row, zone):
        value = row
        for member in column.path:
            value = value.get(member) if type(value) is dict else None
        try:
            return convert(value, column.type, zone)
        except Bad:
            self.bad.setdefault(len(self.rows), []).append(column)
            return None


def _camel(name):
    first, *rest = name.split('_')
    return first + ''.join(word.capitalize() for word in rest)


def _path(table, column, field):
    if field is None:
        return OF_TABLE.get((table, column)) or EVERYWHERE.get(column) or (_camel(column),)
    names = re.findall(r'(?:[^.\\]|\\.)+', field)
    return tuple(re.sub(r'\\(.)', r'\1', name) for name in names)


def read_tables(client, schema):
    """The foreign tables of a schema."""
    rows = client.run(f"""
        SELECT c.relname,
               (SELECT option_value FROM pg_options_to_table(f.ftoptions)
                 WHERE option_name = 'period'),
               a.attname, format_type(a.atttypid, a.atttypmod),
               (SELECT option_value FROM pg_options_to_table(a.attfdwoptions)
                 WHERE option_name = 'field')
          FROM pg_class c JOIN pg_foreign_table f ON f.ftrelid = c.oid
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE c.relnamespace = '{schema}'::regnamespace
         ORDER BY c.relname, a.attnum""")
    found = {}
    for name, period, column, sql_type, field in rows:
        table = found.setdefault(name, Table(name, period, [], schema))
        table.columns.append(Column(column, sql_type, _path(name, column, field)))
    return list(found.values())


# --- the truth as the switches let it be seen -----------------------------------

def _unknown(value):
    """Members that nobody has heard of, as the stand-in's README lists them."""
    if type(value) is dict:
        return {**{name: _unknown(inner) for name, inner in value.items()},
                'aaNew': {'deep': [1, {'er': None}], 'text': 'new "member"'},
                'mNew': -1.5e-7, 'zzNew': [[], {}, 'ü', True]}
    return [_unknown(item) for item in value] if type(value) is list else value


def _with_nulls(row, schema):
    """Fields of the metadata schema that are not set, as null."""
    known = {group: {name: None for name in fields} for group, fields in schema.items()}
    groups = row['metadata']
    return {**row, 'metadata': {**groups, **{group: {**fields, **groups.get(group, {})}
                                             for group, fields in known.items()}}}


def truth(stand_in, table, switches):
    rows = stand_in.rows(table.name, table.period or 'day')
    if table.name == 'guide_step':
        places = collections.Counter()
        for row in rows:
            row['stepIndex'] = places[row['guideId']]
            places[row['guideId']] += 1
    if table.name in ('visitor', 'account') and switches['absent'] == 'null':
        schema = stand_in.schema(table.name)
        rows = [_with_nulls(row, schema) for row in rows]
    if switches['unknown_members'] == 'some':
        rows = [_unknown(row) for row in rows]
    return rows
