"""What a request wants a record to become, read and checked against the schema."""

from .coerce import coerce
from .errors import Failure, Refused, bad_json, no_such_column
from .objects import OBJECTS, find_object
from .store import key_form


class Wish:
    """Values by field, parents by external id, and what is wrong from the start."""

    def __init__(self):
        self.id = None
        self.key = None             # of an upsert
        self.values = {}
        self.parents = {}           # reference field -> (object, field, value)
        self.failures = []

    def key_form(self, found):
        return key_form(found, self.key)


class Reader:
    def __init__(self, permissions, switches):
        self._permissions = permissions
        self._switches = switches

    def read(self, thing, data, key_field=None):
        """The wish of one JSON object; members that nobody knows refuse the request."""
        wish = Wish()
        for name, value in data.items():
            if name == 'attributes':
                continue
            found = self._permissions.visible(thing, name)
            if found is not None:
                self._field(wish, found, value, key_field)
            elif (relation := thing.relation(name)) is not None \
                    and self._permissions.shows(thing, relation):
                self._parent(wish, thing, relation, value)
            else:
                self._unknown(wish, no_such_column(name, thing.name))
        return wish

    def _unknown(self, wish, failure):
        if self._switches['unknown_field'] == 'call':
            raise Refused.of([failure])
        wish.failures.append(failure)

    def _field(self, wish, found, value, key_field):
        value = coerce(found, value, self._switches)
        if found is key_field:
            wish.key = value
        elif found.type == 'id':
            wish.id = value
        else:
            wish.values[found.name] = value

    def _parent(self, wish, thing, relation, value):
        if not isinstance(value, dict):
            raise bad_json(f'Cannot deserialize {relation.relationship}: '
                           'an object with one external id is wanted')
        parent = self._parent_object(relation, value)
        names = [name for name in value if name != 'attributes']
        if len(names) != 1:
            self._unknown(wish, Failure(
                'INVALID_FIELD', f'{relation.relationship}: exactly one external id is wanted'))
            return
        found = self._permissions.visible(parent, names[0])
        if found is None or not found.external:
            self._unknown(wish, Failure(
                'INVALID_FIELD', f'Foreign key external ID field {names[0]} does not exist '
                f'or is no external ID in entity {parent.name}'))
            return
        wish.parents[relation.name] = (
            parent, found, coerce(found, value[names[0]], self._switches))

    @staticmethod
    def _parent_object(relation, value):
        attributes = value.get('attributes')
        named = attributes.get('type') if isinstance(attributes, dict) else None
        if named is None:
            return OBJECTS[relation.refers[0]]
        parent = find_object(named)
        if parent is None or parent.name not in relation.refers:
            raise Refused('INVALID_FIELD',
                          f"{relation.relationship} cannot refer to sobject type '{named}'")
        return parent
