"""Records of the HubSpot stand-in: reading and writing one, or a list."""

import unittest

from hubspot_support import COMPANIES, CONTACTS, NOW, TASKS, Case

MIDNIGHT = 1767225600000        # 2026-01-01 UTC


class Reading(Case):
    def test_list_pages_through_everything(self):
        expected = [row['id'] for row in self.hub.rows('records/companies')
                    if row['archived_at'] is None]
        got, after = [], ''
        while after is not None:
            page = self.call('GET', f'{COMPANIES}?limit=7{after and "&after=" + after}')
            got += [row['id'] for row in page['results']]
            after = page.get('paging', {}).get('next', {}).get('after')
            if after:
                self.assertIn(f'limit=7&after={after}', page['paging']['next']['link'])
        self.assertEqual(got, expected)
        self.assertGreater(len(got), 14)

    def test_list_defaults_and_limits(self):
        page = self.call('GET', COMPANIES)
        self.assertEqual(len(page['results']), 10)
        self.assertEqual(set(page['results'][0]['properties']), {
            'hs_object_id', 'createdate', 'hs_lastmodifieddate', 'domain', 'name'})
        for query in ('limit=101', 'limit=0', 'limit=x', 'limit=51&propertiesWithHistory=name',
                      'after=x', 'archived=maybe'):
            self.assertEqual(self.refused(400, 'GET', f'{COMPANIES}?{query}')['category'],
                             'VALIDATION_ERROR')
        self.call('GET', f'{COMPANIES}?limit=50&propertiesWithHistory=name')

    def test_order_of_lists_is_a_switch(self):
        def ids():
            return [row['id'] for row in self.call('GET', f'{COMPANIES}?limit=100')['results']]
        by_id = ids()
        self.assertEqual(by_id, sorted(by_id, key=int))
        self.assertNotEqual(by_id, sorted(by_id))           # ids are no texts
        self.hub.switches(list_order='hashed')
        self.assertNotEqual(ids(), by_id)
        self.assertEqual(set(ids()), set(by_id))

    def test_asked_properties(self):
        made = self.company(name='Asked', city='Oslo')
        for query in ('properties=city,phone,nonsense', 'properties=city&properties=phone'):
            row = self.call('GET', f'{COMPANIES}/{made}?{query}')
            self.assertEqual(row['properties']['city'], 'Oslo')
            self.assertIsNone(row['properties']['phone'])
            self.assertEqual(set(row['properties']), {
                'city', 'phone', 'hs_object_id', 'createdate', 'hs_lastmodifieddate'})
        self.assertIs(row['archived'], False)
        self.assertEqual(row['createdAt'], NOW.replace('Z', '.000Z'))

    def test_object_types_by_id(self):
        made = self.company()
        self.assertEqual(self.call('GET', f'/crm/v3/objects/0-2/{made}')['id'], made)
        self.assertEqual(self.call('GET', f'/crm/objects/2026-09/companies/{made}')['id'], made)
        self.refused(400, 'GET', '/crm/v3/objects/company')
        self.refused(404, 'GET', '/crm/v3/objectz/companies')
        self.refused(404, 'GET', '/crm/objects/2020-03/companies')
        self.refused(405, 'PUT', f'{COMPANIES}/{made}')

    def test_missing(self):
        answer = self.refused(404, 'GET', f'{COMPANIES}/1')
        self.assertEqual((answer['message'], answer['category']),
                         ('resource not found', 'OBJECT_NOT_FOUND'))
        self.assertEqual(answer['status'], 'error')
        dated = self.refused(404, 'GET', '/crm/objects/2026-09/companies/1')
        self.assertNotIn('status', dated)

    def test_by_unique_property(self):
        made = self.contact(email='Find.Me@Example.com', external_id='X/1 ä')
        for name, value in (('email', 'find.me@example.com'), ('email', 'FIND.me@example.com'),
                            ('external_id', 'X%2F1%20%C3%A4')):
            row = self.call('GET', f'{CONTACTS}/{value}?idProperty={name}')
            self.assertEqual(row['id'], made)
        self.assertIn('non-unique 0-1 property firstname in portal ID', self.refused(
            400, 'GET', f'{CONTACTS}/x?idProperty=firstname')['message'])
        self.assertEqual(self.problems(self.refused(
            400, 'GET', f'{CONTACTS}/x?idProperty=nonsense'))[0]['error'],
            'PROPERTY_DOESNT_EXIST')

    def test_additional_addresses_lead_to_the_contact(self):
        second = next(row for row in self.hub.rows('records/contacts')
                      if 'hs_additional_emails' in row['properties'] and not row['merged_into'])
        address = second['properties']['hs_additional_emails'].split(';')[0]
        self.assertEqual(self.call('GET', f'{CONTACTS}/{address}?idProperty=email')['id'],
                         second['id'])
        answer = self.refused(409, 'POST', CONTACTS, {'properties': {'email': address}})
        self.assertEqual(answer['message'], f'Contact already exists. Existing ID: {second["id"]}')

    def test_history(self):
        made = self.company(name='One')
        self.hub.advance(5)
        self.call('PATCH', f'{COMPANIES}/{made}', {'properties': {'name': 'Two'}})
        row = self.call('GET', f'{COMPANIES}/{made}?propertiesWithHistory=name')
        self.assertEqual([entry['value'] for entry in row['propertiesWithHistory']['name']],
                         ['Two', 'One'])

    def test_merged_ids_lead_to_the_winner(self):
        loser = next(row for row in self.hub.rows('records/companies') if row['merged_into'])
        row = self.call('GET', f'{COMPANIES}/{loser["id"]}')
        self.assertEqual(row['id'], loser['merged_into'])
        a, b = self.company(name='A', city='Oslo'), self.company(name='B', phone='1')
        self.call('POST', f'{COMPANIES}/merge', {'primaryObjectId': a, 'objectIdToMerge': b})
        row = self.call('GET', f'{COMPANIES}/{b}?properties=name,city,phone')
        self.assertEqual((row['id'], row['properties']['name'], row['properties']['phone']),
                         (a, 'A', '1'))
        self.refused(400, 'POST', f'{COMPANIES}/merge',
                     {'primaryObjectId': a, 'objectIdToMerge': b})

    def test_long_addresses(self):
        self.refused(414, 'GET', f'{COMPANIES}?properties=' + 'x' * 9000)
        self.hub.switches(uri_limit='bytes:20000')
        self.call('GET', f'{COMPANIES}?properties=' + 'x' * 9000)


class Archived(Case):
    def test_archive(self):
        made = self.contact(email='gone@example.org')
        self.assertEqual(self.hub.request('DELETE', f'{CONTACTS}/{made}')[0], 204)
        self.refused(404, 'GET', f'{CONTACTS}/{made}')
        self.refused(404, 'PATCH', f'{CONTACTS}/{made}', {'properties': {'firstname': 'x'}})
        row = self.call('GET', f'{CONTACTS}/{made}?archived=true')
        self.assertIs(row['archived'], True)
        self.assertEqual(row['archivedAt'], NOW.replace('Z', '.000Z'))
        archived = self.call('GET', f'{CONTACTS}?archived=true&limit=100')['results']
        self.assertIn(made, [row['id'] for row in archived])
        self.assertTrue(all('archivedAt' in row for row in archived))
        self.assertNotEqual(self.contact(email='gone@example.org'), made)   # the key is free

    def test_archive_again(self):
        made = self.company()
        for status in (204, 204):
            self.assertEqual(self.hub.request('DELETE', f'{COMPANIES}/{made}')[0], status)
        self.hub.switches(delete_missing='404')
        self.refused(404, 'DELETE', f'{COMPANIES}/{made}')
        self.assertEqual([entry['outcome'] for entry in self.effects()],
                         ['created', 'archived'])

    def test_batch_archive(self):
        ids = [self.company(), self.company()]
        self.assertEqual(self.hub.request('POST', f'{COMPANIES}/batch/archive', {
            'inputs': [{'id': each} for each in [*ids, '1']]})[0], 204)
        for each in ids:
            self.assertIsNotNone(self.hub.record('companies', each)['archived_at'])


class Writing(Case):
    def test_create(self):
        status, _, row = self.hub.request('POST', COMPANIES, {
            'properties': {'name': 'Ünïcode "x"', 'numberofemployees': 12, 'plan': ''}})
        self.assertEqual(status, 201)
        self.assertEqual(row['properties']['numberofemployees'], '12')
        self.assertIsNone(row['properties']['plan'])
        kept = self.hub.record('companies', row['id'])
        self.assertEqual(kept['properties']['name'], 'Ünïcode "x"')
        effect, = self.effects()
        self.assertEqual(
            (effect['outcome'], effect['id'], effect['object'], effect['operation'],
             effect['key']), ('created', row['id'], 'companies', 'create', 'full'))
        self.assertEqual(kept['created_sequence'], effect['n'])
        self.assertEqual(kept['updated_sequence'], effect['n'])
        self.assertEqual(effect['properties'], kept['properties'])
        self.assertEqual(self.hub.control('GET', 'log')[-1]['n'], effect['request'])

    def test_what_a_record_needs(self):
        for path, properties in ((COMPANIES, {'city': 'Oslo'}), (COMPANIES, {'name': ''}),
                                 (CONTACTS, {'phone': '1'}), (TASKS, {'hs_task_subject': 'x'})):
            answer = self.refused(400, 'POST', path, {'properties': properties})
            self.assertIn('required properties were not set', answer['message'])
        self.call('POST', TASKS, {'properties': {'hs_timestamp': '2026-01-31T12:00:00Z'}})
        self.assertEqual(len(self.effects()), 1)

    def test_changes_move_the_date(self):
        made = self.company(name='A')
        self.hub.advance(60)
        path = f'{COMPANIES}/{made}'
        row = self.call('PATCH', path, {'properties': {'name': 'A'}})
        self.assertEqual(row['updatedAt'], row['createdAt'])
        row = self.call('PATCH', path, {'properties': {'name': 'B'}})
        self.assertNotEqual(row['updatedAt'], row['createdAt'])
        self.assertEqual(row['properties']['hs_lastmodifieddate'], row['updatedAt'])
        self.assertEqual([(entry['outcome'], entry['changed']) for entry in self.effects()],
                         [('created', ['name']), ('unchanged', []), ('updated', ['name'])])
        self.call('PATCH', path, {'properties': {'name': 'B'}})
        kept = self.hub.record('companies', made)
        self.assertEqual((kept['created_sequence'], kept['updated_sequence']),
                         (self.effects()[0]['n'], self.effects()[2]['n']))
        self.hub.switches(unchanged_bumps='yes')
        self.hub.advance(60)
        again = self.call('PATCH', path, {'properties': {'name': 'B'}})
        self.assertGreater(again['updatedAt'], row['updatedAt'])

    def test_nothing_to_update(self):
        made = self.company()
        self.assertEqual(
            self.refused(400, 'PATCH', f'{COMPANIES}/{made}', {'properties': {}})['message'],
            'No properties found to update, please provide at least one.')

    def test_conflicts(self):
        first = self.contact(email='A@example.org')
        other = self.contact(email='b@example.org')
        for method, path in (('POST', CONTACTS), ('PATCH', f'{CONTACTS}/{other}')):
            answer = self.refused(409, method, path, {'properties': {'email': 'a@Example.org'}})
            self.assertEqual((answer['category'], answer['message']), (
                'CONFLICT', f'Contact already exists. Existing ID: {first}'))
        one = self.company(name='x', external_id='same')
        answer = self.refused(409, 'POST', COMPANIES,
                              {'properties': {'name': 'y', 'external_id': 'same'}})
        self.assertEqual(answer['message'], f'Company already exists. Existing ID: {one}')
        self.company(name='y', external_id='SAME')
        self.company(name='same domain', domain='shared.example.com')
        self.hub.switches(unique_conflict='400', unique_case='ignored')
        answer = self.refused(400, 'POST', COMPANIES,
                              {'properties': {'name': 'y', 'external_id': 'Same'}})
        self.assertEqual(self.problems(answer)[0]['error'], 'CONFLICTING_UNIQUE_VALUE')

    def test_a_freed_key_can_be_taken(self):
        made = self.company(name='x', external_id='moves')
        self.call('PATCH', f'{COMPANIES}/{made}', {'properties': {'external_id': 'moved'}})
        other = self.company(name='y', external_id='moves')
        self.refused(409, 'PATCH', f'{COMPANIES}/{made}', {'properties': {'external_id': 'moves'}})
        self.call('PATCH', f'{COMPANIES}/{other}', {'properties': {'external_id': ''}})
        self.call('PATCH', f'{COMPANIES}/{made}', {'properties': {'external_id': 'moves'}})

    def test_update_by_unique_property(self):
        made = self.contact(email='key@example.org')
        row = self.call('PATCH', f'{CONTACTS}/KEY@example.org?idProperty=email',
                        {'properties': {'firstname': 'K'}})
        self.assertEqual(row['id'], made)

    def test_requests_that_are_wrong(self):
        bad = (b'{', b'[]', b'{"properties": []}', b'{"properties": {"name": ["x"]}}',
               b'{"properties": {"name": {"a": 1}}}', b'{"properties": {"name": NaN}}',
               b'{"properties": {"name": "\xff"}}', b'{}', b'')
        for body in bad:
            self.refused(400, 'POST', COMPANIES, body)
        self.refused(415, 'POST', COMPANIES, b'{}', headers={'Content-Type': 'text/plain'})
        more = {'properties': {'name': 'x'}, 'propertys': {}}
        self.refused(400, 'POST', COMPANIES, more)
        self.hub.switches(unknown_members='ignored')
        self.call('POST', COMPANIES, more)
        self.assertEqual(len(self.effects()), 1)


class PropertyValues(Case):
    def problem(self, name, value, path=COMPANIES):
        answer = self.refused(400, 'POST', path, {'properties': {'name': 'x', name: value}}
                              if path == COMPANIES else {'properties': {name: value}})
        self.assertEqual(answer['category'], 'VALIDATION_ERROR')
        found, = self.problems(answer)
        self.assertEqual((found['isValid'], found['name'], found['portalId']),
                         (False, name, 62515))
        return found['error']

    def value(self, name, sent):
        made = self.company(**{'name': 'x', name: sent})
        return self.call('GET', f'{COMPANIES}/{made}?properties={name}')['properties'][name]

    def test_problems(self):
        for name, value, error in (
                ('nonsense', 'x', 'PROPERTY_DOESNT_EXIST'),
                ('createdate', '2026-01-01T00:00:00Z', 'READ_ONLY_VALUE'),
                ('hs_object_id', '1', 'READ_ONLY_VALUE'),
                ('plan', 'Free', 'INVALID_OPTION'), ('products', 'web;nope', 'INVALID_OPTION'),
                ('is_key_account', 'yes', 'INVALID_OPTION'),
                ('numberofemployees', '1,000', 'INVALID_LONG'),
                ('numberofemployees', 'NaN', 'INVALID_LONG'),
                ('renewal_date', '2026-02-30', 'INVALID_DATE'),
                ('renewal_date', str(MIDNIGHT + 1), 'INVALID_DATE'),
                ('renewal_date', '2026-01-01T00:00:00Z', 'INVALID_DATE'),
                ('last_sync', '2026-01-31', 'INVALID_DATE'),
                ('last_sync', '2026-01-31T12:00:00', 'INVALID_DATE'),
                ('hubspot_owner_id', '9000001', 'INVALID_OWNER_ID'),
                ('hubspot_owner_id', '74', 'INVALID_OWNER_ID'),
                ('description', 'x' * 65_537, 'INVALID_STRING_LENGTH')):
            with self.subTest(name, value=value[:30]):
                self.assertEqual(self.problem(name, value), error)
        self.assertEqual(self.problem('email', 'no at sign', CONTACTS), 'INVALID_EMAIL')
        self.assertEqual(self.effects(), [])

    def test_all_problems_at_once(self):
        answer = self.refused(400, 'POST', COMPANIES, {
            'properties': {'name': 'x', 'missing': '1', 'plan': 'q'}})
        self.assertEqual({row['name']: row['error'] for row in self.problems(answer)},
                         {'missing': 'PROPERTY_DOESNT_EXIST', 'plan': 'INVALID_OPTION'})
        self.assertIn('q was not one of the allowed options: [free, team, enterprise]',
                      answer['message'])

    def test_structured_problems(self):
        self.hub.switches(property_errors='structured')
        answer = self.refused(400, 'POST', COMPANIES, {
            'properties': {'name': 'x', 'numberofemployees': 'many'}})
        self.assertEqual(answer['errors'], [{
            'message': 'many was not a valid number', 'code': 'INVALID_INTEGER',
            'context': {'propertyName': ['numberofemployees']}}])

    def test_values_come_back(self):
        for name, sent, back in (
                ('description', ' as sent ', ' as sent '), ('annualrevenue', '12.50', '12.50'),
                ('annualrevenue', 12.5, '12.5'), ('is_key_account', True, 'true'),
                ('products', 'api;web', 'api;web'), ('renewal_date', '2026-01-01', '2026-01-01'),
                ('renewal_date', str(MIDNIGHT), '2026-01-01'),
                ('renewal_date', MIDNIGHT, '2026-01-01'),
                ('last_sync', '2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00Z'),
                ('last_sync', str(MIDNIGHT + 5), '2026-01-01T00:00:00.005Z'),
                ('lifecyclestage', '98765432', '98765432'), ('plan', None, None),
                ('plan', '', None)):
            with self.subTest(name, sent=sent):
                self.assertEqual(self.value(name, sent), back)

    def test_forms_of_values(self):
        self.hub.switches(datetime_form='millis', number_form='shortest', string_form='trimmed')
        self.assertEqual(self.value('last_sync', MIDNIGHT), '2026-01-01T00:00:00.000Z')
        self.assertEqual(self.value('annualrevenue', '0120.500'), '120.5')
        self.assertEqual(self.value('description', ' x '), 'x')

    def test_email_forms(self):
        made = self.contact(email='Mixed@Example.org')
        get = f'{CONTACTS}/{made}'
        self.assertEqual(self.call('GET', get)['properties']['email'], 'mixed@example.org')
        self.hub.switches(email_case='as_sent', email_error='is_not_valid')
        self.call('PATCH', get, {'properties': {'email': 'Mixed@Example.org'}})
        self.assertEqual(self.call('GET', get)['properties']['email'], 'Mixed@Example.org')
        self.assertIn('x is not a valid email', self.refused(
            400, 'PATCH', get, {'properties': {'email': 'x'}})['message'])

    def test_clearing(self):
        path = f'{COMPANIES}/{self.company(name="x", city="Oslo", phone="1")}'
        self.call('PATCH', path, {'properties': {'city': '', 'phone': None}})
        got = self.call('GET', path + '?properties=city,phone')['properties']
        self.assertEqual((got['city'], got['phone']), (None, None))
        self.call('PATCH', path, {'properties': {'city': 'Rome'}})
        self.hub.switches(null_value='ignored')
        self.call('PATCH', path, {'properties': {'city': None}})
        self.assertEqual(self.call('GET', path + '?properties=city')['properties']['city'], 'Rome')
        self.hub.switches(null_value='refused')
        self.refused(400, 'PATCH', path, {'properties': {'city': None}})

    def test_appending_options(self):
        path = f'{COMPANIES}/{self.company(name="x", products="web")}'
        for sent, back in ((';api', 'web;api'), (';web', 'web;api'), ('mobile', 'mobile')):
            row = self.call('PATCH', path, {'properties': {'products': sent}})
            self.assertEqual(row['properties']['products'], back)

    def test_lifecycle_goes_forward_only(self):
        path = f'{COMPANIES}/{self.company(name="x", lifecyclestage="customer")}'

        def write(stage):
            status, _, row = self.hub.request('PATCH', path,
                                              {'properties': {'lifecyclestage': stage}})
            return status, row['properties']['lifecyclestage']
        self.assertEqual(write('lead'), (200, 'customer'))
        self.assertEqual(self.effects()[-1]['outcome'], 'unchanged')
        self.assertEqual(write('evangelist'), (200, 'evangelist'))
        self.assertEqual(write(''), (200, None))
        self.assertEqual(write('lead'), (200, 'lead'))
        self.assertEqual(self.refused(400, 'PATCH', path, {
            'properties': {'lifecyclestage': 'Lead'}})['category'], 'VALIDATION_ERROR')


class ByHand(Case):
    def test_people_write_too(self):
        made = self.company(name='x')
        self.hub.control('POST', 'hand', {'object': 'companies', 'id': made,
                                          'properties': {'city': 'Rome'}})
        row = self.call('GET', f'{COMPANIES}/{made}?propertiesWithHistory=city')
        self.assertEqual(row['propertiesWithHistory']['city'][0]['sourceType'], 'CRM_UI')
        self.assertEqual(self.effects()[-1]['operation'], 'hand')
        new = self.hub.control('POST', 'hand', {'object': 'contacts',
                                                'properties': {'email': 'h@example.org'}})
        self.hub.control('POST', 'hand', {'object': 'contacts', 'id': new['id'],
                                          'archive': True})
        self.refused(404, 'GET', f'{CONTACTS}/{new["id"]}')

    def test_reset(self):
        before = self.hub.rows('records/companies')
        made = self.company()
        self.hub.faults({'fault': 'locked'})
        self.hub.control('POST', 'reset')
        self.assertEqual(self.hub.rows('records/companies'), before)
        self.assertEqual((self.effects(), self.hub.control('GET', 'log'),
                          self.hub.control('GET', 'faults')), ([], [], []))
        self.assertEqual(self.company(), made)


if __name__ == '__main__':
    unittest.main()
