"""A small checker of answers against a vendor's OpenAPI documents.

It knows what those documents use: references, required members, types, enums,
maps of one type. A null is taken where the caller's table allows it.
"""

import json
import os
import re

TYPES = {'string': str, 'integer': int, 'boolean': bool, 'array': list, 'object': dict,
         'number': (int, float)}


class Documents:
    def __init__(self, folder, files, nullable=(), extra=()):
        """`nullable` and `extra`: patterns of places that may be null, or be there at all."""
        self._operations = []
        self._nullable = [re.compile(pattern + r'\Z') for pattern in nullable]
        self._extra = [re.compile(pattern + r'\Z') for pattern in extra]
        for name in files:
            with open(os.path.join(folder, name)) as file:
                self._read(json.load(file))

    def _read(self, document):
        for path, methods in document['paths'].items():
            pattern = re.sub(r'\\\{\w+\\\}', '[^/]+', re.escape(path))
            for method, operation in methods.items():
                if isinstance(operation, dict) and 'responses' in operation:
                    self._operations.append((path.count('{'), re.compile(pattern + r'\Z'),
                                             path, method.upper(), operation, document))
        self._operations.sort(key=lambda row: row[0])       # the most literal path first

    def operation(self, method, path):
        """(path as documented, operation, document), or None."""
        for _, pattern, name, of_method, operation, document in self._operations:
            if of_method == method and pattern.match(path):
                return name, operation, document
        return None

    def problems(self, method, path, status, body):
        """What is wrong with an answer, as texts."""
        found = self.operation(method, path)
        if found is None:
            return [f'{method} {path} is not documented']
        _, operation, document = found
        responses = operation['responses']
        if str(status) not in responses and not (status >= 400 and 'default' in responses):
            return [f'{method} {path}: {status} is not documented']
        response = responses.get(str(status)) or responses['default']
        if '$ref' in response:
            response = document['components']['responses'][response['$ref'].rsplit('/', 1)[1]]
        content = response.get('content')
        if not content:
            return [] if body is None else [f'{method} {path}: a body where none is documented']
        schema = next(iter(content.values()))['schema']
        return list(self._check(document, schema, body, ''))

    def _check(self, document, schema, value, place):
        while '$ref' in schema:
            schema = document['components']['schemas'][schema['$ref'].rsplit('/', 1)[1]]
        if 'oneOf' in schema:
            if not any(not list(self._check(document, each, value, place))
                       for each in schema['oneOf']):
                yield f'{place} fits none of its shapes'
            return
        wanted = schema.get('type')
        if value is None:
            if not any(pattern.match(place) for pattern in self._nullable):
                yield f'{place} is null'
            return
        if wanted and (not isinstance(value, TYPES[wanted])
                       or isinstance(value, bool) and wanted != 'boolean'):
            yield f'{place} is no {wanted}: {value!r:.60}'
            return
        if 'enum' in schema and value not in schema['enum']:
            yield f'{place} is none of {schema["enum"]}: {value!r:.60}'
        if wanted == 'array':
            for item in value:
                yield from self._check(document, schema.get('items', {}), item, place + '[]')
        elif wanted == 'object' or 'properties' in schema:
            yield from self._members(document, schema, value, place)

    def _members(self, document, schema, value, place):
        known = schema.get('properties', {})
        for name in schema.get('required', ()):
            if name not in value:
                yield f'{place} lacks {name}'
        for name, item in value.items():
            inner = f'{place}.{name}'
            if name in known:
                yield from self._check(document, known[name], item, inner)
            elif 'additionalProperties' in schema:
                yield from self._check(document, schema['additionalProperties'], item, inner)
            elif known and not any(pattern.match(inner) for pattern in self._extra):
                yield f'{inner} is not documented'
