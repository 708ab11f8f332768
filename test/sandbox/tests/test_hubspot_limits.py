"""Tokens and limits of the HubSpot stand-in, by its own clock."""

import unittest
from urllib.parse import urlencode

from hubspot_support import COMPANIES, CONTACTS, Case

DETAILS = '/account-info/v3/details'


class Tokens(Case):
    def test_who_may(self):
        self.call('GET', COMPANIES, token='read_only_token')
        answer = self.refused(403, 'POST', COMPANIES, {'properties': {'name': 'x'}},
                              token='read_only_token')
        self.assertEqual((answer['category'], answer['errors'][0]['context']), (
            'MISSING_SCOPES', {'requiredGranularScopes': ['crm.objects.companies.write']}))
        for path, body, scope in (
                ('/crm/v3/objects/tasks/batch/create', {'inputs': []},
                 'crm.objects.contacts.write'),
                ('/crm/v3/properties/contacts', {}, 'crm.schemas.contacts.write')):
            answer = self.refused(403, 'POST', path, body, token='read_only_token')
            self.assertEqual(answer['errors'][0]['context']['requiredGranularScopes'], [scope])
        self.assertEqual(self.effects(), [])

    def test_who_may_not(self):
        for token, headers in (('revoked_token', {}), (None, {}), ('pat-na1-unknown', {}),
                               (None, {'Authorization': 'Basic eDp5'}),
                               (None, {'hapikey': 'x'})):
            answer = self.refused(401, 'GET', DETAILS, token=token, headers=headers)
            self.assertEqual(answer['category'], 'INVALID_AUTHENTICATION')
        answer = self.refused(401, 'GET', DETAILS, token='expired_token')
        self.assertEqual((answer['category'], answer['message']), (
            'EXPIRED_AUTHENTICATION',
            'The OAuth token used to make this call expired 60 second(s) ago.'))
        self.assertEqual([entry['key'] for entry in self.hub.control('GET', 'log')],
                         ['revoked', None, 'unknown', None, None, 'expired'])

    def test_a_test_can_revoke(self):
        self.hub.control('PUT', 'tokens', {'full': 'revoked'})
        self.refused(401, 'GET', DETAILS)
        self.hub.control('PUT', 'tokens', {'full': 'read_only'})
        self.refused(403, 'POST', COMPANIES, {})
        self.hub.control('PUT', 'tokens', {'full': 'active'})
        self.call('GET', DETAILS)


class OAuth(Case):
    def grant(self, path='/oauth/v1/token', expect=200, **change):
        form = {'grant_type': 'refresh_token', 'client_id': self.hub.ready['client_id'],
                'client_secret': self.hub.ready['client_secret'],
                'refresh_token': self.hub.ready['refresh_token'], **change}
        return self.call('POST', path, urlencode(form), expect=expect, token=None,
                         headers={'Content-Type': 'application/x-www-form-urlencoded'})

    def test_refresh(self):
        answer = self.grant()
        self.assertEqual((answer['expires_in'], answer['token_type'], answer['refresh_token']),
                         (1800, 'bearer', self.hub.ready['refresh_token']))
        self.assertGreater(len(answer['access_token']), 300)
        token = answer['access_token']
        status, headers, _ = self.hub.request('GET', COMPANIES, token=token)
        self.assertEqual((status, headers['X-HubSpot-RateLimit-Max'],
                          headers['X-HubSpot-RateLimit-Daily']), (200, '110', None))
        self.hub.advance(1799)
        self.call('GET', COMPANIES, token=token)
        self.hub.advance(3)
        self.assertIn('expired 2 second(s) ago',
                      self.refused(401, 'GET', COMPANIES, token=token)['message'])
        self.call('GET', COMPANIES, token=self.grant()['access_token'])

    def test_newer_paths_tell_more(self):
        for path in ('/oauth/v3/token', '/oauth/2026-09/token'):
            answer = self.grant(path)
            self.assertEqual((answer['hub_id'], answer['token_use']), (62515, 'access_token'))
            self.assertIn('crm.objects.contacts.write', answer['scopes'])

    def test_rotation_and_life(self):
        self.hub.switches(refresh_rotation='new', token_life='seconds:60')
        answer = self.grant()
        self.assertEqual(answer['expires_in'], 60)
        self.assertNotEqual(answer['refresh_token'], self.hub.ready['refresh_token'])
        self.grant(expect=400)
        self.grant(refresh_token=answer['refresh_token'])

    def test_refusals(self):
        answer = self.grant(refresh_token='x', expect=400)
        self.assertEqual((answer['status'], answer['message']),
                         ('BAD_REFRESH_TOKEN', 'missing or invalid refresh token'))
        for change in ({'client_id': 'x'}, {'client_secret': 'x'}, {'grant_type': 'password'}):
            self.grant(expect=400, **change)
        self.refused(415, 'POST', '/oauth/v1/token?grant_type=refresh_token', {}, token=None)

    def test_the_log_keeps_no_secret(self):
        token = self.grant()['access_token']
        self.call('GET', DETAILS, token=token)
        _, _, log = self.hub.send('GET', '/_sandbox/log')
        for secret in (self.hub.ready['client_secret'], self.hub.ready['refresh_token'], token):
            self.assertNotIn(secret.encode(), log)

    def test_tokens_can_be_made_to_expire(self):
        token = self.grant()['access_token']
        self.hub.control('PUT', 'tokens', {'oauth': 'expired'})
        self.refused(401, 'GET', DETAILS, token=token)


class Limits(Case):
    def ask(self, count, token='token', path=DETAILS, body=None):
        """The statuses of so many requests, and the last one's headers and body."""
        got = [self.hub.request('POST' if body is not None else 'GET', path, body, token=token)
               for _ in range(count)]
        return [status for status, _, _ in got], *got[-1][1:]

    def test_burst(self):
        self.hub.switches(burst_limit='requests:3')
        statuses, headers, _ = self.ask(3)
        self.assertEqual(statuses, [200] * 3)
        self.assertEqual([headers[f'X-HubSpot-RateLimit-{name}'] for name in
                          ('Max', 'Remaining', 'Interval-Milliseconds', 'Daily',
                           'Daily-Remaining', 'Secondly')],
                         ['3', '0', '10000', '650000', '649997', None])
        statuses, headers, body = self.ask(1)
        self.assertEqual((statuses, headers['Retry-After'],
                          headers['X-HubSpot-RateLimit-Remaining']), ([429], None, '0'))
        self.assertEqual((body['errorType'], body['policyName'], body['message']),
                         ('RATE_LIMIT', 'TEN_SECONDLY_ROLLING',
                          'You have reached your ten_secondly_rolling limit.'))
        self.assertNotIn('category', body)
        self.assertEqual(self.ask(1, 'second_token')[0], [200])     # a burst is an app's own
        self.hub.advance(9.999)
        self.assertEqual(self.ask(1)[0], [429])
        self.hub.advance(0.001)
        self.assertEqual(self.ask(1)[0], [200])

    def test_the_window_rolls(self):
        self.hub.switches(burst_limit='requests:2')
        self.ask(1)
        self.hub.advance(6)
        self.ask(1)
        self.hub.advance(4)
        self.assertEqual(self.ask(2)[0], [200, 429])

    def test_refused_requests_may_count(self):
        self.hub.switches(burst_limit='requests:1', refused_counts='yes')
        self.ask(1)
        self.hub.advance(9)
        self.assertEqual(self.ask(1)[0], [429])
        self.hub.advance(9)
        self.assertEqual(self.ask(1)[0], [429])

    def test_retry_after(self):
        self.hub.switches(burst_limit='requests:1', retry_after='seconds')
        self.ask(1)
        self.hub.advance(2.5)
        self.assertEqual(self.ask(1)[1]['Retry-After'], '8')
        self.hub.switches(retry_after='date')
        self.assertTrue(self.ask(1)[1]['Retry-After'].endswith('GMT'))

    def test_day(self):
        self.hub.switches(daily_limit='requests:2', secondly_headers='present',
                          burst_limit='requests:190')
        self.ask(1)
        self.assertEqual(self.ask(1, 'second_token')[0], [200])     # the day is the account's
        statuses, headers, body = self.ask(1)
        self.assertEqual((statuses, body['policyName']), ([429], 'DAILY'))
        self.assertEqual(headers['X-HubSpot-RateLimit-Daily-Remaining'], '0')
        self.assertEqual(headers['X-HubSpot-RateLimit-Secondly'], '19')
        self.hub.control('POST', 'clock', {'set': '2024-03-21T03:59:59Z'})
        self.assertEqual(self.ask(1)[0], [429])
        self.hub.control('POST', 'clock', {'set': '2024-03-21T04:00:00Z'})
        self.assertEqual(self.ask(1)[0], [200])                     # midnight in New York

    def test_search_has_a_limit_of_its_own(self):
        self.hub.switches(search_limit='requests:2', burst_limit='requests:3')
        statuses, headers, _ = self.ask(2, path=COMPANIES + '/search', body={})
        self.assertEqual(statuses, [200, 200])
        self.assertIsNone(headers['X-HubSpot-RateLimit-Max'])
        statuses, headers, body = self.ask(1, 'second_token', CONTACTS + '/search', {})
        self.assertEqual((statuses, body['policyName'], body['message']),
                         ([429], 'SECONDLY', 'You have reached your secondly limit.'))
        self.assertIsNone(headers['X-HubSpot-RateLimit-Max'])
        self.assertEqual(self.ask(3)[0], [200] * 3)                 # outside of the 10 seconds
        self.assertEqual(self.hub.control('GET', 'limits')['day'], 5)
        for setting, told in (('TEN_SECONDLY_ROLLING', 'TEN_SECONDLY_ROLLING'),
                              ('absent', None)):
            self.hub.switches(search_policy=setting)
            body = self.ask(1, path=COMPANIES + '/search', body={})[2]
            self.assertEqual(body.get('policyName'), told)
        self.hub.advance(1)
        self.hub.switches(search_counts_daily='no')
        self.ask(1, path=COMPANIES + '/search', body={})
        self.assertEqual(self.hub.control('GET', 'limits')['day'], 5)

    def test_default_limits(self):
        self.hub.control('DELETE', 'switches')
        self.assertEqual(self.ask(190)[0], [200] * 190)
        self.assertEqual(self.ask(1)[0], [429])
        self.assertEqual(self.ask(6, path=COMPANIES + '/search', body={})[0],
                         [200] * 5 + [429])

    def test_oauth_limit(self):
        self.hub.switches(oauth_burst_limit='none')
        token = OAuth.grant(self)['access_token']
        headers = self.ask(1, token)[1]
        self.assertIsNone(headers['X-HubSpot-RateLimit-Max'])
        self.hub.switches(oauth_burst_limit='requests:1', daily_limit='requests:0')
        self.assertEqual(self.ask(1, token)[0], [429])
        self.hub.advance(10)
        self.assertEqual(self.ask(2, token)[0], [200, 429])         # and no daily limit

    def test_requests_without_a_right_do_not_count(self):
        self.hub.switches(burst_limit='requests:1')
        self.ask(3, 'revoked_token')
        self.assertEqual(self.ask(2)[0], [200, 429])

    def test_fullest_window(self):
        def most(query=''):
            return self.hub.control('GET', 'window' + query)['most']
        for seconds in (0, 6, 3, 3):
            self.hub.advance(seconds)
            self.ask(2)
        self.assertEqual(most(), 6)                                 # 0, 6 and 9, or 6, 9 and 12
        self.assertEqual((most('?ms=3000'), most('?ms=3001'), most('?ms=13000')), (2, 4, 8))
        self.assertEqual((most('?key=second'), most('?operation=account_details')), (0, 6))
        self.assertEqual(most('?not_operation=account_details'), 0)
        self.assertEqual(most('?by=real&ms=600000'), 8)
        self.hub.switches(burst_limit='requests:1')
        self.ask(1)
        self.assertEqual((most('?ms=13000'), most('?ms=13000&refused=no')), (9, 8))


if __name__ == '__main__':
    unittest.main()
