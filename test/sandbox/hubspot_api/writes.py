"""Create, update, upsert and archive, one record at a time.

Each function works within a transaction of the caller's and raises Refused.
Outcomes: created, updated, unchanged, archived.
"""

from .errors import Problem, Refused, bad_json, bad_values, conflict, invalid, not_found
from .links import DEFAULT, INVERSE, LABEL, PRIMARY, checked_types
from .schema import OBJECTS
from .values import SKIP, Values


def could_not_get(kind, ids):
    return not_found(
        f'Could not get some {OBJECTS[kind].singular.upper()} objects, they may be deleted or '
        'not exist. Check that ids are valid.', context={'ids': list(ids)})


def text_id(value):
    """Ids are strings; a whole number is tolerated."""
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value == '':
        raise bad_json('an id is a string')
    return str(value)


class Writer:
    def __init__(self, call):
        self.call = call
        self.store = call.app.store
        self.registry = call.app.registry
        self.values = Values(call.switches, call.app.owner_ids)

    # -- one record of each kind of write --------------------------------------

    def create(self, kind, properties, associations=None):
        changes = self._changes(kind, properties, None)
        self._check_needs(kind, changes)
        self._check_unique(kind, changes, None)
        now, source = self.call.now, self.call.source
        record = self.store.new_record(kind, now, source)
        self.store.set_values(record, {name: value for name, value in changes.items()
                                       if value is not None}, now, source)
        others = self._associate_new(record, associations)
        self.store.effect(self.call, record, 'created', changes, others)
        return record

    def update(self, kind, record, properties):
        if not properties:
            raise invalid('No properties found to update, please provide at least one.')
        return self._update(kind, record, self._changes(kind, properties, record))

    def upsert(self, kind, key_name, key, properties):
        """(record, whether it is new)."""
        prop = self.key_property(kind, key_name, 'upsert')
        record = self.find_by(kind, prop, key)
        if record is None:
            if self.call.switches['upsert_key'] == 'filled':
                properties = {key_name: key, **properties}
            return self.create(kind, properties), True
        changes = self._changes(kind, properties, record)
        if key_name == 'email' and self.call.switches['partial_email_upsert'] == 'clears':
            changes = {**self._all_clear(kind, record), **changes}
        return self._update(kind, record, changes), False

    def archive(self, record):
        self.store.archive(record, self.call.now)
        self.store.effect(self.call, record, 'archived')

    # -- finding ---------------------------------------------------------------

    def key_property(self, kind, name, verb='update'):
        """The unique property that a request wants to find records by."""
        name = 'hs_object_id' if name is None else name
        prop = self.registry.usable(kind, name, self.call.now)
        if prop is None:
            raise self._bad([Problem(name, 'PROPERTY_DOESNT_EXIST',
                                     f'Property "{name}" does not exist')])
        if not prop.unique:
            raise invalid(f'Unable to perform update/upsert by non-unique '
                          f'{OBJECTS[kind].type_id} property {name} in portal ID '
                          f'{self.call.app.portal_id}')
        return prop

    def find_by(self, kind, prop, key):
        return self.store.find_by_key(kind, prop.name, key,
                                      self.call.switches['unique_case'] == 'ignored')

    def find(self, kind, record_id, key_name=None):
        """A live record by id, or by a unique property; else None."""
        if key_name is None:
            return self.store.find(kind, record_id)
        return self.find_by(kind, self.key_property(kind, key_name), record_id)

    # -- what changes ------------------------------------------------------------

    def _bad(self, problems):
        return bad_values(problems, self.call.app.portal_id,
                          self.call.switches['property_errors'])

    def _changes(self, kind, properties, record):
        """Stored values by name, of a request's properties object."""
        if not isinstance(properties, dict):
            raise bad_json('properties are an object')
        problems, changes = [], {}
        for name, raw in properties.items():
            old = record.properties.get(name) if record else None
            value, problem = self._change(kind, name, raw, old)
            if problem:
                problems.append(problem)
            elif value is not SKIP:
                changes[name] = value
        if problems:
            raise self._bad(problems)
        return changes

    def _change(self, kind, name, raw, old):
        prop = self.registry.usable(kind, name, self.call.now)
        if prop is None:
            return None, Problem(name, 'PROPERTY_DOESNT_EXIST',
                                 f'Property "{name}" does not exist')
        if prop.read_only:
            return None, Problem(name, 'READ_ONLY_VALUE',
                                 f'"{name}" is a read only property; its value cannot be set.')
        value, problem = self.values.convert(prop, raw, old)
        if name == 'lifecyclestage' and not problem and _backwards(prop.values, old, value):
            return SKIP, None           # kept without a word
        return value, problem

    def _check_needs(self, kind, changes):
        needs = OBJECTS[kind].needs
        if not any(changes.get(name) for name in needs):
            raise invalid(f'Error creating {OBJECTS[kind].singular.upper()}. Some required '
                          'properties were not set.', context={'properties': list(needs)})

    def _check_unique(self, kind, changes, record):
        for name, value in changes.items():
            prop = self.registry.usable(kind, name, self.call.now)
            if value is None or not prop.unique:
                continue
            other = self.find_by(kind, prop, value)
            if other is None or other is record:
                continue
            if name != 'email' and self.call.switches['unique_conflict'] == '400':
                raise self._bad([Problem(name, 'CONFLICTING_UNIQUE_VALUE',
                                         f'{value} is the value of another object already')])
            raise conflict(OBJECTS[kind].label,
                           other.id if self.call.stays(other) else None)

    def _update(self, kind, record, changes):
        self._check_unique(kind, changes, record)
        real = {name: value for name, value in changes.items()
                if value != record.properties.get(name)}
        now, source = self.call.now, self.call.source
        self.store.set_values(record, real, now, source)
        if real or self.call.switches['unchanged_bumps'] == 'yes':
            self.store.touch(record, now, source)
        self.store.effect(self.call, record, 'updated' if real else 'unchanged', real)
        return record

    def _all_clear(self, kind, record):
        """Every custom property that holds something, cleared."""
        custom = {prop.name for prop in self.registry.all(kind)
                  if prop.custom and not prop.unique and not prop.read_only}
        return {name: None for name in custom if record.properties.get(name) is not None}

    # -- associations ------------------------------------------------------------

    def _associate_new(self, record, associations):
        """Associations that come with a create; the records at the other ends."""
        if associations is None:
            return ()
        if not isinstance(associations, list):
            raise bad_json('associations are a list')
        others = []
        for wish in associations:
            self.call.check(wish, ('to', 'types'))
            to = self.call.check(wish.get('to'), ('id',))
            others += self._associate_one(record, text_id(to.get('id')), wish.get('types'))
        return others

    def _associate_one(self, record, to_id, specs):
        kinds = [kind for kind in OBJECTS if _fits(record.kind, kind, specs)]
        if not kinds:
            checked_types(record.kind, 'any object', specs)
        for kind in kinds:
            other = self.store.find(kind, to_id)
            if other is not None:
                associate(self.call, record, other, checked_types(record.kind, kind, specs))
                return [other]
        raise could_not_get(kinds[0], [to_id])


def _fits(kind, to_kind, specs):
    try:
        checked_types(kind, to_kind, specs)
    except Refused:
        return False
    return True


def _backwards(stages, old, new):
    return (old in stages and new in stages and stages.index(new) < stages.index(old))


def associate(call, record, other, type_ids):
    """Add types between two records as the service does; whether any was new."""
    store, here, there = call.app.store, _key(record), _key(other)
    changed = False
    wanted = set(type_ids)
    for type_id in type_ids:
        labelled = LABEL[type_id] is not None
        primary = PRIMARY in (type_id, INVERSE[type_id])
        if primary or labelled and call.switches['label_adds_default'] == 'all':
            wanted.add(DEFAULT[record.kind, other.kind])
        if primary:
            contact, company = (here, there) if type_id == PRIMARY else (there, here)
            changed |= _demote(store, contact, company)
    for type_id in sorted(wanted):
        changed |= store.link(here, there, type_id)
    bump(call, changed, record, other)
    return changed


def bump(call, changed, *records):
    """Associations move the dates of modification at both ends."""
    if changed and call.switches['association_bumps'] == 'yes':
        for record in records:
            call.app.store.touch(record, call.now, call.source)


def _demote(store, contact, company):
    """A contact has one primary company; the others keep their unlabelled type."""
    gone = False
    for other in list(store.links.get(contact, {})):
        if other != company:
            gone |= store.unlink(contact, other, [PRIMARY])
    return gone


def _key(record):
    return record.kind, record.id
