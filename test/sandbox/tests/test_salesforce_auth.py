"""Tokens, sessions, versions, limits."""

import base64
import gzip
import hashlib
import hmac
import json
import threading
import unittest

from salesforce_support import FORM, ROOT, Case, Salesforce, eventually


class Tokens(Case):
    def setUp(self):
        super().setUp()
        self.standin.forget_token()
        self.ready = self.standin.ready

    def refusal(self, answer, status=400):
        self.assertEqual(answer[0], status)
        self.assertEqual(set(answer[1]), {'error', 'error_description'})
        return answer[1]['error'], answer[1]['error_description']

    def test_client_credentials(self):
        status, body = self.standin.grant()
        self.assertEqual(status, 200)
        self.assertNotIn('expires_in', body)
        self.assertNotIn('refresh_token', body)
        self.assertEqual(body['instance_url'], self.ready['url'])
        self.assertEqual(body['id'], 'https://login.salesforce.com/id/'
                         f'{self.ready["org_id"]}/{self.ready["user_id"]}')
        self.assertEqual((body['token_type'], body['issued_at']), ('Bearer', '1710948896000'))
        self.assertTrue(body['access_token'].startswith(self.ready['org_id'][:15] + '!'))
        signed = hmac.new(self.ready['client_secret'].encode(),
                          (body['id'] + body['issued_at']).encode(), hashlib.sha256)
        self.assertEqual(base64.b64decode(body['signature']), signed.digest())

    def test_basic_authorization(self):
        pair = f'{self.ready["client_id"]}:{self.ready["client_secret"]}'
        for secret, status in ((pair, 200), (pair + 'x', 400)):
            head = {**FORM, 'Authorization': 'Basic ' + base64.b64encode(secret.encode()).decode()}
            self.assertEqual(self.standin.send('POST', '/services/oauth2/token',
                                               'grant_type=client_credentials', head)[0], status)

    def test_wrong_clients(self):
        for switch, status in (('400', 400), ('401', 401)):
            self.standin.switches(client_error_status=switch)
            self.assertEqual(self.refusal(self.standin.grant(client_id='x'), status),
                             ('invalid_client_id', 'client identifier invalid'))
            for secret in ('x', None):
                self.assertEqual(
                    self.refusal(self.standin.grant(client_secret=secret), status),
                    ('invalid_client', 'invalid client credentials'))
        self.standin.switches(client_error_status='401')

    def test_other_grants(self):
        for grant in ('password', 'urn:ietf:params:oauth:grant-type:jwt-bearer', '', None):
            self.assertEqual(self.refusal(self.standin.grant(grant_type=grant)),
                             ('unsupported_grant_type', 'grant type not supported'))

    def test_only_forms(self):
        for method, head in (('POST', {'Content-Type': 'application/json'}), ('GET', FORM)):
            status, _, body = self.standin.send(method, '/services/oauth2/token', '{}', head)
            self.assertEqual((status, json.loads(body)['error']), (400, 'invalid_request'))

    def test_my_domain(self):
        self.standin.switches(my_domain='no')
        self.assertEqual(self.refusal(self.standin.grant())[0], 'unsupported_grant_type')
        self.assertEqual(self.standin.refresh()[0], 200)

    def test_what_stands_against_a_login(self):
        for values, error in (
                ({'run_as_user': 'unset'}, ('invalid_grant', 'no client credentials user enabled')),
                ({'login': 'not_approved'}, ('invalid_grant',
                                             "user hasn't approved this consumer")),
                ({'login': 'not_admin_approved'},
                 ('invalid_app_access', 'user is not admin approved to access this app')),
                ({'login': 'authentication_failure'}, ('invalid_grant', 'authentication failure')),
                ({'login': 'inactive_user'}, ('invalid_grant', 'inactive user')),
                ({'login': 'locked'}, ('invalid_grant', 'user is locked')),
                ({'login': 'inactive_organization'}, ('invalid_grant', 'inactive organization')),
                ({'login': 'expired_code'}, ('invalid_grant', 'expired authorization code'))):
            with self.subTest(**values):
                self.standin.control('DELETE', 'switches')
                self.standin.switches(**values)
                self.assertEqual(self.refusal(self.standin.grant()), error)

    def test_refresh(self):
        status, body = self.standin.refresh()
        self.assertEqual(status, 200)
        self.assertNotIn('refresh_token', body)
        self.assertEqual(self.refusal(self.standin.refresh(refresh_token='x')),
                         ('invalid_grant', 'expired access/refresh token'))
        self.assertEqual(self.standin.refresh()[0], 200)

    def concurrent(self):
        """Answers to two refreshes of which the second begins while the first runs."""
        answers = []
        first = threading.Thread(target=lambda: answers.append(self.standin.refresh()))
        first.start()
        eventually(lambda: any(one['source'] == 'token'
                               for one in self.standin.control('GET', 'log')))
        second = self.standin.refresh()
        first.join()
        self.standin.control('DELETE', 'log')
        return answers[0], second

    def test_concurrent_refresh(self):
        self.standin.switches(token_seconds='seconds:1')
        for value, error in (('being_processed', 'token request is already being processed'),
                             ('expired_code', 'expired authorization code')):
            self.standin.switches(concurrent_refresh=value)
            first, second = self.concurrent()
            self.assertEqual(first[0], 200)
            self.assertEqual(self.refusal(second), ('invalid_grant', error))
        self.standin.switches(concurrent_refresh='allowed')
        self.assertEqual([status for status, _ in self.concurrent()], [200, 200])
        self.standin.switches(concurrent_refresh='expired_code', token_seconds='none')
        self.assertEqual(self.standin.refresh()[0], 200)

    def test_members(self):
        self.standin.switches(token_members='few', token_form='jwt',
                              instance_url='url:https://other.example')
        body = self.standin.grant()[1]
        self.assertEqual(set(body) & {'issued_at', 'signature'}, set())
        self.assertEqual(body['instance_url'], 'https://other.example')
        self.assertGreater(len(body['access_token']), 3000)
        self.assertEqual(body['access_token'].count('.'), 2)
        self.assertEqual(self.api('GET', 'limits', headers={
            'Authorization': f'Bearer {body["access_token"]}'})[0], 200)

    def test_token_reuse(self):
        self.assertNotEqual(self.standin.grant()[1]['access_token'],
                            self.standin.grant()[1]['access_token'])
        self.standin.switches(token_reuse='same')
        first = self.standin.grant()[1]['access_token']
        self.assertEqual(self.standin.grant()[1]['access_token'], first)
        self.standin.control('DELETE', 'sessions')
        self.assertNotEqual(self.standin.grant()[1]['access_token'], first)

    def test_revoke_introspect_userinfo(self):
        token = self.standin.grant()[1]['access_token']
        bearer = {'Authorization': f'Bearer {token}'}
        client = f'client_id={self.ready["client_id"]}&client_secret={self.ready["client_secret"]}'

        def introspect():
            return json.loads(self.standin.send('POST', '/services/oauth2/introspect',
                                                f'token={token}&{client}', FORM)[2])
        self.assertEqual((introspect()['active'], introspect()['exp']),
                         (True, 1710948896 + 7200))
        info = self.standin.send('GET', '/services/oauth2/userinfo', headers=bearer)
        self.assertEqual(json.loads(info[2])['user_id'], self.ready['user_id'])
        revoke = self.standin.send('POST', '/services/oauth2/revoke', f'token={token}', FORM)
        self.assertEqual(revoke[0], 200)
        self.assertEqual(introspect(), {'active': False})
        self.assertEqual(self.standin.send('GET', '/services/oauth2/userinfo',
                                           headers=bearer)[0], 403)
        self.assertEqual(self.standin.send('POST', '/services/oauth2/revoke', 'token=x',
                                           FORM)[0], 400)

    def test_no_secret_is_logged(self):
        self.standin.grant()
        self.standin.refresh()
        self.api('GET', 'limits')
        text = json.dumps(self.standin.control('GET', 'log'))
        for secret in (self.ready['client_secret'], self.ready['refresh_token'],
                       self.standin.token):
            self.assertNotIn(secret, text)


class Rotation(unittest.TestCase):
    def test_a_refresh_token_works_once(self):
        with Salesforce('--switch', 'refresh_rotation=yes') as standin:
            standin.switches(refresh_rotation='yes')
            fresh = standin.refresh()[1]['refresh_token']
            self.assertEqual(standin.refresh()[0], 400)
            self.assertEqual(standin.refresh(refresh_token=fresh)[0], 200)


class Sessions(Case):
    def setUp(self):
        super().setUp()
        self.standin.forget_token()

    def get(self, header):
        headers = {} if header is None else {'Authorization': header}
        status, _, body = self.standin.send('GET', f'{ROOT}/limits', headers=headers)
        return status, json.loads(body)

    def test_headers(self):
        for header, code in ((None, 'INVALID_SESSION_ID'), ('Bearer x', 'INVALID_SESSION_ID'),
                             ('Bearer', 'INVALID_AUTH_HEADER'), ('Bearer a b',
                                                                 'INVALID_AUTH_HEADER'),
                             (self.standin.token, 'INVALID_AUTH_HEADER'),
                             ('Basic eDp5', 'INVALID_AUTH_HEADER')):
            self.refused(self.get(header), 401, code)
        self.assertEqual(self.get(f'Bearer {self.standin.token}')[0], 200)
        self.assertEqual([one['key'] for one in self.standin.control('GET', 'log')
                          if one['source'] == 'limits'],
                         [None, 'unknown', 'unknown', 'unknown', 'unknown', 'client',
                          'session'])

    def test_expiry_is_pushed_forward(self):
        bearer = f'Bearer {self.standin.token}'
        for minutes, status in ((119, 200), (119, 200), (120, 401), (0, 401)):
            self.standin.control('POST', 'clock', {'advance_seconds': minutes * 60})
            self.assertEqual(self.get(bearer)[0], status)

    def test_timeout(self):
        self.standin.switches(session_timeout='minutes:15')
        bearer = f'Bearer {self.standin.token}'
        self.standin.control('POST', 'clock', {'advance_seconds': 15 * 60})
        error = self.refused(self.get(bearer), 401, 'INVALID_SESSION_ID')
        self.assertEqual(error, {'message': 'Session expired or invalid',
                                 'errorCode': 'INVALID_SESSION_ID'})

    def test_expire_all(self):
        bearer = f'Bearer {self.standin.token}'
        self.assertGreater(self.standin.control('DELETE', 'sessions')['ended'], 0)
        self.assertEqual(self.standin.control('GET', 'sessions')['alive'], 0)
        self.assertEqual(self.get(bearer)[0], 401)

    def test_a_refused_session_counts_nothing(self):
        used = self.standin.control('GET', 'usage')['used']
        self.get('Bearer x')
        self.assertEqual(self.standin.control('GET', 'usage')['used'], used)


class Basics(Case):
    def test_versions(self):
        status, headers, body = self.standin.send('GET', '/services/data')
        versions = json.loads(body)
        self.assertEqual((status, headers['Sforce-Limit-Info']), (200, None))
        self.assertEqual(versions[-2:], [
            {'label': "Summer '26", 'url': '/services/data/v67.0', 'version': '67.0'},
            {'label': "Winter '27", 'url': '/services/data/v68.0', 'version': '68.0'}])
        self.assertEqual(versions[0]['version'], '31.0')
        for version, status in (('v30.0', 410), ('v7.0', 410), ('v6.0', 404), ('v69.0', 404),
                                ('68.0', 404), ('v68', 404), ('v31.0', 200)):
            self.assertEqual(self.api('GET', f'/services/data/{version}/limits')[0], status,
                             version)

    def test_paths_and_methods(self):
        self.refused(self.api('GET', 'nope'), 404, 'NOT_FOUND')
        self.refused(self.api('GET', 'sobjects/Nope/describe'), 404, 'NOT_FOUND')
        self.refused(self.api('DELETE', 'limits'), 405, 'METHOD_NOT_ALLOWED')
        self.refused(self.api('GET', '/services/apexrest/x'), 404, 'NOT_FOUND')
        self.assertIn('composite', self.api('GET', '')[1])
        self.standin.switches(unknown_object='INVALID_TYPE')
        self.refused(self.api('GET', 'sobjects/Nope/describe'), 404, 'INVALID_TYPE')

    def test_bodies(self):
        def post(body, **headers):
            return self.api('POST', 'sobjects/Account', body, headers)
        self.refused(post('{"Name":"A"}', **{'Content-Type': 'text/plain'}), 415,
                     'UNSUPPORTED_MEDIA_TYPE')
        for body in ('{"Name":', '[]', '', '{"Name":NaN}', '{"Name":"a","Name":"b"}',
                     b'{"Name":"\xff"}', '[' * 30_000):
            self.refused(post(body), 400, 'JSON_PARSER_ERROR')
        gz = gzip.compress(b'{"Name":"zipped"}')
        status, body = post(gz, **{'Content-Encoding': 'gzip'})
        self.assertEqual((status, self.field(body['id'], 'Name')), (201, 'zipped'))
        for bad in (gz[:-9], b'{"Name":"A"}'):
            self.refused(post(bad, **{'Content-Encoding': 'gzip'}), 400, 'JSON_PARSER_ERROR')

    def test_gzip(self):
        def read():
            return self.standin.send('GET', f'{ROOT}/sobjects', headers={
                'Authorization': f'Bearer {self.standin.token}', 'Accept-Encoding': 'gzip'})
        status, headers, body = read()
        self.assertEqual((status, headers['Content-Encoding']), (200, 'gzip'))
        self.assertEqual(json.loads(gzip.decompress(body))['maxBatchSize'], 200)
        self.standin.switches(gzip='never')
        self.assertEqual(json.loads(read()[2])['maxBatchSize'], 200)

    def test_framing(self):
        path = '/_sandbox/records/Account'
        self.standin.switches(chunked='no')
        self.assertIsNotNone(self.standin.send('GET', path)[1]['Content-Length'])

    def test_limit_info(self):
        def info():
            return self.standin.full('GET', 'limits')[1]['Sforce-Limit-Info']
        self.standin.control('PUT', 'usage', {'used': 10017})
        self.assertEqual(info(), 'api-usage=10018/100000')
        self.standin.switches(limit_info='per_app')
        self.assertEqual(info(), 'api-usage=10019/100000; '
                         'per-app-api-usage=10019/250000(appName=pendo)')
        self.standin.switches(limit_info='absent')
        self.assertIsNone(info())
        self.standin.switches(limit_info='org')
        error = self.standin.full('GET', 'nope')
        self.assertEqual((error[0], error[1]['Sforce-Limit-Info']),
                         (404, 'api-usage=10021/100000'))

    def test_daily_limit(self):
        self.standin.switches(daily_limit='requests:3')
        self.standin.control('PUT', 'usage', {'used': 1})
        self.assertEqual(self.api('GET', 'limits')[1]['DailyApiRequests'],
                         {'Max': 3, 'Remaining': 1})
        self.assertEqual(self.api('GET', 'limits')[0], 200)
        for _ in range(2):
            error = self.refused(self.api('GET', 'limits'), 403, 'REQUEST_LIMIT_EXCEEDED')
            self.assertEqual(error['message'], 'TotalRequests Limit exceeded.')
        self.standin.control('POST', 'clock', {'advance_seconds': 86_399})
        self.standin.forget_token()
        self.assertEqual(self.api('GET', 'limits')[0], 403)
        self.standin.control('POST', 'clock', {'advance_seconds': 2})
        self.assertEqual(self.api('GET', 'limits')[0], 200)

    def test_concurrent_limit(self):
        self.standin.switches(concurrent_limit='requests:1', long_after='seconds:0')
        self.standin.faults({'match': {'source': 'describe_global'}, 'fault': 'slow_after',
                             'args': {'seconds': 1}})
        answers = []
        slow = threading.Thread(target=lambda: answers.append(self.api('GET', 'sobjects')[0]))
        slow.start()
        eventually(lambda: self.standin.control('GET', 'faults')[0]['fired'])
        error = self.refused(self.api('GET', 'limits'), 403, 'REQUEST_LIMIT_EXCEEDED')
        self.assertTrue(error['message'].startswith('ConcurrentRequests'))
        self.standin.switches(long_after='seconds:20')
        self.assertEqual(self.api('GET', 'limits')[0], 200)
        slow.join()
        self.assertEqual(answers, [200])

    def test_organization(self):
        for value, shown in (('yes', True), ('no', False)):
            self.standin.switches(is_sandbox=value)
            self.assertEqual(
                [(row['Id'], row['IsSandbox']) for row in
                 self.rows('SELECT Id, IsSandbox FROM Organization')],
                [(self.standin.ready['org_id'], shown)])
        self.standin.switches(is_sandbox='no')


if __name__ == '__main__':
    unittest.main()
