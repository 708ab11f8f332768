"""Records as answers carry them."""

import hashlib

from .instants import iso
from .links import NAME
from .properties import names
from .schema import OBJECTS
from .values import shown


def shown_properties(call, record, asked=None, more=()):
    """Those that every record has, and those asked for; else the default ones."""
    registry, kind = call.app.registry, record.kind
    wanted = [*names(kind), *(OBJECTS[kind].defaults if asked is None else asked), *more]
    found = {}
    for name in wanted:
        prop = registry.usable(kind, name, call.now)
        if prop is not None:
            found[name] = shown(prop, record.properties.get(name), call.switches)
    return found


def shown_record(call, record, asked=None, more=(), history=None, links=None):
    kind = record.kind
    body = {'id': record.id, 'properties': shown_properties(call, record, asked, more),
            'createdAt': iso(record.created_at), 'updatedAt': iso(record.updated_at),
            'archived': record.archived_at is not None,
            'url': f'https://app.hubspot.com/contacts/{call.app.portal_id}/record/'
                   f'{OBJECTS[kind].type_id}/{record.id}'}
    if record.archived_at is not None:
        body['archivedAt'] = iso(record.archived_at)
    if history is not None:
        body['propertiesWithHistory'] = {
            name: [_past_value(*entry) for entry in record.history.get(name, ())]
            for name in history
            if call.app.registry.usable(kind, name, call.now)}
    if links:
        found = associations(call, record, links)
        if found:
            body['associations'] = found
    return body


def _past_value(value, when, source):
    return {'value': value or '', 'timestamp': iso(when), 'sourceType': source,
            'sourceId': '1234567', 'sourceLabel': source.title()}


def associations(call, record, kinds):
    """{plural name: {"results": [{"id", "type"}]}} of those that there are."""
    found = {}
    linked = call.app.store.links.get((record.kind, record.id), {})
    for (kind, other), types in sorted(linked.items(), key=lambda item: int(item[0][1])):
        if kind in kinds:
            found.setdefault(kind, {'results': []})['results'].extend(
                {'id': other, 'type': NAME[type_id]} for type_id in sorted(types))
    return found


def hashed(record_id):
    """A place in an order that has nothing to do with ids."""
    return hashlib.md5(str(record_id).encode()).digest()
