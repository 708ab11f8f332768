"""Where the value of a path comes from: the record itself or its parents."""

from ..errors import no_such_column
from ..objects import OBJECTS, object_of_id
from .lexer import malformed

MAX_PARENTS = 5


class Column:
    """A path made out: `steps` are reference fields, `field` the last one."""

    def __init__(self, steps, found):
        self.steps = steps
        self.field = found

    def record(self, store, record):
        """The record that holds the field, None when a lookup is empty."""
        for step in self.steps:
            target = record[step.name]
            if target is None:
                return None
            record = store.records[object_of_id(target).name].get(target)
            if record is None:
                return None
        return record

    def value(self, store, record):
        record = self.record(store, record) if self.steps else record
        return None if record is None else record[self.field.name]


class Resolver:
    def __init__(self, query, permissions):
        self._text = query.text
        self._permissions = permissions

    def column(self, thing, path):
        steps = []
        if len(path.names) > 1 and path.names[0].lower() == thing.name.lower() \
                and thing.relation(path.names[0]) is None:
            path.names = path.names[1:]         # Account.Name FROM Account
        for name in path.names[:-1]:
            step = thing.relation(name)
            if step is None or not self._permissions.shows(thing, step):
                raise malformed(self._text, path.at, "Didn't understand relationship "
                                f"'{name}' in field path.", 'INVALID_FIELD')
            steps.append(step)
            thing = OBJECTS[step.refers[0]]
        if len(steps) > MAX_PARENTS:
            raise malformed(self._text, path.at, 'too many levels of parents')
        found = self._permissions.visible(thing, path.names[-1])
        if found is None:
            raise malformed(self._text, path.at,
                            no_such_column(path.names[-1], thing.name).message, 'INVALID_FIELD')
        return Column(steps, found)
