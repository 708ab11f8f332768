"""The table of routes, under numbered and dated paths."""

from dataclasses import dataclass, field

from . import account_routes as account
from . import association_routes as links
from . import objects
from . import property_routes as properties
from .search import search

DATES = ('2025-09', '2026-03', '2026-09')

# area -> (path before the version, path after it, numbered versions)
AREAS = {
    'objects': (('crm',), ('objects',), ('v3', 'v4')),
    'associations': (('crm',), ('associations',), ('v4',)),
    'properties': (('crm',), ('properties',), ('v3',)),
    'owners': (('crm',), ('owners',), ('v3',)),
    'account': (('account-info',), (), ('v3',)),
    'oauth': (('oauth',), (), ('v1', 'v3')),
}
ALL = ('v1', 'v3', 'v4', *DATES)
V3 = ('v3', *DATES)
V4 = ('v4', *DATES)

# area, versions, method, rest of the path, operation, what is needed, function
# needs: read or write of objects, of schemas or of owners; none
TABLE = (
    ('objects', V3, 'GET', '{type}', 'list', 'objects.read', objects.list_records),
    ('objects', V3, 'POST', '{type}', 'create', 'objects.write', objects.create_record),
    ('objects', V3, 'POST', '{type}/batch/read', 'batch_read', 'objects.read',
     objects.batch_read),
    ('objects', V3, 'POST', '{type}/batch/create', 'batch_create', 'objects.write',
     objects.batch_create),
    ('objects', V3, 'POST', '{type}/batch/update', 'batch_update', 'objects.write',
     objects.batch_update),
    ('objects', V3, 'POST', '{type}/batch/upsert', 'batch_upsert', 'objects.write',
     objects.batch_upsert),
    ('objects', V3, 'POST', '{type}/batch/archive', 'batch_archive', 'objects.write',
     objects.batch_archive),
    ('objects', V3, 'POST', '{type}/search', 'search', 'objects.read', search),
    ('objects', V3, 'POST', '{type}/merge', 'merge', 'objects.write', objects.merge),
    ('objects', V3, 'GET', '{type}/{id}', 'read', 'objects.read', objects.read_record),
    ('objects', V3, 'PATCH', '{type}/{id}', 'update', 'objects.write', objects.update_record),
    ('objects', V3, 'DELETE', '{type}/{id}', 'archive', 'objects.write',
     objects.archive_record),

    ('objects', V4, 'PUT', '{from}/{id}/associations/default/{to}/{to_id}',
     'associate_default', 'objects.write', links.associate_default),
    ('objects', V4, 'PUT', '{from}/{id}/associations/{to}/{to_id}', 'associate',
     'objects.write', links.associate_labelled),
    ('objects', V4, 'DELETE', '{from}/{id}/associations/{to}/{to_id}', 'dissociate',
     'objects.write', links.dissociate),
    ('objects', ('v4',), 'GET', '{from}/{id}/associations/{to}', 'list_associations',
     'objects.read', links.list_associations),
    ('associations', V4, 'POST', '{from}/{to}/batch/associate/default',
     'batch_associate_default', 'objects.write', links.batch_default),
    ('associations', V4, 'POST', '{from}/{to}/batch/create', 'batch_associate',
     'objects.write', links.batch_create),
    ('associations', V4, 'POST', '{from}/{to}/batch/read', 'batch_read_associations',
     'objects.read', links.batch_read),
    ('associations', V4, 'POST', '{from}/{to}/batch/archive', 'batch_dissociate',
     'objects.write', links.batch_archive),
    ('associations', V4, 'POST', '{from}/{to}/batch/labels/archive', 'batch_unlabel',
     'objects.write', links.batch_labels_archive),
    ('associations', V4, 'GET', '{from}/{to}/labels', 'list_labels', 'objects.read',
     links.labels),

    ('properties', V3, 'GET', '{type}', 'list_properties', 'schemas.read',
     properties.list_properties),
    ('properties', V3, 'POST', '{type}', 'create_property', 'schemas.write',
     properties.create_property),
    ('properties', V3, 'POST', '{type}/batch/create', 'batch_create_properties',
     'schemas.write', properties.batch_create),
    ('properties', V3, 'POST', '{type}/batch/read', 'batch_read_properties', 'schemas.read',
     properties.batch_read),
    ('properties', V3, 'POST', '{type}/batch/archive', 'batch_archive_properties',
     'schemas.write', properties.batch_archive),
    ('properties', V3, 'GET', '{type}/groups', 'list_groups', 'schemas.read',
     properties.list_groups),
    ('properties', V3, 'POST', '{type}/groups', 'create_group', 'schemas.write',
     properties.create_group),
    ('properties', V3, 'GET', '{type}/groups/{name}', 'read_group', 'schemas.read',
     properties.read_group),
    ('properties', V3, 'GET', '{type}/{name}', 'read_property', 'schemas.read',
     properties.read_property),
    ('properties', V3, 'PATCH', '{type}/{name}', 'update_property', 'schemas.write',
     properties.update_property),
    ('properties', V3, 'DELETE', '{type}/{name}', 'archive_property', 'schemas.write',
     properties.archive_property),

    ('owners', V3, 'GET', '', 'list_owners', 'owners.read', account.list_owners),
    ('owners', V3, 'GET', '{id}', 'read_owner', 'owners.read', account.read_owner),
    ('account', V3, 'GET', 'details', 'account_details', 'none', account.details),
    ('account', V3, 'GET', 'api-usage/daily/private-apps', 'daily_usage', 'none',
     account.daily_usage),
    ('oauth', ALL, 'POST', 'token', 'token', 'none', account.token),
)


@dataclass
class Route:
    """What a request's path came to; without a function there is no such route."""
    operation: str = None
    area: str = None
    version: str = 'v3'
    needs: str = 'none'
    function: object = None
    args: dict = field(default_factory=dict)
    methods: tuple = ()         # that the path knows, when the request's is none of them

    @property
    def writes(self):
        return self.needs.endswith('.write')


def _area(segments):
    """(area, version, the rest) of a path, or None."""
    for area, (before, after, numbered) in AREAS.items():
        if tuple(segments[:len(before)]) != before:
            continue
        rest = segments[len(before):]
        # /crm/v3/objects, but /crm/objects/2026-09
        if rest[:1] and rest[0] in numbered and tuple(rest[1:1 + len(after)]) == after:
            return area, rest[0], rest[1 + len(after):]
        if (tuple(rest[:len(after)]) == after and rest[len(after):]
                and rest[len(after)] in DATES):
            return area, rest[len(after)], rest[len(after) + 1:]
    return None


def _fit(pattern, rest):
    """{name: segment} when the pattern fits, else None."""
    parts = [part for part in pattern.split('/') if part]
    if len(parts) != len(rest):
        return None
    args = {}
    for part, segment in zip(parts, rest):
        if part.startswith('{'):
            if not segment:
                return None
            args[part[1:-1]] = segment
        elif part != segment:
            return None
    return args


def find(method, segments):
    while segments and segments[-1] == '':
        segments = segments[:-1]
    found = _area(segments)
    if found is None:
        return Route()
    area, version, rest = found
    methods = []
    for of_area, versions, of_method, pattern, operation, needs, function in TABLE:
        if of_area != area or version not in versions:
            continue
        args = _fit(pattern, rest)
        if args is None:
            continue
        if of_method == method:
            return Route(operation, area, version, needs, function, args)
        methods.append(of_method)
    return Route(area=area, version=version, methods=tuple(methods))
