"""The registry of properties: those of the tables and those made since."""

import re
from dataclasses import dataclass, field

from .errors import Refused, invalid, not_found
from .instants import iso
from .schema import FIELD_TYPES, GROUPS, OBJECTS, PROPERTIES

NAME = re.compile(r'[a-z][a-z0-9_]*\Z')
MAX_UNIQUE = 10
MAX_CUSTOM = 1000
MEMBERS = {'name': str, 'label': str, 'type': str, 'fieldType': str, 'groupName': str,
           'options': list, 'hasUniqueValue': bool, 'description': str, 'formField': bool,
           'hidden': bool, 'displayOrder': int, 'dataSensitivity': str}
REQUIRED = ('name', 'label', 'type', 'fieldType', 'groupName')
CHANGEABLE = ('label', 'type', 'fieldType', 'groupName', 'options', 'description',
              'formField', 'hidden', 'displayOrder')


@dataclass
class Property:
    name: str
    type: str
    field_type: str
    label: str
    group: str
    options: list = field(default_factory=list)
    read_only: bool = False
    unique: bool = False
    custom: bool = False
    external: bool = False
    description: str = ''
    hidden: bool = False
    form_field: bool = False
    order: int = -1
    made_at: int = 0
    usable_at: int = 0
    archived_at: int = None

    @property
    def values(self):
        return [option['value'] for option in self.options]

    @property
    def multiple(self):
        return self.field_type == 'checkbox' and self.type == 'enumeration'


def _option(value, order):
    return {'label': value.replace('_', ' ').capitalize(), 'value': value,
            'displayOrder': order, 'hidden': False}


def _from_row(row, groups, now):
    name, type_, field_type, flags, options = row
    custom = 'c' in flags
    return Property(
        name, type_, field_type, name.replace('_', ' ').capitalize(), groups[custom],
        [_option(value, order) for order, value in enumerate(options)],
        'r' in flags, 'u' in flags, custom, 'o' in flags, made_at=now)


class Registry:
    """The properties of each object; a new one is usable after a while."""

    def __init__(self, now):
        self._all = {name: {row[0]: _from_row(row, GROUPS[name], now) for row in rows}
                     for name, rows in PROPERTIES.items()}
        self.groups = {name: {group: {'name': group, 'label': group, 'displayOrder': -1,
                                      'archived': False} for group in groups}
                       for name, groups in GROUPS.items()}

    def usable(self, kind, name, now):
        """The property as writes and reads of records know it, or None."""
        found = self._all[kind].get(name)
        if found is None or found.archived_at is not None or now < found.usable_at:
            return None
        return found

    def all(self, kind, archived=False):
        return [found for found in self._all[kind].values()
                if (found.archived_at is not None) == archived]

    def one(self, kind, name, archived=False):
        found = self._all[kind].get(name)
        if found is None or (found.archived_at is not None) != archived:
            raise not_found(f'Property "{name}" does not exist')
        return found

    # -- making them ---------------------------------------------------------

    def create(self, kind, wish, now, switches):
        """A new Property out of a request's members."""
        check_members(wish, REQUIRED)
        name = wish['name']
        old = self._all[kind].get(name)
        if old is not None and old.archived_at is None:
            raise Refused(409, 'OBJECT_ALREADY_EXISTS',
                          f'A property named \'{name}\' already exists.',
                          subCategory='Properties.PROPERTY_WITH_NAME_EXISTS')
        self._check(kind, wish, switches)
        made = Property(
            name, wish['type'], wish['fieldType'], wish['label'], wish['groupName'],
            _options(wish.get('options', [])), unique=wish.get('hasUniqueValue', False),
            custom=True, description=wish.get('description', ''),
            hidden=wish.get('hidden', False), form_field=wish.get('formField', False),
            order=wish.get('displayOrder', -1), made_at=now)
        _, _, delay = switches['property_delay'].partition(':')
        made.usable_at = now + float(delay or 0)
        self._all[kind][name] = made
        return made

    def _check(self, kind, wish, switches):
        if not NAME.match(wish['name']):
            raise invalid(f'Property name "{wish["name"]}" is invalid: lower-case letters, '
                          'digits and underscores, a letter first')
        if wish['groupName'] not in self.groups[kind]:
            raise invalid(f'Property group "{wish["groupName"]}" does not exist')
        _check_type(wish['type'], wish['fieldType'], wish.get('options', []))
        custom = [found for found in self.all(kind) if found.custom]
        if len(custom) >= MAX_CUSTOM:
            raise invalid(f'There are {MAX_CUSTOM} custom properties already',
                          subCategory='Properties.PROPERTY_LIMIT_EXCEEDED')
        if wish.get('hasUniqueValue'):
            if kind == 'tasks' and switches['unique_on_tasks'] == 'refused':
                raise invalid('Unique properties are not supported for object type 0-27')
            if sum(found.unique for found in custom) >= MAX_UNIQUE:
                raise invalid(f'There are {MAX_UNIQUE} unique properties already',
                              subCategory='Properties.UNIQUE_PROPERTY_LIMIT_EXCEEDED')

    def change(self, kind, name, wish):
        """PATCH: options replace the list, hasUniqueValue changes nothing."""
        check_members(wish, ())
        found = self.one(kind, name)
        if not found.custom:
            raise invalid(f'The definition of property "{name}" is read only')
        options = wish.get('options', found.options)
        _check_type(wish.get('type', found.type), wish.get('fieldType', found.field_type),
                    options)
        if wish.get('groupName', found.group) not in self.groups[kind]:
            raise invalid(f'Property group "{wish["groupName"]}" does not exist')
        found.options = _options(options)
        for member, attribute in (
                ('label', 'label'), ('type', 'type'), ('fieldType', 'field_type'),
                ('groupName', 'group'), ('description', 'description'),
                ('formField', 'form_field'), ('hidden', 'hidden'),
                ('displayOrder', 'order')):
            if member in wish:
                setattr(found, attribute, wish[member])
        return found

    def archive(self, kind, name, now):
        found = self._all[kind].get(name)
        if found is not None and not found.custom:
            raise invalid(f'Property "{name}" cannot be archived')
        if found is not None and found.archived_at is None:
            found.archived_at = now

    def create_group(self, kind, wish):
        if not isinstance(wish.get('name'), str) or not isinstance(wish.get('label'), str):
            raise invalid('a property group needs name and label')
        if wish['name'] in self.groups[kind]:
            raise Refused(409, 'OBJECT_ALREADY_EXISTS',
                          f'Property group {wish["name"]} already exists')
        group = {'name': wish['name'], 'label': wish['label'],
                 'displayOrder': wish.get('displayOrder', -1), 'archived': False}
        self.groups[kind][wish['name']] = group
        return group


def check_members(wish, required):
    if not isinstance(wish, dict):
        raise invalid('Invalid input JSON: an object is wanted')
    missing = [name for name in required if wish.get(name) in (None, '')]
    if missing:
        raise invalid('Some required fields were not set: ' + ', '.join(missing),
                      context={'missing': missing})
    for name, value in wish.items():
        wanted = MEMBERS.get(name)
        if wanted and (not isinstance(value, wanted)
                       or (wanted is int and isinstance(value, bool))):
            raise invalid(f'Invalid input JSON: "{name}" has the wrong type')


def _check_type(type_, field_type, options):
    if type_ not in FIELD_TYPES:
        raise invalid(f'Property type "{type_}" is not one of: ' + ', '.join(FIELD_TYPES))
    if field_type not in FIELD_TYPES[type_]:
        raise invalid(f'Field type "{field_type}" does not go with type "{type_}"',
                      subCategory='Properties.INVALID_FIELD_TYPE')
    for option in options:
        if not isinstance(option, dict) or not all(
                isinstance(option.get(member), str) for member in ('label', 'value')):
            raise invalid('an option needs label and value')
    if len({option['value'] for option in options}) != len(options):
        raise invalid('the options\' values are not different')
    if type_ == 'bool' and {option['value'] for option in options} != {'true', 'false'}:
        raise Refused(400, 'VALIDATION_ERROR',
                      'Boolean properties need the options true and false',
                      subCategory='Properties.INVALID_BOOLEAN_OPTION',
                      errors=[{'message': 'Boolean properties need the options true and false',
                               'code': 'INVALID_BOOLEAN_OPTION'}])


def _options(options):
    return [{'label': option['label'], 'value': option['value'],
             'displayOrder': option.get('displayOrder', order),
             'hidden': bool(option.get('hidden', False)),
             **({'description': option['description']} if 'description' in option else {})}
            for order, option in enumerate(options)]


def show(found):
    """A property as the API shows it."""
    shown = {
        'name': found.name, 'label': found.label, 'type': found.type,
        'fieldType': found.field_type, 'description': found.description,
        'groupName': found.group, 'options': found.options, 'displayOrder': found.order,
        'calculated': False, 'externalOptions': found.external,
        'hasUniqueValue': found.unique, 'hidden': found.hidden,
        'hubspotDefined': not found.custom, 'formField': found.form_field,
        'dataSensitivity': 'non_sensitive',
        'archived': found.archived_at is not None,
        'createdAt': iso(found.made_at), 'updatedAt': iso(found.made_at),
        'modificationMetadata': {
            'archivable': found.custom, 'readOnlyDefinition': not found.custom,
            'readOnlyOptions': not found.custom, 'readOnlyValue': found.read_only}}
    if found.archived_at is not None:
        shown['archivedAt'] = iso(found.archived_at)
    return shown


def names(kind):
    """The properties that every record has."""
    row = OBJECTS[kind]
    return ('hs_object_id', row.created, row.modified)
