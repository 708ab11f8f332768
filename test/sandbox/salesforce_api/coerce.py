"""From the JSON of a request to stored values.

What JSON cannot be read as the field's type fails the whole request, as a
parser does; `coerce` raises Refused. What is of the right type and yet wrong is
the record's own failure, found by `problems`.
"""

from decimal import ROUND_HALF_UP, Decimal

from .errors import Failure, bad_json
from .ids import to18
from .schema import NUMBERS, STRINGS
from .values import is_email, parse_date, parse_datetime

_JSON_KINDS = {str: 'VALUE_STRING', bool: 'VALUE_TRUE', int: 'VALUE_NUMBER_INT',
               float: 'VALUE_NUMBER_FLOAT', list: 'START_ARRAY', dict: 'START_OBJECT'}


def _unreadable(kind, value):
    shown = '' if isinstance(value, (list, dict)) else f' value {value}'
    return bad_json(f'Cannot deserialize instance of {kind} from '
                    f'{_JSON_KINDS.get(type(value), "VALUE_NULL")}{shown} '
                    'or request may be missing a required field')


def _text(found, value, switches):
    if isinstance(value, (int, float)) and not isinstance(value, bool) \
            and switches['lenient_types'] == 'accepted':
        value = str(value)
    if not isinstance(value, str):
        raise _unreadable('string', value)
    if switches['trim_strings'] == 'yes':
        value = value.strip()
    return value or None


def _number(found, value, switches):
    if isinstance(value, str) and switches['lenient_types'] == 'accepted':
        try:
            value = float(value)
        except ValueError:
            raise _unreadable(found.type, value) from None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        raise _unreadable(found.type, value)
    if found.type == 'int' and isinstance(value, float) and not value.is_integer():
        raise _unreadable(found.type, value)
    return value


def _boolean(found, value, switches):
    if not isinstance(value, bool):
        raise _unreadable('boolean', value)
    return value


def _date(found, value, switches):
    if value == '':
        return None
    if parse_date(value) is None:
        raise _unreadable('date', value)
    return value


def _datetime(found, value, switches):
    if value == '':
        return None
    ms = parse_datetime(value)
    if ms is None:
        raise _unreadable('datetime', value)
    return ms - ms % 1000 if switches['datetime_precision'] == 'seconds' else ms


def _reference(found, value, switches):
    if not isinstance(value, str):
        raise _unreadable('reference', value)
    return value or None


_COERCE = {**dict.fromkeys(STRINGS, _text),
           **dict.fromkeys(NUMBERS, _number),
           'boolean': _boolean, 'date': _date, 'datetime': _datetime,
           'reference': _reference, 'id': _reference}


def coerce(found, value, switches):
    """A value of the field's type; "" is null, as everywhere at Salesforce."""
    return None if value is None else _COERCE[found.type](found, value, switches)


# --- what is wrong with a value of the right type ------------------------------

def _length(text, switches):
    if switches['length_unit'] == 'utf16':
        return len(text.encode('utf-16-le', 'surrogatepass')) // 2
    return len(text)


def _too_long(found, value, switches):
    if _length(value, switches) > found.length:
        yield Failure('STRING_TOO_LONG', f'{found.label}: data value too large: {value} '
                      f'(max length={found.length})', [found.name])


def _email(found, value, switches):
    yield from _too_long(found, value, switches)
    if not is_email(value):
        yield Failure('INVALID_EMAIL_ADDRESS',
                      f'{found.label}: invalid email address: {value}', [found.name])


def _choice(found, value, switches):
    yield from _too_long(found, value, switches)
    chosen = value.split(';') if found.type == 'multipicklist' else [value]
    if found.restricted and not set(chosen) <= set(found.values):
        yield Failure('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
                      f'{found.label}: bad value for restricted picklist field: {value}',
                      [found.name])


def _fits(found, value):
    return abs(value) < 10 ** (found.precision - found.scale)


def _range(found, value, switches):
    if not _fits(found, value):
        yield Failure('NUMBER_OUTSIDE_VALID_RANGE',
                      f'{found.label}: value outside of valid range on numeric field: {value}',
                      [found.name])


def _id(found, value, switches):
    if to18(value) is None:
        yield Failure('MALFORMED_ID', f'{found.label}: id value of incorrect type: {value}',
                      [found.name])


_PROBLEMS = {**dict.fromkeys(STRINGS, _too_long), 'email': _email, 'picklist': _choice,
             'multipicklist': _choice, 'reference': _id,
             **dict.fromkeys(NUMBERS, _range)}


def problems(found, value, switches):
    """Failures of one value, none if it may be stored."""
    if value is None:
        return iter(())
    return _PROBLEMS.get(found.type, lambda *_: iter(()))(found, value, switches)


def settle(found, value):
    """The stored form of a value; None of a number that no record can have."""
    if value is None:
        return None
    if found.type in NUMBERS and not _fits(found, value):
        return None
    if found.type == 'int':
        return int(value)
    if found.type in NUMBERS:
        step = Decimal(1).scaleb(-found.scale)
        return float(Decimal(str(value)).quantize(step, ROUND_HALF_UP))
    return to18(value) if found.type == 'reference' else value
