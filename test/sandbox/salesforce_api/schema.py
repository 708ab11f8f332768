"""What an object and a field are; the tables themselves are in objects.py."""

import re
from dataclasses import dataclass, field

STRINGS = {'string', 'textarea', 'email', 'phone', 'url', 'picklist', 'multipicklist',
           'combobox'}
NUMBERS = {'double', 'currency', 'percent', 'int'}
LONG_TEXT = 255         # textareas beyond this can neither be filtered nor sorted


def _label(name):
    name = name.removesuffix('__c').replace('_', ' ')
    name = re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', name)
    return name.removesuffix(' Id') if name != 'Id' else 'Record ID'


@dataclass(frozen=True)
class Field:
    name: str
    type: str
    length: int = 0
    flags: frozenset = frozenset()
    refers: tuple = ()
    relationship: str = None
    values: tuple = ()
    precision: int = 0
    scale: int = 0
    default: object = None

    @property
    def label(self):
        return _label(self.name)

    @property
    def custom(self):
        return self.name.endswith('__c')

    @property
    def nillable(self):
        return 'required' not in self.flags and self.type != 'boolean'

    @property
    def createable(self):
        return 'readonly' not in self.flags

    @property
    def updateable(self):
        return not self.flags & {'readonly', 'createonly'}

    @property
    def defaulted(self):
        return 'defaulted' in self.flags or self.type == 'boolean' and self.createable

    @property
    def external(self):
        return 'external' in self.flags

    @property
    def unique(self):
        return 'unique' in self.flags

    @property
    def case_sensitive(self):
        return 'case' in self.flags

    @property
    def id_lookup(self):
        return self.external or 'idlookup' in self.flags or self.type == 'id'

    @property
    def restricted(self):
        return 'restricted' in self.flags

    @property
    def filterable(self):
        return not (self.type == 'textarea' and self.length > LONG_TEXT)


def F(name, kind, length=0, flags='', **more):
    """One row of a table of fields; flags are words in a string."""
    return Field(name, kind, length, frozenset(flags.split()), **more)


def reference(name, refers, flags='', relationship=None):
    """A lookup; its relationship is the name without Id, or with __r."""
    if relationship is None:
        relationship = (name.removesuffix('__c') + '__r' if name.endswith('__c')
                        else name.removesuffix('Id'))
    return F(name, 'reference', 18, flags, refers=tuple(refers.split()),
             relationship=relationship)


@dataclass
class Object:
    name: str
    prefix: str
    plural: str
    table: tuple
    writable: bool = True
    children: tuple = ()            # (relationship, child object, its field)
    fields: dict = field(init=False)
    blank: dict = field(init=False)         # a record that says nothing yet

    def __post_init__(self):
        self.fields = {f.name: f for f in self.table}
        self.blank = {f.name: False if f.type == 'boolean' else f.default
                      for f in self.table}
        self._by_lower = {f.name.lower(): f for f in self.table}
        self._relations = {f.relationship.lower(): f for f in self.table if f.relationship}

    def field(self, name):
        """Field names are found whatever their case."""
        return self._by_lower.get(name.lower())

    def relation(self, name):
        return self._relations.get(name.lower())


class Permissions:
    """Field-level security of the user: "Object.Field" hidden or not writable."""

    def __init__(self, hidden):
        self._always = frozenset(hidden)
        self.set()

    def set(self, hidden=(), read_only=()):
        self.hidden = self._always | set(hidden)
        self.read_only = set(read_only)

    def visible(self, thing, name):
        """The field of that name, None if there is none or it is not for this user."""
        found = thing.field(name)
        return found if found and self.shows(thing, found) else None

    def shows(self, thing, found):
        return f'{thing.name}.{found.name}' not in self.hidden

    def fields(self, thing):
        return [found for found in thing.table if self.shows(thing, found)]

    def may_write(self, thing, found, creating):
        able = found.createable if creating else found.updateable
        return able and f'{thing.name}.{found.name}' not in self.read_only
