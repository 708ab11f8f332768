"""What else is known of an event: facts derived from its number.

They belong to the data: the executor and the truth tables both show them.
"""

from .ids import id_hash


def event_id(number):
    return f'{number:x}-{number * 2654435761 % 2**32:08x}'


def tab_id(visitor, address):
    return f'tab{id_hash(visitor + address) % 99991}'


def url(event):
    return f'https://{event.server}{event.path}?q={event.number % 7}&x="ü"'


def element_path(event):
    return f'div#main > button.btn-{event.number % 17}'


def place(event):
    """country, region, latitude, longitude, or nothing where unknown."""
    if event.place is None:
        return {}
    country, region, latitude, longitude = event.place
    if not country:
        return {'country': '', 'region': ''}
    return {'country': country, 'region': region, 'latitude': latitude,
            'longitude': longitude}


def recording(event):
    """Every ninth visitor's visit is recorded."""
    code = id_hash(event.visitor)
    if code % 9:
        return {}
    return {'recordingId': f'rec-{code:x}', 'recordingSessionId': f'ses-{code % 4096:x}'}


def guide_details(event):
    """The optional members of guide and poll events."""
    number = event.number
    found = {'language': ('en-US', 'de', 'ja')[number % 3], 'loadTime': number % 900,
             'guideStepPollTypes': [event.poll_type] if event.poll_type else []}
    if event.reason:
        found['guideSeenReason'] = event.reason
    if event.type.endswith('guideAdvanced') and number % 2:
        found['destinationStepId'] = event.step[::-1]
    if number % 5 == 0:
        found['properties'] = {'variant': 'A "x"', 'n': number}
    if number % 29 == 0:
        found['oldVisitorId'] = '_PENDO_T_old' + str(number % 100)
    if not event.poll and number % 3 == 0:
        found.update(
            uiElementId=f'pendo-button-{number % 9}', uiElementType='BUTTON',
            uiElementText='Nächster "Schritt"',
            uiElementActions='[{"action":"advanceGuide","n":%d}]' % (number % 4))
    if number % 13 == 0:
        found['url'] = None
    if number % 31 == 0:
        found['elementPath'] = None
    return found


def is_excluded_answer(event):
    return event.number % 37 == 0
