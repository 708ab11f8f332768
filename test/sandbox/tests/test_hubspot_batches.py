"""Batches of the HubSpot stand-in: who fails alone, and how the answer tells."""

import unittest

from hubspot_support import COMPANIES, CONTACTS, NOW, Case


def create(*rows):
    return {'inputs': [{'properties': properties, **({'objectWriteTraceId': trace} if trace
                                                     else {})} for trace, properties in rows]}


def upsert(*rows, key='external_id'):
    return {'inputs': [{'id': value, 'idProperty': key, 'properties': properties,
                        **({'objectWriteTraceId': trace} if trace else {})}
                       for trace, value, properties in rows]}


class Create(Case):
    def post(self, verb, body, expect, path=COMPANIES):
        return self.call('POST', f'{path}/batch/{verb}', body, expect=expect)

    def test_all_good(self):
        answer = self.post('create', create(*((f'r{n}', {'name': f'N{n}'}) for n in range(100))),
                           201)
        self.assertEqual(answer['status'], 'COMPLETE')
        self.assertEqual({row['objectWriteTraceId']: row['properties']['name']
                          for row in answer['results']}, {f'r{n}': f'N{n}' for n in range(100)})
        self.assertNotIn('errors', answer)
        effects = self.effects()
        self.assertEqual([(entry['input'], entry['trace']) for entry in effects],
                         [(n, f'r{n}') for n in range(100)])
        self.assertEqual(self.hub.control('GET', 'log')[-1]['inputs'], 100)

    def test_order_of_results(self):
        body = create(*((f'r{n}', {'name': 'x'}) for n in range(20)))

        def traces():
            return [row['objectWriteTraceId'] for row in self.post('create', body, 201)['results']]
        in_order = [f'r{n}' for n in range(20)]
        self.assertNotEqual(traces(), in_order)
        self.hub.switches(result_order='request')
        self.assertEqual(traces(), in_order)
        self.hub.switches(result_order='reversed')
        self.assertEqual(traces(), in_order[::-1])

    def test_too_many_or_none(self):
        for count in (0, 101):
            self.post('create', create(*(((f'r{n}', {'name': 'x'})) for n in range(count))), 400)
        self.post('create', {'inputs': {}}, 400)
        self.post('create', {}, 400)
        self.assertEqual(self.effects(), [])

    def test_partial_success(self):
        answer = self.post('create', create(
            ('a', {'name': 'good'}), ('b', {'missing': 'x', 'name': 'y'}), ('c', {'city': 'x'}),
            ('d', {'name': 'good, too'})), 207)
        self.assertEqual({row['objectWriteTraceId'] for row in answer['results']}, {'a', 'd'})
        self.assertEqual(answer['numErrors'], 2)
        found = {entry['context']['objectWriteTraceId'][0]: entry for entry in answer['errors']}
        self.assertEqual(self.problems(found['b'])[0]['error'], 'PROPERTY_DOESNT_EXIST')
        self.assertEqual((found['b']['status'], found['b']['category']),
                         ('error', 'VALIDATION_ERROR'))
        self.assertEqual(found['c']['context']['properties'], ['name', 'domain'])
        self.assertEqual([entry['trace'] for entry in self.effects()], ['a', 'd'])
        log = self.hub.control('GET', 'log')[-1]
        self.assertEqual((log['inputs'], log['failed'], log['status']), (4, 2, 207))

    def test_alike_errors_share_an_entry(self):
        body = create(*((f'r{n}', {'missing': 'x', 'name': 'y'}) for n in range(3)))
        answer = self.post('create', body, 207)
        self.assertEqual(answer['numErrors'], 1)
        self.assertEqual(answer['errors'][0]['context']['objectWriteTraceId'],
                         ['r0', 'r1', 'r2'])
        self.hub.switches(group_errors='no', error_members='few')
        answer = self.post('create', body, 207)
        self.assertEqual((answer['numErrors'], len(answer['errors'])), (3, 3))
        self.assertEqual(set(answer['errors'][0]), {'status', 'category', 'message', 'context'})

    def test_a_wrong_shape_fails_all(self):
        answer = self.post('create', create(('a', {'name': 'x'}), ('b', {'name': ['y']})), 400)
        self.assertIn('Invalid input JSON', answer['message'])
        self.assertEqual(self.effects(), [])

    def test_one_bad_input_fails_all_without_trace_ids(self):
        good, bad = {'name': 'x'}, {'nonsense': 'x', 'name': 'y'}
        before = self.hub.rows('records/companies')
        for traces in ((None, None, None), ('a', None, 'b'), ('a', 'a', 'b'), ('', 'a', 'b')):
            answer = self.post('create', create(*zip(traces, (good, bad, good))), 400)
            self.assertEqual(self.problems(answer)[0]['name'], 'nonsense')
            self.assertNotIn('results', answer)
        self.assertEqual(self.effects(), [])
        self.assertEqual(self.hub.rows('records/companies'), before)
        self.hub.switches(without_trace_ids='partial')
        answer = self.post('create', create(*zip((None,) * 3, (good, bad, good))), 207)
        self.assertEqual((len(answer['results']), answer['numErrors']), (2, 1))

    def test_conflicts(self):
        first = self.contact(email='taken@example.org')
        rows = ({'email': 'free@example.org'}, {'email': 'Taken@example.org'})
        answer = self.post('create', create(*zip('ab', rows)), 207, CONTACTS)
        self.assertEqual((answer['errors'][0]['category'], answer['errors'][0]['message']),
                         ('CONFLICT', f'Contact already exists. Existing ID: {first}'))
        self.post('create', create(*((None, {'email': f'new{n}@example.org'}) for n in range(2)),
                                   (None, rows[1])), 409, CONTACTS)
        # what was undone holds no key
        self.contact(email='new0@example.org')

    def test_the_same_key_twice(self):
        rows = ({'email': 'twice@example.org'},) * 2
        whole = self.post('create', create(*zip((None, None), rows)), 409, CONTACTS)
        self.assertEqual(whole['message'], 'Contact already exists')
        answer = self.post('create', create(*zip('ab', rows)), 207, CONTACTS)
        self.assertEqual(answer['errors'][0]['message'],
                         f'Contact already exists. Existing ID: {answer["results"][0]["id"]}')

    def test_requested_at(self):
        self.assertNotIn('requestedAt', self.post('create', create((None, {'name': 'x'})), 201))
        self.hub.switches(requested_at='present')
        self.assertEqual(self.post('create', create((None, {'name': 'x'})), 201)['requestedAt'],
                         NOW.replace('Z', '.000Z'))


class Update(Case):
    def post(self, body, expect, path=COMPANIES):
        return self.call('POST', f'{path}/batch/update', body, expect=expect)

    def test_by_id_and_by_key(self):
        a, b = self.company(name='a'), self.company(name='b', external_id='B')
        answer = self.post({'inputs': [
            {'id': a, 'properties': {'city': 'Oslo'}, 'objectWriteTraceId': '1'},
            {'id': 'B', 'idProperty': 'external_id', 'properties': {'city': 'Rome'},
             'objectWriteTraceId': '2'}]}, 200)
        self.assertEqual({row['id']: row['properties']['city'] for row in answer['results']},
                         {a: 'Oslo', b: 'Rome'})
        self.assertNotIn('new', answer['results'][0])

    def test_missing(self):
        a = self.company(name='a')
        rows = [{'id': a, 'properties': {'city': 'x'}}, {'id': '1', 'properties': {'city': 'x'}}]
        answer = self.post({'inputs': rows}, 404)
        self.assertIn('Could not get some COMPANY objects', answer['message'])
        self.assertEqual(self.effects()[-1]['outcome'], 'created')
        traced = [{**row, 'objectWriteTraceId': row['id']} for row in rows]
        answer = self.post({'inputs': traced}, 207)
        self.assertEqual(answer['errors'][0]['context'],
                         {'ids': ['1'], 'objectWriteTraceId': ['1']})
        self.assertEqual(self.effects()[-1]['outcome'], 'updated')
        self.hub.switches(partial_update='no')
        self.post({'inputs': traced}, 404)

    def test_duplicates(self):
        a = self.company()
        rows = [{'id': a, 'properties': {'city': c}, 'objectWriteTraceId': c} for c in 'xy']
        self.assertEqual(self.post({'inputs': rows}, 400)['message'],
                         f'Duplicate IDs found in batch input: [{a}]. IDs must be unique')

    def test_nothing_to_update(self):
        a = self.company()
        answer = self.post({'inputs': [{'id': a, 'properties': {}}]}, 400)
        self.assertIn('No properties found to update', answer['message'])

    def test_wrong_key(self):
        answer = self.post({'inputs': [{'id': '1', 'idProperty': 'hs_object_id',
                                        'properties': {'city': 'x'}}]}, 400)
        self.assertEqual(answer['message'], 'Unable to perform update/upsert by non-unique 0-2 '
                                            'property hs_object_id in portal ID 62515')


class Upsert(Case):
    def post(self, body, expect, path=COMPANIES):
        return self.call('POST', f'{path}/batch/upsert', body, expect=expect)

    def test_new_and_old(self):
        old = self.company(name='old', external_id='O', city='Oslo')
        answer = self.post(upsert((None, 'O', {'name': 'changed'}),
                                  (None, 'N', {'name': 'new', 'external_id': 'N'})), 200)
        rows = {row['properties']['name']: row for row in answer['results']}
        self.assertEqual((rows['changed']['id'], rows['changed']['new']), (old, False))
        self.assertIs(rows['new']['new'], True)
        self.assertEqual(self.hub.record('companies', old)['properties']['city'], 'Oslo')
        again = self.post(upsert((None, 'N', {'name': 'new', 'external_id': 'N'})), 200)
        self.assertEqual((again['results'][0]['id'], again['results'][0]['new']),
                         (rows['new']['id'], False))
        self.assertEqual([entry['outcome'] for entry in self.effects()],
                         ['created', 'updated', 'created', 'unchanged'])

    def test_the_key_must_be_among_the_properties(self):
        self.post(upsert((None, 'K', {'name': 'x'})), 200)
        self.assertNotIn('external_id', self.effects()[-1]['properties'])
        self.hub.switches(upsert_key='filled')
        self.post(upsert((None, 'K', {'name': 'x'})), 200)
        self.assertEqual(self.effects()[-1]['properties']['external_id'], 'K')
        self.assertEqual(self.effects()[-1]['outcome'], 'created')

    def test_wrong_keys(self):
        for key, text in (('hs_object_id', 'non-unique 0-2 property hs_object_id'),
                          ('domain', 'non-unique 0-2 property domain'),
                          ('nonsense', 'PROPERTY_DOESNT_EXIST')):
            self.assertIn(text, self.post(upsert((None, 'K', {'name': 'x'}), key=key),
                                          400)['message'])
        body = upsert((None, 'K', {'name': 'x'}))
        del body['inputs'][0]['idProperty']
        self.assertIn('hs_object_id', self.post(body, 400)['message'])

    def test_duplicates(self):
        body = upsert(('a', 'K', {'name': 'x'}), ('b', 'K', {'name': 'y'}), ('c', 'L', {}))
        self.assertIn('Duplicate IDs found in batch input: [K]', self.post(body, 400)['message'])
        body = upsert(('a', 'x@example.org', {}), ('b', 'X@Example.org', {}), key='email')
        self.assertIn('Duplicate', self.post(body, 400, CONTACTS)['message'])

    def test_partial_success(self):
        body = upsert(('a', 'A', {'name': 'x', 'external_id': 'A'}), ('b', 'B', {'plan': 'no'}))
        self.assertEqual(len(self.post(body, 207)['results']), 1)
        self.hub.switches(partial_update='no')
        self.post(body, 400)

    def test_by_email(self):
        made = self.contact(email='e@example.org', firstname='E', notes_internal='kept')
        body = upsert(('a', 'E@example.org', {'email': 'e@example.org', 'lastname': 'L'}),
                      ('b', 'bad', {'email': 'bad'}), key='email')

        def notes():
            return self.hub.record('contacts', made)['properties'].get('notes_internal')
        self.post(body, 207, CONTACTS)
        self.assertEqual(notes(), 'kept')
        self.hub.switches(partial_email_upsert='whole')
        self.post(body, 400, CONTACTS)
        self.hub.switches(partial_email_upsert='clears')
        self.post(body, 207, CONTACTS)
        self.assertIsNone(notes())


class Read(Case):
    def post(self, body, expect=None, query='', path=COMPANIES):
        return self.call('POST', f'{path}/batch/read{query}', body, expect=expect)

    def test_read(self):
        ids = [self.company(name=f'n{n}', external_id=f'X{n}') for n in range(3)]
        body = {'inputs': [{'id': each} for each in ids], 'properties': ['name']}
        answer = self.post(body, 200)
        self.assertEqual({row['id'] for row in answer['results']}, set(ids))
        answer = self.post({'inputs': [{'id': 'X1'}], 'properties': ['external_id'],
                            'idProperty': 'external_id'}, 200)
        self.assertEqual([row['id'] for row in answer['results']], [ids[1]])

    def test_missing(self):
        made = self.company()
        answer = self.post({'inputs': [{'id': made}, {'id': '9'}, {'id': '8'}]}, 207)
        entry, = answer['errors']
        self.assertEqual(
            (entry['category'], entry['message'], entry['context']),
            ('OBJECT_NOT_FOUND', 'Could not get some COMPANY objects, they may be deleted or '
             'not exist. Check that ids are valid.', {'ids': ['9', '8']}))
        self.assertEqual([row['id'] for row in answer['results']], [made])

    def test_limits(self):
        inputs = [{'id': str(n)} for n in range(101)]
        self.post({'inputs': inputs}, 400)
        self.post({'inputs': inputs[:100]}, 207)
        self.post({'inputs': inputs[:51], 'propertiesWithHistory': ['name']}, 400)

    def test_archived(self):
        made = self.company()
        self.call('DELETE', f'{COMPANIES}/{made}')
        self.post({'inputs': [{'id': made}]}, 207)
        answer = self.post({'inputs': [{'id': made}]}, 200, '?archived=true')
        self.assertIs(answer['results'][0]['archived'], True)


if __name__ == '__main__':
    unittest.main()
