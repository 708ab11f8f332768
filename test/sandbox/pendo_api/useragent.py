"""A small reading of user-agent strings."""

import re

BROWSERS = (('Edge', r'Edg/([\d.]+)'), ('Firefox', r'Firefox/([\d.]+)'),
            ('Chrome', r'Chrome/([\d.]+)'), ('Safari', r'Version/([\d.]+).*Safari/'),
            ('curl', r'curl/([\d.]+)'))
SYSTEMS = (('iOS', r'iPhone|iPad'), ('Android', r'Android'), ('Windows', r'Windows'),
           ('Mac OS X', r'Mac OS X|Macintosh'), ('Linux', r'Linux'))


def parse_user_agent(text):
    name = version = system = ''
    for candidate, pattern in BROWSERS:
        match = re.search(pattern, text)
        if match:
            name, version = candidate, match.group(1)
            break
    for candidate, pattern in SYSTEMS:
        if re.search(pattern, text):
            system = candidate
            break
    mobile = system in ('iOS', 'Android')
    return {'name': name, 'version': version, 'os': system,
            'deviceType': 'mobile' if mobile else 'desktop' if name else 'unknown'}
