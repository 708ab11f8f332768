"""Types of associations between the objects, as a table."""

from .errors import bad_json, invalid

DEFINED, USER = 'HUBSPOT_DEFINED', 'USER_DEFINED'

# from, to, type there, type back, category, label there, label back, name there, name back
_ROWS = (
    ('contacts', 'companies', 279, 280, DEFINED, None, None,
     'contact_to_company_unlabeled', 'company_to_contact_unlabeled'),
    ('contacts', 'companies', 1, 2, DEFINED, 'Primary', 'Primary',
     'contact_to_company', 'company_to_contact'),
    ('contacts', 'companies', 31, 32, USER, 'Billing contact', 'Billing contact',
     'billing_contact', 'billing_contact'),
    ('contacts', 'contacts', 449, 449, DEFINED, None, None,
     'contact_to_contact', 'contact_to_contact'),
    ('companies', 'companies', 450, 450, DEFINED, None, None,
     'company_to_company', 'company_to_company'),
    ('companies', 'companies', 13, 14, DEFINED, 'Child Company', 'Parent Company',
     'parent_to_child_company', 'child_to_parent_company'),
    ('tasks', 'contacts', 204, 203, DEFINED, None, None, 'task_to_contact', 'contact_to_task'),
    ('tasks', 'companies', 192, 191, DEFINED, None, None, 'task_to_company', 'company_to_task'),
)
PRIMARY = 1                 # contact -> company; a contact has at most one

INVERSE, LABEL, CATEGORY, NAME, DEFAULT, BETWEEN = {}, {}, {}, {}, {}, {}
for _from, _to, _there, _back, _category, *_words in _ROWS:
    for _a, _b, _type, _other, _label, _name in (
            (_from, _to, _there, _back, _words[0], _words[2]),
            (_to, _from, _back, _there, _words[1], _words[3])):
        INVERSE[_type], LABEL[_type], NAME[_type] = _other, _label, _name
        CATEGORY[_type] = _category
        BETWEEN.setdefault((_a, _b), [])
        if _type not in BETWEEN[_a, _b]:
            BETWEEN[_a, _b].append(_type)
        if _label is None:
            DEFAULT[_a, _b] = _type


def default_type(kind, to_kind):
    if (kind, to_kind) not in DEFAULT:
        raise invalid(f'{kind} cannot be associated with {to_kind}')
    return DEFAULT[kind, to_kind]


def checked_types(kind, to_kind, specs):
    """The type ids that a list of specifications names."""
    if not isinstance(specs, list):
        raise bad_json('association types are a list')
    if not specs:
        raise invalid('At least one association type is required')
    found = []
    for spec in specs:
        if (not isinstance(spec, dict)
                or set(spec) != {'associationCategory', 'associationTypeId'}):
            raise bad_json('an association type has associationCategory and associationTypeId')
        type_id = spec['associationTypeId']
        if (type(type_id) is not int or type_id not in BETWEEN.get((kind, to_kind), ())
                or CATEGORY[type_id] != spec['associationCategory']):
            raise invalid(f'{spec["associationCategory"]} association type {type_id} is not '
                          f'valid between {kind} and {to_kind}')
        found.append(type_id)
    return found


def shown_type(type_id):
    return {'category': CATEGORY[type_id], 'typeId': type_id, 'label': LABEL[type_id]}
