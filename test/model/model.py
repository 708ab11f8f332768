"""A schema with local tables and the model in it, on a server, by psql."""

import io
import json
import pathlib
import random
import subprocess
from decimal import Decimal

import local_tables

TOP = pathlib.Path(__file__).resolve().parents[2]
MODEL = TOP / "sql/model"
SUMMARIES = ("visitor_day", "account_day", "feature_day", "page_day")


def manifest():
    lines = (MODEL / "manifest").read_text().splitlines()
    own = [word for line in lines for word in line.split("#", 1)[0].split()]
    # Local tables come from the reference here, so that this test needs no connection.
    return [name for name in own if not name.startswith("table/")]


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def literal(value):
    if value is None:
        return "NULL"
    return "'" + str(value).replace("'", "''") + "'"


class Model:
    def __init__(self, arguments, schema):
        self.command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", arguments.host, "-p", str(arguments.port),
                        "-U", arguments.user, "-d", arguments.database]
        self.schema = schema
        self.zone = "UTC"

    def sql(self, text):
        """Run statements with the model's search_path; what they print."""
        before = (f"SET client_min_messages = warning; SET search_path = {quoted(self.schema)};"
                  f"SET TimeZone = '{self.zone}';\n")
        done = subprocess.run(self.command, input=before + text, capture_output=True, text=True, encoding="utf-8")
        if done.returncode:
            raise RuntimeError(f"psql: {done.stderr}\n{text[:2000]}")
        return done.stdout

    def create(self, without_metadata=False):
        reference = (TOP / "docs/reference/tables.md").read_text(encoding="utf-8")
        name = quoted(self.schema)
        parts = [f"DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name};",
                 f"SET search_path = {name}, pg_catalog;"]
        parts += local_tables.ddl(reference, without_metadata)
        parts += [(MODEL / name).read_text() for name in manifest()]
        self.sql("\n".join(parts))

    def load(self, tables):
        """COPY rows, dicts by table."""
        for table, rows in tables.items():
            if not rows:
                continue
            columns = sorted({column for row in rows for column in row})
            text = io.StringIO()
            for row in rows:
                text.write(",".join(field(row.get(column)) for column in columns) + "\n")
            self.sql(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv);\n{text.getvalue()}\\.\n")

    def fill(self, days, seed):
        """The summaries, by windows of any length, as pulls do."""
        r = random.Random(seed)
        for summary in SUMMARIES:
            query = (MODEL / f"summary/{summary}.query.sql").read_text()
            day, last = days
            while day <= last:
                until = day + (last - day) * 0 + type(last - day)(r.choice([1, 3, 7, 40]))
                self.sql(f"INSERT INTO {summary} SELECT * FROM (\n{query}) AS q "
                         f"WHERE day >= '{day}' AND day < '{until}';")
                day = until

    def rows(self, view, change=""):
        """The rows of a view; with a change, those it would have after it."""
        text = self.sql(f"BEGIN; {change} SELECT row_to_json(t) FROM {view} AS t; ROLLBACK;")
        return [json.loads(line, parse_float=Decimal, parse_int=int) for line in text.splitlines()]

    def drop(self):
        self.sql(f"DROP SCHEMA {quoted(self.schema)} CASCADE;")


def field(value):
    """A CSV field: nothing is NULL, "" is empty."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = "{" + ",".join('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in value) + "}"
    return '"' + str(value).replace('"', '""') + '"'
