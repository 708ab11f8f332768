"""What a request sent, turned into what is stored, or into a problem.

Stored values are strings: datetimes with milliseconds, dates as YYYY-MM-DD,
everything else as it was sent. None stands for no value.
"""

import re
from decimal import Decimal

from .errors import Problem, bad_json
from .instants import iso, parse_date, parse_datetime

MAX_LENGTH = 65_536
SKIP = object()         # this property is not to be touched
_NUMBER = re.compile(r'[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\Z')
_EMAIL = re.compile(r'[^@\s,;<>"]+@[^@\s,;<>"]+\.[^@\s.,;<>"]+\Z')


def as_text(name, raw):
    """The string that a JSON value stands for; numbers and booleans are tolerated."""
    if isinstance(raw, str) or raw is None:
        return raw
    if isinstance(raw, bool):
        return 'true' if raw else 'false'
    if isinstance(raw, (int, float)):
        return repr(raw)
    raise bad_json(f'the value of "{name}" is neither a string nor a number')


class Values:
    def __init__(self, switches, owners):
        self._switches = switches
        self._owners = owners

    def convert(self, prop, raw, old=None):
        """(value, None) or (None, Problem); the value may be SKIP."""
        text = as_text(prop.name, raw)
        if text is None:
            return self._null(prop)
        if text == '':
            return None, None
        if prop.name == 'email':
            return self._email(prop, text)
        if prop.name == 'hubspot_owner_id':
            return self._owner(prop, text)
        return getattr(self, '_' + prop.type)(prop, text, old)

    def _null(self, prop):
        setting = self._switches['null_value']
        if setting == 'refused':
            return None, Problem(prop.name, 'INVALID_VALUE', f'{prop.name} must not be null')
        return (SKIP if setting == 'ignored' else None), None

    def _email(self, prop, text):
        text = text.strip()
        if not _EMAIL.match(text) or len(text) > 254:
            message = (f'Email address {text} is invalid'
                       if self._switches['email_error'] == 'is_invalid'
                       else f'{text} is not a valid email')
            return None, Problem(prop.name, 'INVALID_EMAIL', message)
        return (text.lower() if self._switches['email_case'] == 'lower' else text), None

    def _owner(self, prop, text):
        if text in self._owners:
            return text, None
        return None, Problem(prop.name, 'INVALID_OWNER_ID',
                             f'{text} is not the id of an owner')

    def _string(self, prop, text, old):
        if len(text) > MAX_LENGTH:
            return None, Problem(prop.name, 'INVALID_STRING_LENGTH',
                                 f'{prop.name} is longer than {MAX_LENGTH} characters')
        if self._switches['string_form'] == 'trimmed':
            text = text.strip()
        return text or None, None

    _phone_number = _string

    def _number(self, prop, text, old):
        if not _NUMBER.match(text):
            return None, Problem(prop.name, 'INVALID_LONG', f'{text} was not a valid number')
        if self._switches['number_form'] == 'shortest':
            number = Decimal(text)
            text = format(number.normalize(), 'f') if number else '0'
        return text, None

    def _bool(self, prop, text, old):
        return self._one_of(prop, text, text)

    def _enumeration(self, prop, text, old):
        if not prop.multiple:
            return self._one_of(prop, text, text)
        parts = [part for part in text.split(';') if part]
        for part in parts:
            if part not in prop.values:
                return self._one_of(prop, part, None)
        if text.startswith(';'):
            parts = (old or '').split(';') + parts
        return ';'.join(dict.fromkeys(part for part in parts if part)) or None, None

    def _one_of(self, prop, text, value):
        if text in prop.values:
            return value, None
        allowed = ', '.join(prop.values)
        return None, Problem(prop.name, 'INVALID_OPTION',
                             f'{text} was not one of the allowed options: [{allowed}]')

    def _date(self, prop, text, old):
        found = parse_date(text)
        if found is None:
            return None, Problem(prop.name, 'INVALID_DATE',
                                 f'{text} is not a valid date: YYYY-MM-DD or the milliseconds '
                                 'of a midnight UTC are wanted')
        return found, None

    def _datetime(self, prop, text, old):
        found = parse_datetime(text)
        if found is None:
            return None, Problem(prop.name, 'INVALID_DATE', f'{text} is not a valid datetime')
        return iso(found), None


def shown(prop, value, switches):
    """A stored value as answers carry it."""
    if (value is not None and prop.type == 'datetime' and not prop.read_only
            and switches['datetime_form'] == 'plain'):
        return value.replace('.000Z', 'Z')
    return value
