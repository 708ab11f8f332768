"""guidesSeen and pollsSeen: what each visitor last saw and answered."""

TIMES = {'guideAdvanced': 'lastAdvancedAutoAt', 'guideDismissed': 'lastDismissedAutoAt',
         'guideTimeout': 'lastTimeoutAt', 'guideNotSeen': 'lastNotSeenAt'}
STATES = {'guideSeen': 'active', 'guideAdvanced': 'advanced', 'guideDismissed': 'dismissed',
          'guideTimeout': 'timedOut', 'guideSnoozed': 'snoozed', 'guideActivity': 'active',
          'guideNotSeen': 'notSeen'}


def _events(env):
    """All visible guide and poll events since history began."""
    store = env.store
    for ordinal in store.ordinals(store.zone.day_start(store.first_day), env.now):
        yield from store.visible(store.day(ordinal).guide, env.now, env.lag, env.late)


def guides_seen(env, series):
    """(app, row) per visitor x step whose last view lies in the range."""
    found = {}
    for event in _events(env):
        if event.poll:
            continue
        key = (event.visitor, event.guide, event.step)
        app, row = found.setdefault(key, (event.app, {
            'visitorId': event.visitor, 'guideId': event.guide,
            'guideStepId': event.step, 'seenCount': 0}))
        kind = event.type.rsplit(':', 1)[-1]
        row['lastState'] = STATES[kind]
        if kind == 'guideSeen':
            row['seenCount'] += 1
            row.setdefault('firstSeenAt', event.time)
            row['lastSeenAt'] = event.time
        elif kind in TIMES:
            row[TIMES[kind]] = event.time
    for app, row in found.values():
        if series is None or series.start <= row.get('lastSeenAt', -1) < series.end:
            yield app, row


def polls_seen(env, series):
    """(app, row) per visitor x poll whose last answer lies in the range."""
    found = {}
    for event in _events(env):
        if event.poll:
            found[event.visitor, event.poll] = event
    names = {'both': ('response', 'pollResponse')}.get(
        env.switches['poll_answer'], (env.switches['poll_answer'],))
    for event in found.values():
        if series is None or series.start <= event.time < series.end:
            row = {'visitorId': event.visitor, 'accountId': event.account,
                   'guideId': event.guide, 'pollId': event.poll, 'time': event.time}
            row.update({name: event.response for name in names})
            yield event.app, row
