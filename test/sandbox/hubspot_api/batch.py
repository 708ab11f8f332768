"""Batches: which inputs may fail by themselves, and how the answer tells."""

import random

from .errors import Malformed, Refused, bad_json, invalid
from .instants import iso

MOST_INPUTS = 100


def inputs_of(call, body, most=MOST_INPUTS):
    inputs = body.get('inputs')
    if not isinstance(inputs, list) or not inputs:
        raise invalid('inputs must be a list with at least one element')
    if len(inputs) > most:
        raise invalid(f'The number of inputs must not be more than {most}, it was '
                      f'{len(inputs)}', context={'maximum': [str(most)]})
    return inputs


def refuse_duplicates(keys):
    """The same id or key twice in one batch fails all of it."""
    seen, twice = set(), []
    for shown, compared in keys:
        if compared in seen and shown not in twice:
            twice.append(shown)
        seen.add(compared)
    if twice:
        raise invalid(f'Duplicate IDs found in batch input: [{", ".join(twice)}]. '
                      'IDs must be unique')


def fails_alone(call, inputs, update, by_email=False):
    """Whether a bad input spoils only itself."""
    if by_email and call.switches['partial_email_upsert'] == 'whole':
        return False
    if call.switches['without_trace_ids'] == 'partial':
        return True
    if update and call.switches['partial_update'] == 'no':
        return False
    traces = [wish.get('objectWriteTraceId') for wish in inputs]
    return all(isinstance(trace, str) and trace for trace in traces) \
        and len(set(traces)) == len(traces)


class Batch:
    """Carries out `one(number, input)` for each input; it returns a result row."""

    def __init__(self, call, inputs, alone):
        self.call = call
        self.inputs = inputs
        self.alone = alone
        self.results = []
        self.failed = []        # (input, Refused)

    def run(self, one):
        self.call.in_whole_batch = not self.alone
        with self.call.app.store.transaction():
            for number, wish in enumerate(self.inputs):
                self._run_one(one, number, wish)
        return self

    def _run_one(self, one, number, wish):
        self.call.input = number
        self.call.trace = wish.get('objectWriteTraceId')
        lost = self.call.fault_for('lose_inputs', number, wish)
        if lost and not lost.args.get('effect'):
            return
        try:
            with self.call.app.store.transaction():
                self._refuse_chosen(number, wish)
                row = one(number, wish)
        except Refused as refusal:
            if not self.alone or isinstance(refusal, Malformed):
                raise
            self.failed.append((wish, refusal))
            return
        if not lost:
            self.results.append(row)

    def _refuse_chosen(self, number, wish):
        rule = self.call.fault_for('fail_inputs', number, wish)
        if rule:
            raise Refused(int(rule.args.get('status', 400)),
                          rule.args.get('category', 'VALIDATION_ERROR'),
                          rule.args.get('message', 'This input was chosen to fail'))

    # -- the answer ----------------------------------------------------------------

    def answer(self, status):
        """(status, body)."""
        body = envelope(self.call, ordered(self.call, self.results))
        self.call.told.update(inputs=len(self.inputs), failed=len(self.failed))
        if not self.failed:
            return status, body
        return 207, with_errors(body, self._errors())

    def _errors(self):
        few = self.call.switches['error_members'] == 'few'
        entries = {}
        for number, (wish, refusal) in enumerate(self.failed):
            alike = (refusal.category, refusal.message)
            if self.call.switches['group_errors'] == 'no':
                alike = number
            entry = entries.setdefault(alike, refusal.entry(few))
            context = entry['context']
            for name, values in refusal.members.get('context', {}).items():
                context[name] = list(dict.fromkeys([*context.get(name, ()), *values]))
            trace = wish.get('objectWriteTraceId')
            if trace is not None:
                context.setdefault('objectWriteTraceId', []).append(trace)
            elif isinstance(wish.get('id'), str):
                ids = context.setdefault('ids', [])
                if wish['id'] not in ids:
                    ids.append(wish['id'])
        return list(entries.values())


def envelope(call, results):
    now = iso(call.now)
    body = {'status': 'COMPLETE', 'results': results, 'startedAt': now, 'completedAt': now}
    if call.switches['requested_at'] == 'present':
        body['requestedAt'] = now
    return body


def with_errors(body, errors):
    return {**body, 'numErrors': len(errors), 'errors': errors}


def ordered(call, rows):
    setting = call.switches['result_order']
    if setting == 'request':
        return rows
    rows = rows[::-1]
    if setting == 'shuffled':
        random.Random(f'{call.app.seed}/{call.number}').shuffle(rows)
    return rows


def check_input(call, wish, members):
    if not isinstance(wish, dict):
        raise bad_json('an input is an object')
    for name in ('objectWriteTraceId', 'idProperty'):
        if not isinstance(wish.get(name), (str, type(None))):
            raise bad_json(f'{name} is a string')
    return call.check(wish, members)
