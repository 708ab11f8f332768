"""text/csv answers; naming and quoting of nested values are switches."""

import csv
import io

from standin.answer import Answer, encode_json


def _flat(row, separator, prefix=''):
    for name, value in row.items():
        if type(value) is dict and value:
            yield from _flat(value, separator, f'{prefix}{name}{separator}')
        else:
            yield prefix + name, value


def _cell(value):
    if value is None:
        return ''
    if type(value) is bool:
        return 'true' if value else 'false'
    if type(value) in (list, dict):
        return encode_json(value).decode()
    return value


def answer(rows, switches):
    naming = switches['csv_naming']
    separator = {'dotted': '.', 'underscore': '_'}.get(naming)
    flat = [dict(_flat(row, separator)) if separator else row for row in rows]
    columns = sorted({name for row in flat for name in row})
    quoting = csv.QUOTE_ALL if switches['csv_quoting'] == 'all' else csv.QUOTE_MINIMAL

    def line(cells):
        buffer = io.StringIO()
        csv.writer(buffer, quoting=quoting, lineterminator='\n').writerow(cells)
        return buffer.getvalue().encode('utf-8', 'replace')

    def pieces(rows_per_piece):
        yield line(columns), 0
        for row in flat:
            yield line([_cell(row.get(name)) for name in columns]), 1
    return Answer(200, content_type='text/csv; charset=utf-8', stream=pieces)
