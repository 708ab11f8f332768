"""Describe: the organisation's objects, and one object's fields."""

from email.utils import formatdate

from standin.answer import empty

from .answers import answer
from .objects import OBJECTS
from .schema import NUMBERS, STRINGS
from .single import moment_of, object_of

SCHEMA_CHANGED = 1_700_000_000_000      # when the administrator last changed anything

_SOAP = {'id': 'tns:ID', 'reference': 'tns:ID', 'boolean': 'xsd:boolean', 'int': 'xsd:int',
         'double': 'xsd:double', 'currency': 'xsd:double', 'percent': 'xsd:double',
         'date': 'xsd:date', 'datetime': 'xsd:dateTime'}


def summary(call, thing):
    root = f'{call.base}/sobjects/{thing.name}'
    return {
        'name': thing.name, 'label': thing.name, 'labelPlural': thing.plural,
        'keyPrefix': thing.prefix, 'custom': thing.name.endswith('__c'),
        'createable': thing.writable, 'updateable': thing.writable,
        'deletable': thing.writable, 'undeletable': thing.writable, 'queryable': True,
        'retrieveable': True, 'replicateable': thing.writable,
        'searchable': thing.name != 'Organization', 'layoutable': True, 'triggerable': True,
        'mergeable': thing.name in ('Account', 'Contact'), 'deprecatedAndHidden': False,
        'urls': {'sobject': root, 'describe': f'{root}/describe',
                 'rowTemplate': root + '/{ID}'}}


def _values(found):
    return [{'value': value, 'label': value, 'active': True,
             'defaultValue': value == found.default, 'validFor': None}
            for value in found.values]


def field(call, thing, found):
    creating = call.permissions.may_write(thing, found, True)
    updating = call.permissions.may_write(thing, found, False)
    text = found.type in STRINGS
    return {
        'name': found.name, 'label': found.label, 'type': found.type,
        'length': found.length if text or found.type in ('id', 'reference') else 0,
        'byteLength': found.length * 3 if text else found.length,
        'precision': found.precision if found.type != 'int' else 0, 'scale': found.scale,
        'digits': found.precision if found.type == 'int' else 0,
        'soapType': _SOAP.get(found.type, 'xsd:string'),
        'nillable': found.nillable, 'createable': creating and thing.writable,
        'updateable': updating and thing.writable, 'defaultedOnCreate': found.defaulted,
        'defaultValue': False if found.type == 'boolean' else None,
        'externalId': found.external, 'idLookup': found.id_lookup, 'unique': found.unique,
        'caseSensitive': found.case_sensitive, 'calculated': 'calculated' in found.flags,
        'autoNumber': False, 'custom': found.custom, 'nameField': found.name == 'Name',
        'filterable': found.filterable, 'sortable': found.filterable,
        'groupable': found.filterable and found.type not in NUMBERS,
        'picklistValues': _values(found), 'restrictedPicklist': found.restricted,
        'dependentPicklist': False, 'referenceTo': list(found.refers),
        'relationshipName': found.relationship, 'polymorphicForeignKey': len(found.refers) > 1,
        'compoundFieldName': 'Name' if found.name in ('FirstName', 'LastName') else None,
        'deprecatedAndHidden': False, 'htmlFormatted': False, 'encrypted': False}


def _unchanged(call):
    since = moment_of(call, 'if-modified-since')
    return since is not None and call.app.schema_changed <= since


def everything(call):
    rows = [summary(call, thing) for thing in OBJECTS.values()]
    return answer({'encoding': 'UTF-8', 'maxBatchSize': 200, 'sobjects': rows})


def basic_information(call, name):
    return answer({'objectDescribe': summary(call, object_of(call, name)), 'recentItems': []})


def one(call, name):
    thing = object_of(call, name)
    if _unchanged(call):
        return empty(304)
    fields = [field(call, thing, found) for found in call.permissions.fields(thing)]
    children = [{'relationshipName': relation, 'childSObject': child, 'field': of,
                 'cascadeDelete': False, 'deprecatedAndHidden': False}
                for relation, child, of in thing.children]
    record_types = [{'name': 'Master', 'developerName': 'Master', 'active': True,
                     'available': True, 'defaultRecordTypeMapping': True, 'master': True,
                     'recordTypeId': '012000000000000AAA'}]
    last = formatdate(call.app.schema_changed / 1000, usegmt=True)
    return answer({**summary(call, thing), 'fields': fields, 'childRelationships': children,
                   'recordTypeInfos': record_types}, headers={'Last-Modified': last})
