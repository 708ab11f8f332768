"""Tagged and configured objects: apps, pages, features, guides, segments, ..."""

from . import words as w
from .ids import object_id, poll_id

DAY = 86_400_000
DEFAULT_APP = -323232

APPS = (
    {'id': DEFAULT_APP, 'name': 'acme-web', 'displayName': 'Acme "Web"', 'platform': 'web'},
    {'id': 5123456789012345, 'name': 'acme-admin', 'displayName': 'Admin / Portal',
     'platform': 'web'},
    {'id': 6234567890123456, 'name': 'acme-ios', 'displayName': 'Acme für iOS',
     'platform': 'ios'},
    {'id': 4345678901234567, 'name': 'acme-android', 'platform': 'android'},
    {'id': 7456789012345678, 'name': 'acme-extension', 'displayName': None,
     'platform': 'extension'},
)

POLL_KINDS = ('NPSRating', 'FreeForm', 'PickList', 'NumberScale', 'YesNo')


class Objects:
    """All lists are in a fixed order that is not sorted by anything."""

    def __init__(self, rnd, now):
        self.rnd = rnd
        self.now = now
        self.apps = [dict(app) for app in APPS]
        self.users = [self._user(number) for number in range(5)]
        self.groups = [self._group(number) for number in range(20)]
        self.pages = self._per_app(self._page, 12)
        self.features = self._per_app(self._feature, 16)
        self.track_types = self._per_app(self._track_type, 6)
        self._unique_names(self.track_types)
        self.guides = self._per_app(self._guide, 8)
        self._fill_groups()
        self.segments = [self._segment(number) for number in range(20)]
        self.reports = [self._report(number) for number in range(24)]
        self.voc_items = [self._voc_item(number) for number in range(40)]
        self.votes = [self._vote() for _ in range(120)]

    # -- helpers -----------------------------------------------------------

    def _pick(self, values):
        return values[int(self.rnd.random() * len(values))]

    def _chance(self, share):
        return self.rnd.random() < share

    def _past(self, days=700):
        return self.now - 30 * DAY - int(self.rnd.random() * days * DAY)

    def _per_app(self, make, count):
        return [make(app['id'], number) for number in range(count) for app in self.apps]

    def _unique_names(self, objects):
        seen = set()
        for item in objects:
            while item['name'] in seen:
                item['name'] += ' II'
            seen.add(item['name'])
            item['trackTypeName'] = item['name']

    def _user(self, number):
        user = {'id': f'{5000000000000000 + number}', 'username': f'owner{number}@acme.example',
                'first': w.FIRST_NAMES[number], 'last': w.LAST_NAMES[number],
                'role': number, 'userType': '', 'hasLoggedIn': number != 3}
        if number == 2:
            user['deletedAt'] = self._past()
        if number == 4:
            user['visitorIds'] = ['owner4', 'say "hi"']
        return user

    def _stamped(self, kind, name):
        """The members that every object has."""
        created = self._past()
        updated = min(self.now, created + int(self.rnd.random() * 100 * DAY))
        identifier = object_id(self.rnd)
        return {'id': identifier, 'kind': kind, 'name': name, 'createdAt': created,
                'lastUpdatedAt': updated, 'createdByUser': self._pick(self.users),
                'lastUpdatedByUser': self._pick(self.users), 'rootVersionId': identifier,
                'stableVersionId': f'{identifier}-{updated}'}

    def _name(self, names, number):
        name = names[number % len(names)]
        return name if number < len(names) else f'{name} {number // len(names) + 1}'

    # -- product areas -----------------------------------------------------

    def _group(self, number):
        group = self._stamped('Group', self._name(w.GROUP_NAMES, number))
        group.update(color=self._pick(w.COLORS), type='group', length=0, items=[],
                     feedbackVisibility=self._pick(('visible', 'hidden')))
        if self._chance(0.6):
            group['description'] = self._pick(w.ODD_TEXTS)
        if self._chance(0.3):
            group['feedbackProductId'] = int(self.rnd.random() * 1e6)
        if number % 5 == 4:
            group['type'] = 'guideCategory'
        return group

    def _embedded_group(self):
        group = self._pick(self.groups)
        return {**{k: group[k] for k in ('id', 'name', 'color', 'type', 'createdAt',
                                         'lastUpdatedAt')}, 'length': 0, 'items': None}

    def _fill_groups(self):
        for kind, objects in (('Page', self.pages), ('Feature', self.features),
                              ('TrackType', self.track_types), ('Guide', self.guides)):
            for item in objects:
                group = item.get('group')
                if group:
                    owner = next(g for g in self.groups if g['id'] == group['id'])
                    owner['items'].append({'itemId': item['id'], 'itemType': kind})
        for group in self.groups:
            group['length'] = len(group['items'])

    # -- pages, features, track types --------------------------------------

    def _tagged(self, kind, app_id, name):
        item = self._stamped(kind, name)
        item.update(appId=app_id, color=self._pick(w.COLORS), dirty=self._chance(0.1),
                    isCoreEvent=self._chance(0.3))
        if self._chance(0.8):
            item['validThrough'] = self.now - int(self.rnd.random() * DAY)
        if self._chance(0.7):
            item['group'] = self._embedded_group()
        return item

    def _page(self, app_id, number):
        page = self._tagged('Page', app_id, self._name(w.PAGE_NAMES, number))
        rule = f'//*/p{number}/**'
        page.update(rules=[{'rule': rule, 'designerHint': f'https://shop.example/p{number}',
                            'parsedRule': f'^https?://[^/]*/p{number}/.*$'}],
                    rulesjson='', isAutoTagged=self._chance(0.2),
                    isSuggested=self._chance(0.1), dailyMergeFirst=self._past(),
                    dailyRollupFirst=self._past())
        if self._chance(0.3):
            page['excludeRules'] = None
        if self._chance(0.2):
            page['suggestedName'] = 'Suggested ' + page['name']
        return page

    def _feature(self, app_id, number):
        feature = self._tagged('Feature', app_id, self._name(w.FEATURE_NAMES, number))
        pages = [page['id'] for page in self.pages if page['appId'] == app_id]
        wide = self._chance(0.3)
        feature.update(appWide=wide, elementPathRules=[f'.btn-{number}', f'#f{number} > a'],
                       elementInitialTag='', elementSelectionType='suggested',
                       eventPropertyConfigurations=[])
        if not wide:
            feature['pageId'] = self._pick(pages)
        if self._chance(0.3):
            feature['eventPropertyConfigurations'] = [
                {'name': 'label', 'type': 'string', 'path': 'innerText', 'pattern': '',
                 'rule': '', 'selector': f'.btn-{number}', 'isActive': True}]
        return feature

    def _track_type(self, app_id, number):
        item = self._tagged('TrackType', app_id, self._name(w.TRACK_NAMES, number))
        item.update(trackTypeRules=[item['name']],
                    eventPropertyNameList=['orderId', 'amount', 'odd key'])
        item.pop('isCoreEvent')
        return item

    # -- guides --------------------------------------------------------------

    def _guide(self, app_id, number):
        guide = self._stamped('Guide', self._name(w.GUIDE_NAMES, number))
        state = ('public', 'public', 'public', 'public', 'disabled', 'staged', 'public',
                 'draft')[number % 8]
        polls = self._polls(number)
        steps = [self._step(guide['id'], app_id, rank, polls)
                 for rank in range(1 + number % 3)]
        guide.update(
            appId=app_id, appIds=[app_id], state=state, emailState='', steps=steps,
            polls=polls, launchMethod=self._pick(('auto', 'badge', 'api', 'auto-badge')),
            isMultiStep=len(steps) > 1, isTraining=False, isModule=self._chance(0.1),
            isTopLevel=False, editorType='vds', authoredLanguage='en-US', recurrence=0,
            recurrenceEligibilityWindow=0, publishedEver=state not in ('draft', 'staged'),
            audience=[{'source': {'visitors': None}}, {'identified': 'visitorId'},
                      {'select': {'visitorId': 'visitorId'}}],
            audienceUiHint={'filters': []}, translationStates=None,
            attributes={'type': 'building-block', 'device': {'type': 'desktop'},
                        'priority': number, 'capping': {'maxSessionImpressions': 1}},
            dependentMetadata=['auto.lastvisit'])
        if guide['publishedEver']:
            guide['publishedAt'] = guide['lastUpdatedAt']
        if self._chance(0.4):
            guide['description'] = self._pick(w.ODD_TEXTS)
        if self._chance(0.3):
            guide['showsAfter'] = guide['createdAt']
            guide['expiresAfter'] = self.now + 90 * DAY
        if self._chance(0.3):
            guide['resetAt'] = guide['createdAt'] + DAY
        if self._chance(0.5):
            guide['group'] = self._embedded_group()
        return guide

    def _polls(self, number):
        """Guide 2 of each application is an NPS survey: a rating and a comment."""
        if number % 8 == 2:
            rating, comment = self._poll('NPSRating'), self._poll('FreeForm')
            rating['attributes']['followUp'] = comment['id']
            return [rating, comment]
        if number % 8 == 6:
            return [self._poll(kind) for kind in POLL_KINDS]
        if number % 8 in (1, 3):
            return [self._poll(self._pick(POLL_KINDS[1:]))]
        return []

    def _poll(self, kind):
        poll = {'id': poll_id(self.rnd), 'question': f'{kind}: how "likely", 1 < 2 & why?',
                'attributes': {'type': kind, 'display': 'inline'}}
        if kind == 'NPSRating':
            poll['numericResponses'] = list(range(11))
            poll['attributes'].update(leftLabel='Not likely', rightLabel='Sehr gern ☺')
        elif kind == 'NumberScale':
            poll['numericResponses'] = [1, 2, 3, 4, 5]
        elif kind == 'PickList':
            poll['idResponses'] = {poll_id(self.rnd): text
                                   for text in ('Yes, "always"', 'Sometimes', 'Größer', 'Never')}
        elif kind == 'YesNo':
            poll['idResponses'] = [{'id': 'yes', 'text': 'Yes'}, {'id': 'no', 'text': 'No'}]
        else:
            poll['attributes'].update(maxLength=500, placeholder='Tell us…')
        if self._chance(0.3):
            poll['resetAt'] = self._past()
        return poll

    def _step(self, guide_id, app_id, rank, polls):
        step_id = object_id(self.rnd)
        pages = [page['id'] for page in self.pages if page['appId'] == app_id]
        step = {'id': step_id, 'guideId': guide_id, 'type': self._pick(('lightbox', 'tooltip',
                                                                        'bannerGuide')),
                'name': f'Step {rank + 1}', 'rank': 1_000_000 * (rank + 1),
                'advanceMethod': self._pick(('button', 'programmatic', 'element')),
                'contentType': 'text/html; charset=utf-8',
                'contentUrl': f'https://content.example/guide/{step_id}.html',
                'contentUrlCss': f'https://content.example/guide/{step_id}.css',
                'contentUrlJs': f'https://content.example/guide/{step_id}.js',
                'domUrl': f'https://content.example/guide/{step_id}.dom.json',
                'elementPathRule': '', 'regexUrlRule': '', 'templateId': 'building-block',
                'lastUpdatedAt': self._past(), 'attributes': {'width': 500 + rank},
                'pollIds': [poll['id'] for poll in polls] if rank == 0 else []}
        if self._chance(0.5):
            step['pageId'] = self._pick(pages)
        if self._chance(0.2):
            step['resetAt'] = self._past()
        return step

    # -- segments, reports, feedback ----------------------------------------

    def _segment(self, number):
        segment = self._stamped('Segment', f'Segment {number}: {self._pick(w.PLANS)} "x"')
        role = self._pick(w.ROLES)
        conditions = (f'metadata.agent.role == "{role}"',
                      'metadata.agent.logincount > 500',
                      f'metadata.auto.lastvisit > {self.now - 20 * DAY}')
        segment.update(shared=True, pipeline=[
            {'source': {'visitors': None}}, {'identified': 'visitorId'},
            {'filter': conditions[number % 3]}, {'select': {'visitorId': 'visitorId'}}],
            definition={'filters': [{'kind': 'metadata', 'operator': '=='}]})
        if number % 4 == 3:
            segment['pipeline'] = [
                {'source': {'accounts': None}}, {'filter': 'metadata.agent.seats >= 300'},
                {'select': {'accountId': 'accountId'}}]
        if self._chance(0.3):
            segment['description'] = self._pick(w.ODD_TEXTS)
        return segment

    def _report(self, number):
        report = self._stamped('Report', f'Report {number} / Größe')
        kind = ('visitorList', 'accountList')[number % 2]
        source = 'visitors' if number % 2 == 0 else 'accounts'
        report.update(
            shared=True, share='public', scope='', level='visitor', target='',
            type=('Segment', 'Path', 'Funnel', 'Retention')[number % 4],
            definition={'config': {}, 'generator': kind, 'kind': kind, 'type': 'List',
                        'timeSeries': None},
            aggregation={'pipeline': [{'source': {source: None}}, {'limit': 10}]},
            ownedByUser=self._pick(self.users))
        if self._chance(0.7):
            report['lastRunAt'] = report['lastSuccessRunAt'] = self.now - DAY
            report['lastSuccessRunObj'] = {'count': number}
        return report

    def _voc_item(self, number):
        item = {'id': object_id(self.rnd), 'statusId': self._pick(('new', 'planned', 'shipped')),
                'type': ('feedback', 'idea')[number % 2], 'effort': int(self.rnd.random() * 5),
                'impact': int(self.rnd.random() * 5), 'appId': self._pick(self.apps)['id'],
                'accountId': self._pick(w.ODD_ACCOUNTS), 'onBehalfOfType': 'Visitor',
                'onBehalfOfId': self._pick(w.ODD_IDS), 'title': self._pick(w.ODD_TEXTS[:8]),
                'ownedByUserId': self._pick(self.users)['id'], 'createdAt': self._past()}
        if self._chance(0.2):
            item['effort'] = None
        if self._chance(0.2):
            item.pop('accountId')
        return item

    def _vote(self):
        vote = {'id': object_id(self.rnd), 'vocItemId': self._pick(self.voc_items)['id'],
                'accountId': self._pick(w.ODD_ACCOUNTS), 'onBehalfOfType': 'Visitor',
                'onBehalfOfId': self._pick(w.ODD_IDS),
                'createdById': self._pick(self.users)['id'], 'createdByType': 'User',
                'strength': self._pick((1, 0.5, 2, -1)), 'revoked': self._chance(0.1)}
        if self._chance(0.1):
            vote['strength'] = None
        return vote
