#!/usr/bin/python3
"""Run generated queries with pushdown on, off and on heap tables: same rows?

    run.py --host FOLDER --port N [--queries 3000] [--seed 1] [--sabotage WHAT]

The server must have the extension in database "postgres", and allow plain http
to 127.0.0.1. Stand-ins are started here. See README.md beside this file.
"""

import argparse
import collections
import itertools
import json
import random
import sys
import time
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from convert import as_text, copy_line
from protocol import Client
from queries import POOL, Generator
from stand_in import StandIn
from tables import GROUPED, read_tables, truth

MODES = ('on', 'off', 'heap')
SHOWN_ROWS = 3
SHOWN_CHARACTERS = 600
WIDE = '3660 days'          # a window that holds all

# Days of a stand-in: zone, its clock, how many days. A change of the clock
# falls into each, in São Paulo at midnight.
PLACES = (
    ('America/New_York', '2024-03-13T15:34:56Z', 6),
    ('America/New_York', '2024-11-06T15:34:56Z', 6),
    ('Australia/Lord_Howe', '2024-04-10T03:00:00Z', 6),
    ('America/Sao_Paulo', '2018-11-07T18:00:00Z', 6),
)

# What each environment has besides: two for each place.
ENVIRONMENTS = (
    dict(on_bad_value='null', dirty_metadata='some', nul_strings='none', list_type='list'),
    dict(on_bad_value='error', dirty_metadata='none', nul_strings='none', list_type='empty'),
    dict(on_bad_value='null', dirty_metadata='some', nul_strings='some', list_type='string'),
    dict(on_bad_value='error', dirty_metadata='none', nul_strings='none', list_type='list'),
    dict(on_bad_value='null', dirty_metadata='some', nul_strings='none', list_type='empty',
         hour_alignment='utc'),
    dict(on_bad_value='error', dirty_metadata='none', nul_strings='none', list_type='string'),
    dict(on_bad_value='null', dirty_metadata='some', nul_strings='some', list_type='list'),
    dict(on_bad_value='error', dirty_metadata='none', nul_strings='none', list_type='list',
         hour_alignment='utc'),
)

# What conditions may mean, in every combination: once where a bad value is
# NULL, once where it is an error.
CROSSED = {
    'not_null': ('null', 'true', 'false'), 'type_test_null': ('false', 'null'),
    'compare_types': ('null', 'false'), 'collation': ('byte', 'casefold', 'locale-like'),
    'absent': ('absent', 'null'),
}
# How answers arrive: at random.
RANDOM = {
    'gzip': ('when_asked', 'never'), 'chunked': ('yes', 'no'), 'null_results': ('list', 'null'),
    'field_quoting': ('arithmetic', 'error'), 'start_time': ('absent', 'present'),
    'unknown_members': ('none', 'some'),
}
# A team may give columns other types that suit their values.
RETYPED = ('ALTER num_events TYPE integer, ALTER num_minutes TYPE smallint, '
           'ALTER visitor_id TYPE varchar')
WINDOWS = (WIDE, WIDE, '1 day', '2 days', '6 hours')


class Tally:
    """What is printed at the end, and held against the bars."""

    def __init__(self):
        self.per_table = collections.Counter()
        self.returned = 0
        self.narrowed = 0
        self.unasked = 0
        self.mismatches = 0
        self.combinations = set()

    @property
    def queries(self):
        return sum(self.per_table.values())


class Environment:
    """A stand-in's data as live tables, and under each switch as heap tables."""

    def __init__(self, client, stand_in, place, settings, number, sabotage):
        self.client = client
        self.stand_in = stand_in
        self.zone_name, now, days = place
        self.zone = ZoneInfo(self.zone_name)
        self.now = datetime.fromisoformat(now.replace('Z', '+00:00'))
        self.days = days
        self.number = number
        self.sabotage = sabotage
        self.switches = {'row_order': 'shuffled', 'hour_alignment': 'zone', **settings}
        self.bad_value = self.switches.pop('on_bad_value')
        self.heaps = {}         # switches that change the rows -> tables
        stand_in.switch(**self.switches, unknown_members='none', absent='absent')
        self._import()

    def _import(self):
        n, facts = self.number, self.stand_in.facts
        start = (self.now - timedelta(days=self.days + 2)).date()
        self.client.run(f"""
            CREATE SERVER s{n} FOREIGN DATA WRAPPER pendo_fdw OPTIONS (
                base_url '{facts["url"]}', time_zone '{self.zone_name}',
                history_start '{start}', on_bad_value '{self.bad_value}',
                requests_per_second '10000', request_burst '10000', window '{WIDE}');
            CREATE USER MAPPING FOR PUBLIC SERVER s{n}
                OPTIONS (integration_key '{facts["key"]}');
            CREATE SCHEMA live{n}; CREATE SCHEMA live{n}_hour;
            IMPORT FOREIGN SCHEMA pendo FROM SERVER s{n} INTO live{n};
            IMPORT FOREIGN SCHEMA pendo LIMIT TO (event, page_event, feature_event, track_event)
              FROM SERVER s{n} INTO live{n}_hour OPTIONS (period 'hour')""")

        if self.number % 2:
            for schema, table in itertools.product((f'live{n}', f'live{n}_hour'), GROUPED):
                self.client.run(f'ALTER FOREIGN TABLE {schema}.{table} {RETYPED}')

    def tables(self, switches):
        """Tables with the rows that these switches show, heaps made if need be."""
        key = (switches['absent'], switches['unknown_members'])
        if key not in self.heaps:
            heap = f'heap{self.number}_{len(self.heaps)}'
            self.heaps[key] = heap, self._load(heap, switches)
        return self.heaps[key]

    def _load(self, heap, switches):
        found = []
        for suffix in ('', '_hour'):
            self.client.run(f'CREATE SCHEMA {heap}{suffix}')
            for table in read_tables(self.client, f'live{self.number}{suffix}'):
                table.load(self.client, heap + suffix, truth(self.stand_in, table, switches),
                           self.zone)
                if self.bad_value == 'error' and table.bad:
                    raise RuntimeError(f'{len(table.bad)} rows with bad values in {table.label}: '
                                       'on_bad_value error would always fail')
                if self.sabotage == 'heap':
                    name = f'{heap}{suffix}.{table.name}'
                    self.client.run(f'DELETE FROM {name} WHERE ctid = (SELECT min(ctid) FROM {name})')
                found.append(table)
        if not self.heaps:
            self._fill_pools(found)
        return found

    def _fill_pools(self, tables):
        """Local tables to join with: values of the columns, and others."""
        rnd = random.Random(self.number)
        self.client.run('DROP SCHEMA IF EXISTS pool CASCADE; CREATE SCHEMA pool')
        self.client.run("CREATE COLLATION pool.any_case (provider = icu, "
                        "locale = 'und-u-ks-level2', deterministic = false)")
        for sql_type, name in POOL.items():
            values = sorted({row[column.name] for table in tables for column in table.columns
                             if column.type == sql_type for row in table.rows} - {None}, key=as_text)
            chosen = rnd.sample(values, min(25, len(values)))
            self.client.run(f'CREATE TABLE pool.{name} (v {sql_type})')
            self.client.copy(f'pool.{name}', (copy_line([value]) for value in chosen + [None]))
        self.client.run('ANALYZE')

    def marks(self):
        """Instants at which days begin here or there, and at which clocks change."""
        found = []
        first = (self.now - timedelta(days=self.days)).date()
        for day in (first + timedelta(days=n) for n in range(self.days + 1)):
            for zone in {self.zone, ZoneInfo('UTC'), ZoneInfo('America/New_York')}:
                for hour in (0, 2, 3):
                    found.append(datetime(day.year, day.month, day.day, hour, tzinfo=zone)
                                 .astimezone(timezone.utc))
        return sorted(found)

    def search_path(self, mode, heap, table):
        first = heap if mode == 'heap' else f'live{self.number}'
        hour = f'{first}_hour, ' if table.period == 'hour' else ''
        return f'{hour}{first}'

    def set_window(self, window):
        self.client.run(f"ALTER SERVER s{self.number} OPTIONS (SET window '{window}')")

    def lose_applications(self, lost):
        """The sabotage "pushdown": as if it left rows out."""
        self.client.run(f"ALTER SERVER s{self.number} OPTIONS "
                        + ("(ADD apps '-323232')" if lost else '(DROP apps)'))

    def drop(self):
        heaps = [f'{heap}{suffix}' for heap, _ in self.heaps.values() for suffix in ('', '_hour')]
        for schema in heaps:
            self.client.run(f'DROP SCHEMA {schema} CASCADE')
        self.client.run(f'DROP SERVER s{self.number} CASCADE')
        self.client.run(f'DROP SCHEMA live{self.number}, live{self.number}_hour')


class Outcome:
    """What one query gave in one mode."""

    def __init__(self, results, error, requests):
        self.results = results      # a Counter of rows for each compared step
        self.error = error
        self.requests = requests

    def same(self, other):
        return not self.error and not other.error and self.results == other.results


def run_query(client, query, path):
    client.run(f"SET search_path = {path}")
    for name, value in query.settings.items():
        client.run(f"SET {name} = '{value}'")
    results, error = [], None
    for step in query.steps:
        answer = client.ask(step.sql)
        if answer.error:
            error = answer.error
            client.ask('ROLLBACK')
            client.ask('DEALLOCATE ALL')
            break
        if step.compared:
            results.append(collections.Counter(itertools.chain.from_iterable(
                result.rows for result in answer.results)))
    for name in query.settings:
        client.run(f'RESET {name}')
    return results, error


def run_batch(environment, queries, heap, window):
    """Outcomes by mode, each a list beside the queries."""
    client, outcomes = environment.client, {mode: [] for mode in MODES}
    for mode in MODES:
        client.run(f"SET pendo_fdw.enable_pushdown = {'on' if mode == 'on' else 'off'}")
        environment.set_window(window if mode == 'on' else WIDE)
        if environment.sabotage == 'pushdown':
            environment.lose_applications(mode == 'on') if mode != 'heap' else None
        environment.stand_in.take_log()
        for query in queries:
            results, error = run_query(client, query,
                                       environment.search_path(mode, heap, query.table))
            requests = environment.stand_in.take_log() if mode == 'on' else []
            outcomes[mode].append(Outcome(results, error, requests))
    return outcomes


def was_narrowed(query, requests):
    """Fewer rows sent than the table has, because of what was asked for."""
    mine = [entry for entry in requests if entry['method'] == 'POST']
    asked_less = any('filter' in stage for entry in mine for stage in entry['pipeline'] or [])
    return (asked_less and all(entry['complete'] for entry in mine)
            and sum(entry['rows'] for entry in mine) < len(query.table.rows))


def returned_rows(query, results):
    if query.counts:
        return any(row[0] != '0' for result in results for row in result)
    return any(results)


def shorten(text):
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + ' …'


def explain_difference(name_a, a, name_b, b):
    if a.error or b.error:
        for name, outcome in ((name_a, a), (name_b, b)):
            print(f'#   {name}: {outcome.error or "no error"}')
        return
    for number, (x, y) in enumerate(zip(a.results, b.results)):
        for name, rows in ((name_a, x - y), (name_b, y - x)):
            print(f'#   result {number + 1}: {sum(rows.values())} rows only with {name}')
            for row in itertools.islice(rows, SHOWN_ROWS):
                print(f'#     {shorten(repr(row))}')


def report_mismatch(query, environment, switches, window, seed, outcomes):
    on, off, heap = outcomes
    print(f'# MISMATCH in {query.table.label}, seed {seed}, environment {environment.number}, '
          f'window {window}, on_bad_value {environment.bad_value}')
    print(f'# switches: {json.dumps(switches)}')
    print(f'# time zone of the subscription: {environment.zone_name}')
    for line in query.text.split('\n'):
        print('#   | ' + line)
    if not on.same(off):
        explain_difference('pushdown on', on, 'pushdown off', off)
    if not off.same(heap):
        explain_difference('pushdown off', off, 'heap', heap)
    for entry in on.requests[:2]:
        print(f'#   asked: {shorten(json.dumps(entry["pipeline"], ensure_ascii=False))}')
    sys.stdout.flush()


def run_one_batch(environment, combination, count, turn, seed, tally):
    """Some queries under one combination of switches; the next table's turn."""
    rnd = random.Random(f'{seed}/{environment.number}/{sorted(combination.items())}')
    switches = {**environment.switches, **combination,
                **{name: rnd.choice(values) for name, values in RANDOM.items()}}
    environment.stand_in.switch(**{**switches, 'unknown_members': 'none'})
    heap, tables = environment.tables(switches)
    environment.stand_in.switch(**switches)
    window = rnd.choice(WINDOWS)
    generator = Generator(rnd, tables, environment.zone_name, environment.marks(), window != WIDE)
    queries = [generator.query(tables[(turn + n) % len(tables)]) for n in range(count)]
    outcomes = run_batch(environment, queries, heap, window)
    for n, query in enumerate(queries):
        on, off, heap_outcome = (outcomes[mode][n] for mode in MODES)
        tally.per_table[query.table.label] += 1
        tally.returned += not heap_outcome.error and returned_rows(query, heap_outcome.results)
        tally.narrowed += was_narrowed(query, on.requests)
        tally.unasked += not on.requests
        if not (on.same(off) and off.same(heap_outcome)):
            tally.mismatches += 1
            report_mismatch(query, environment, switches, window, seed, (on, off, heap_outcome))
    tally.combinations.add((environment.bad_value, *combination.values()))
    return turn + count


def share_out(total, parts):
    return [total * (n + 1) // parts - total * n // parts for n in range(parts)]


def run_all(client, arguments):
    tally = Tally()
    combinations = [dict(zip(CROSSED, values)) for values in itertools.product(*CROSSED.values())]
    random.Random(arguments.seed).shuffle(combinations)
    # Of each kind of environment, each takes its share of all combinations.
    kinds = {'null': 0, 'error': 0}
    plan = []
    for number, settings in enumerate(ENVIRONMENTS):
        kind = settings['on_bad_value']
        each = len(ENVIRONMENTS) // len(kinds)
        plan.append(combinations[kinds[kind]::each])
        kinds[kind] += 1
    counts = iter(share_out(arguments.queries, sum(map(len, plan))))
    turn = 0
    for place_number, place in enumerate(PLACES):
        stand_in = StandIn('--seed', str(arguments.seed), '--size', '60', '--now', place[1],
                           '--days', str(place[2]), '--time-zone', place[0])
        try:
            for number in (2 * place_number, 2 * place_number + 1):
                environment = Environment(client, stand_in, place, ENVIRONMENTS[number], number,
                                          arguments.sabotage)
                for combination in plan[number]:
                    turn = run_one_batch(environment, combination, next(counts), turn,
                                         arguments.seed, tally)
                environment.drop()
        finally:
            stand_in.stop()
    return tally


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--host', required=True, help="folder of the server's socket")
    parser.add_argument('--port', required=True)
    parser.add_argument('--user', default='postgres')
    parser.add_argument('--queries', type=int, default=3000)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--sabotage', choices=('heap', 'pushdown'),
                        help='make something wrong, to see that it is found')
    arguments = parser.parse_args()
    print(f'# seed {arguments.seed}, {arguments.queries} queries', flush=True)
    started = time.monotonic()
    tally = run_all(Client(arguments.host, arguments.port, user=arguments.user), arguments)
    for table, count in sorted(tally.per_table.items()):
        print(f'# {count:5} {table}')
    summary = {'seed': arguments.seed, 'queries': tally.queries, 'tables': dict(tally.per_table),
               'mismatches': tally.mismatches, 'combinations': len(tally.combinations),
               'returned': round(tally.returned / max(tally.queries, 1), 4),
               'narrowed': round(tally.narrowed / max(tally.queries, 1), 4),
               'unasked': round(tally.unasked / max(tally.queries, 1), 4),
               'seconds': round(time.monotonic() - started, 1)}
    print(json.dumps(summary))


if __name__ == '__main__':
    main()
