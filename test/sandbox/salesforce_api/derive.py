"""Fields that follow from others: names, closed tasks, a task's account, formulas."""


def _full_name(record, store):
    parts = [record['FirstName'], record['LastName']]
    return {'Name': ' '.join(part for part in parts if part)}


def _label(record):
    score = record['Pendo_Score__c']
    return {'Pendo_Label__c': None if score is None else f'{record["Name"]} ({score:g})'[:1300]}


def _account(record, store):
    return _label(record)


def _contact(record, store):
    named = {**record, **_full_name(record, store)}
    return {'Name': named['Name'], **_label(named)}


def _task(record, store):
    account = record['WhatId']
    if account is None and record['WhoId'] is not None:
        contact = store.records['Contact'].get(record['WhoId'])
        account = contact['AccountId'] if contact else None
    return {'IsClosed': record['Status'] == 'Completed', 'AccountId': account,
            'IsArchived': record['IsArchived'] or False}


_DERIVED = {'Account': _account, 'Contact': _contact, 'Task': _task, 'User': _full_name}


def derived(thing, values, store):
    """Values of derived fields, given all others of a record."""
    rule = _DERIVED.get(thing.name)
    return rule(values, store) if rule else {}
