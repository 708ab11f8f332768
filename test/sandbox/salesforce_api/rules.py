"""The organisation's duplicate rule (switch duplicate_rule)."""

from .errors import Failure


class Duplicates(Failure):
    """Carries an empty `fields`, and what the rule found if the switch says so."""

    def __init__(self, matches, shown):
        super().__init__('DUPLICATES_DETECTED', 'Use one of these records?')
        self._extra = {'duplicateResult': {
            'allowSave': True, 'duplicateRule': 'Contact_Email',
            'matchResults': [{'matchRecords': [{'record': {'Id': one}} for one in matches]}],
        }} if shown else {}

    def single(self):
        return {'message': self.message, 'errorCode': self.code, 'fields': [], **self._extra}

    def inner(self):
        return {**super().inner(), **self._extra}


def _saves_anyway(headers):
    options = headers.get('sforce-duplicate-rule-header', '').replace(' ', '').lower()
    return 'allowsave=true' in options.split(';')


def duplicate_failures(call, thing, values):
    rule = call.switches['duplicate_rule']
    if rule == 'off' or thing.name != 'Contact' or values.get('Email') is None:
        return
    if rule == 'alert' and _saves_anyway(call.headers):
        return
    matches = [record['Id'] for record in
               call.app.store.find(thing, thing.field('Email'), values['Email'])]
    if matches:
        yield Duplicates(matches, call.switches['duplicate_result'] == 'present')
