#!/usr/bin/python3
"""Print what a stand-in's store says of a table, as lines for COPY.

pull_truth.py URL TABLE ZONE < COLUMNS

COLUMNS is a JSON list of [name, SQL type, option "field" or null].  The rows come
from GET /_sandbox/data/TABLE; members and types are told by the differential
test's own conversion.  A value that does not fit its column is NULL.
"""

import json
import os
import sys
import urllib.request
from zoneinfo import ZoneInfo

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'differential'))

from convert import Bad, convert, copy_line     # noqa: E402
from tables import _path                        # noqa: E402


def value(row, path, sql_type, zone):
    for member in path:
        row = row.get(member) if type(row) is dict else None
    try:
        return convert(row, sql_type, zone)
    except Bad:
        return None


def main():
    url, table, zone = sys.argv[1:]
    zone = ZoneInfo(zone)
    columns = [(_path(table, name, field), sql_type)
               for name, sql_type, field in json.load(sys.stdin)]
    with urllib.request.urlopen(f'{url}/_sandbox/data/{table}') as answer:
        for line in answer:
            row = json.loads(line)
            print(copy_line([value(row, path, sql_type, zone) for path, sql_type in columns]))


if __name__ == '__main__':
    main()
