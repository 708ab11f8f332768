"""Stored objects as rows of the wire, under the switches of the moment."""

import threading

OPTIONAL = {
    'page': ('color', 'validThrough', 'group', 'excludeRules', 'suggestedName',
             'suggestedTagRules'),
    'feature': ('color', 'validThrough', 'group', 'pageId', 'suggestedMatch'),
    'track_type': ('color', 'validThrough', 'group'),
    'guide': ('publishedAt', 'description', 'showsAfter', 'expiresAfter', 'resetAt',
              'group', 'conversion', 'experiment', 'emailConfiguration'),
    'group': ('description', 'feedbackProductId'),
    'app': ('displayName',),
    'segment': ('description',),
    'report': ('lastRunAt', 'lastSuccessRunAt', 'lastSuccessRunObj'),
    'voc_item': ('accountId', 'effort'),
    'vote': ('strength',),
    'event': ('country', 'region', 'parameters', 'properties', 'tabId', 'recordingId',
              'recordingSessionId', 'lastKeyFrameTimestamp'),
    'guide_event': ('guideSeenReason', 'destinationStepId', 'language', 'country', 'region',
                    'latitude', 'longitude', 'loadTime', 'oldVisitorId', 'properties',
                    'uiElementId', 'uiElementType', 'uiElementText', 'uiElementActions'),
    'poll_event': ('language', 'country', 'region', 'latitude', 'longitude', 'loadTime',
                   'oldVisitorId', 'properties', 'excluded'),
}
RELEVANT = ('metadata_case', 'absent', 'unknown_members', 'dirty_metadata', 'nul_strings')
NUL_EVERY = 40


def with_unknown(value, depth=0):
    """Extra members in every object: before, between and after the known."""
    if type(value) is dict:
        found = {name: with_unknown(inner, depth + 1) for name, inner in value.items()}
        found.update({'aaNew': {'deep': [1, {'er': None}], 'text': 'new "member"'},
                      'mNew': -1.5e-7, 'zzNew': [[], {}, 'ü', True]})
        return found
    if type(value) is list:
        return [with_unknown(item, depth + 1) for item in value]
    return value


def with_nulls(row, kind):
    missing = {name: None for name in OPTIONAL.get(kind, ()) if name not in row}
    return {**row, **missing} if missing else row


class Views:
    """Lists of rows per kind, kept until a switch that matters changes."""

    def __init__(self, store):
        self._store = store
        self._cache = {}
        self._lock = threading.Lock()
        self._names = {kind: _names_as_is(store.schema(kind)) for kind in ('visitor', 'account')}

    def objects(self, kind, switches):
        """Rows of pages, features, ... in stored order."""
        return self._cached(kind, switches, lambda: [
            self.shape(row, kind, switches) for row in self._stored(kind)])

    def _stored(self, kind):
        return getattr(self._store.objects, kind + 's')

    @staticmethod
    def shape(row, kind, switches):
        if switches['absent'] == 'null':
            row = with_nulls(row, kind)
        if switches['unknown_members'] == 'some':
            row = with_unknown(row)
        return row

    def people(self, kind, switches):
        """(person, row) of all visitors or accounts."""
        stored = getattr(self._store.people, kind + 's')
        return self._cached(kind, switches, lambda: [
            (person, self._person(person, number, switches))
            for number, person in enumerate(stored)])

    def _cached(self, kind, switches, make):
        key = (kind,) + tuple(switches[name] for name in RELEVANT)
        with self._lock:
            if key not in self._cache:
                if len(self._cache) > 40:
                    self._cache.clear()
                self._cache[key] = make()
            return self._cache[key]

    def _person(self, person, number, switches):
        row = person.row
        if person.dirty and switches['dirty_metadata'] == 'none':
            row = _cleaned(row, person.dirty)
        if switches['nul_strings'] == 'some' and number % NUL_EVERY == 1:
            row = _with_nul(row)
        if switches['absent'] == 'null':
            row = self._with_all_fields(row, person.kind)
        if switches['metadata_case'] == 'asis':
            row = self._as_is(row, person.kind)
        if switches['unknown_members'] == 'some':
            row = with_unknown(row)
        return row

    def _with_all_fields(self, row, kind):
        groups = {group: {**{key: None for key in keys}, **row['metadata'].get(group, {})}
                  for group, keys in self._names[kind].items()}
        return {kind + 'Id': None, **row, 'metadata': {**row['metadata'], **groups}}

    def _as_is(self, row, kind):
        names = self._names[kind]
        groups = {group: {names.get(group, {}).get(key, key): value
                          for key, value in values.items()}
                  for group, values in row['metadata'].items()}
        return {**row, 'metadata': groups}

    def schema(self, kind, switches):
        """The schema under the switches for case and lists."""
        lists = {'list': 'list', 'empty': '', 'string': 'string'}[switches['list_type']]
        lower = switches['metadata_case'] == 'lower'
        shown = {}
        for group, fields in self._store.schema(kind).items():
            shown[group] = {
                name.lower() if lower else name:
                {**field, 'Type': lists if field['Type'] == 'list' else field['Type']}
                for name, field in fields.items()}
        if switches['unknown_members'] == 'some':
            for fields in shown.values():
                for field in fields.values():
                    field.update(aaNew=None, zzNew={'x': [1]})
        return shown


def _names_as_is(schema):
    return {group: {name.lower(): name for name in fields}
            for group, fields in schema.items()}


def _cleaned(row, patches):
    groups = dict(row['metadata'])
    for group, key, value in patches:
        if group in groups:
            groups[group] = {**groups[group], key: value}
    return {**row, 'metadata': groups}


def _with_nul(row):
    agent = row['metadata'].get('agent')
    if agent is None:
        return row
    return {**row, 'metadata': {**row['metadata'], 'agent': {**agent, 'note': 'a\0b'}}}
