"""Raw material: odd strings, names, user agents, places."""

ODD_IDS = (
    'say "hi"', 'back\\slash', 'a/b/c', 'user@example.org', 'user+tag@example.org',
    'Ünïcödé-Größe', '日本語の利用者', 'smile-😀-astral', 'with blank', ' leading',
    'trailing ', 'percent%41', 'plus+plus', 'q?x=1&y=2', 'hash#tag', "o'brien",
    '`backquote`', '$dollar', '{brace}', '[bracket]', 'semi;colon', 'comma,comma',
    '<b>bold</b>', 'tab\there', 'CaseTwin', 'casetwin', 'CASETWIN', '0', '00', '-1',
    '9007199254740993', 'null', 'true', 'NaN', 'e\u0301-combining', '\u00e9-combining',
    '%s%n', '\\"', '\\u0041', 'x' * 400, '_PENDO_X_not_anonymous', 'b64_bm90', '..',
    'a\u2028b', 'مرحبا', 'nb\u00a0sp', "'; DROP TABLE visitor; --", 'line\nbreak',
)
ODD_ACCOUNTS = (
    'acme', 'ACME', 'Acme "North" Ltd', 'back\\slash Inc', 'a/b GmbH', 'müller & söhne',
    '株式会社', '🚀 rockets', 'x' * 300, "o'neil", '42', ' padded ', 'null',
)
ODD_TEXTS = (
    'plain', '', ' ', 'with "quotes"', 'back\\slash', 'line\nbreak\ttab', 'café',
    '日本語', '😀👍🏽', '<script>alert(1)</script>', 'a & b', "it's", '%d %s', '\\N',
    'null', 'NULL', '{"json": true}', '[1,2]', 'x' * 2000, '\u202ertl', 'e\u0301',
    '\u0001control', '1e5', '007', 'TRUE', '2024-02-30', 'semi;colon', 'a,b',
)
FIRST_NAMES = ('Ada', 'Björn', 'Chloé', 'Dmitri', 'Élodie', 'Fatima', 'Grace', 'Hiroshi',
               'Ivan', "Jo'", 'Kira', 'Łukasz', 'María', 'Nils', 'Olga', 'Paul')
LAST_NAMES = ('Lovelace', 'Ångström', 'van der Berg', "O'Neil", 'Ng', 'Smith-Jones',
              'Müller', 'Sato', 'Öztürk', 'García', 'Ivanova', 'Lee', '"Q" Public')
ROLES = ('admin', 'user', 'viewer', 'Admin', 'power user')
LANGUAGES = ('en', 'en-US', 'de', 'fr', 'ja', 'pt-BR', 'zh-Hans')
PLANS = ('free', 'pro', 'enterprise', 'Enterprise', 'trial', '')
COLORS = ('gray', 'blue', 'green', 'orange', 'gold', 'violet', '.groupColor01')
USER_AGENTS = (
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) '
    'Chrome/124.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like '
    'Gecko) Version/17.4 Safari/605.1.15',
    'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, '
    'like Gecko) Version/17.4 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) '
    'Chrome/124.0.0.0 Mobile Safari/537.36',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) '
    'Chrome/124.0.0.0 Safari/537.36 Edg/124.0.0.0',
    'curl/8.5.0', 'Weird "agent" \\ 日本 <x>',
)
BROWSERS = (('Chrome', '124.0.0', 'Windows'), ('Safari', '17.4.0', 'Mac OS X'),
            ('Firefox', '125.0.0', 'Linux'), ('Mobile Safari', '17.4.0', 'iOS'),
            ('Chrome', '124.0.0', 'Android'), ('Edge', '124.0.0', 'Windows'),
            ('curl', '8.5.0', ''), ('', '', ''))
SERVERS = ('shop.example', 'admin.shop.example', 'localhost:8080', 'eu.shop.example')
PLACES = (('US', 'NY', 40.7128, -74.006), ('DE', 'BE', 52.52, 13.405),
          ('JP', '13', 35.6895, 139.6917), ('BR', 'SP', -23.5505, -46.6333),
          ('GB', 'ENG', 51.5072, -0.1276), ('AU', 'NSW', -33.8688, 151.2093),
          ('', '', 0.0, 0.0), None)
PAGE_NAMES = ('Dashboard', 'Settings', 'Checkout', 'Search results', 'Übersicht',
              'Profile "me"', 'Reports / monthly', 'Billing\\old', '検索', 'Home 🏠',
              'Import', 'Export', 'Users', 'Teams')
FEATURE_NAMES = ('Save button', 'Delete', 'Export CSV', 'Search box', 'Add "item"',
                 'Größe ändern', 'Menü', 'Upload 📎', 'Undo', 'Redo', 'Share / link',
                 'Filter', 'Sort', 'Back\\forward', 'Help', 'Invite', 'Print')
TRACK_NAMES = ('order placed', 'login', 'Report Exported', 'sync.failed', 'Größe-geändert',
               'quote"d', 'a/b', 'job finished ✅')
GUIDE_NAMES = ('Welcome tour', 'New editor', 'NPS survey', 'What is new?', 'Beta "program"',
               'Umfrage', 'Feature poll', 'Maintenance notice', 'Upgrade now', 'ヘルプ')
GROUP_NAMES = ('Billing', 'Onboarding', 'Admin / users', 'Reporting', 'Größe', 'Core "X"',
               'Search', 'Mobile', 'Labs 🧪', 'Legacy', 'Import & export', 'API',
               'Notifications', 'Teams', 'Security')
