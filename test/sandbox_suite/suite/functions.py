"""Functions of the expression language; each gets the evaluator first."""
import datetime as dt
import re
import zlib

from .values import equal

ANONYMOUS = "_PENDO_T_"
PERIOD = {"hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month",
          "hourRange": "hour", "dayRange": "day", "weekRange": "week",
          "monthRange": "month"}
LAYOUT = [("2006", "%Y"), ("01", "%m"), ("02", "%d"), ("15", "%H"), ("04", "%M"), ("05", "%S")]


def f_isNil(_, value):
    return value is None


f_isNull = f_isNil


def f_isEmpty(_, value):
    return value is None or value == "" or value == []


def type_test(types):
    def test(evaluator, value):
        if value is None:
            return None if evaluator.rules["type_test_null"] == "null" else False
        return isinstance(value, types) and (types is bool or not isinstance(value, bool))
    return test


f_isBoolean = type_test(bool)
f_isNumber = type_test((int, float))
f_isString = type_test(str)
f_isList = type_test(list)


def f_contains(_, whole, part):
    if isinstance(whole, str) and isinstance(part, str):
        return part in whole
    if isinstance(whole, list):
        return any(equal(item, part) for item in whole)
    return None


def f_startsWith(_, text, prefix):
    return text.startswith(prefix) if isinstance(text, str) else None


def f_split(_, text, separator):
    return text.split(separator)


def f_toLowerCase(_, text):
    return text.lower()


def f_toString(_, number):
    return str(int(number)) if number == int(number) else repr(number)


def f_len(_, value):
    return len(value)


def f_list(_, *values):
    return list(values)


def f_listInRange(_, values, low, high):
    return [v for v in values if low <= v <= high]


def f_reverse(_, values):
    return values[::-1]


def f_sortUnique(_, values):
    return sorted(set(values))


def f_sum(_, values):
    return float(sum(values))


def f_now(evaluator):
    return evaluator.calendar.now


def f_date(evaluator, first, *rest):
    if not isinstance(first, str):
        nanoseconds = rest[5] if len(rest) > 5 else 0
        return evaluator.calendar.at(int(first), *map(int, rest[:5])) + int(nanoseconds) // 1000000
    parts = re.split(r"[-T:]", first)
    whole, _, fraction = parts[-1].partition(".")
    numbers = [int(p) for p in parts[:-1]] + [int(whole)]
    return evaluator.calendar.at(*numbers) + int((fraction + "000")[:3])


def f_dateAdd(evaluator, moment, n, unit):
    return evaluator.calendar.shift(int(moment), int(n), unit)


def f_startOfPeriod(evaluator, period, moment):
    return evaluator.calendar.start(PERIOD[period], int(moment))


def f_formatTime(evaluator, layout, moment):
    for go, python in LAYOUT:
        layout = layout.replace(go, python)
    return dt.datetime.strftime(evaluator.calendar.local(int(moment)), layout)


def f_identified(_, visitor):
    return not visitor.startswith(ANONYMOUS)


def f_eventSubType(_, kind):
    return kind.split(":")[-1]


def f_hash(_, value):
    """Only that equal values hash alike is known."""
    return zlib.crc32(repr(value).encode())
