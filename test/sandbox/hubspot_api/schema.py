"""The account's objects and their properties, as tables."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ObjectType:
    name: str               # in paths
    type_id: str
    singular: str
    modified: str           # the date-modified property
    created: str
    defaults: tuple         # returned when nobody asks for others
    needs: tuple            # one of these on create
    scope: str              # crm.objects.<scope>.read and .write
    searched: tuple         # by a search's query

    @property
    def label(self):
        return self.singular.capitalize()


OBJECTS = {row.name: row for row in (
    ObjectType('companies', '0-2', 'company', 'hs_lastmodifieddate', 'createdate',
               ('domain', 'name'), ('name', 'domain'), 'companies',
               ('name', 'domain', 'phone', 'website')),
    ObjectType('contacts', '0-1', 'contact', 'lastmodifieddate', 'createdate',
               ('email', 'firstname', 'lastname'), ('email', 'firstname', 'lastname'),
               'contacts', ('firstname', 'lastname', 'email', 'phone', 'company')),
    ObjectType('tasks', '0-27', 'task', 'hs_lastmodifieddate', 'hs_createdate',
               ('hs_timestamp',), ('hs_timestamp',), 'contacts',
               ('hs_task_subject', 'hs_task_body')),
)}
BY_TYPE_ID = {row.type_id: row for row in OBJECTS.values()}


def find_object(text):
    """By plural name or type id, or None."""
    return OBJECTS.get(text) or BY_TYPE_ID.get(text)


LIFECYCLE = ('subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead',
             'opportunity', 'customer', 'evangelist', 'other', '98765432')
LEAD_STATUS = ('NEW', 'OPEN', 'IN_PROGRESS', 'OPEN_DEAL', 'UNQUALIFIED', 'CONNECTED')
INDUSTRY = ('COMPUTER_SOFTWARE', 'BANKING', 'HOSPITAL_HEALTH_CARE', 'RETAIL', 'FOOD_BEVERAGES')
BOOLEAN = ('true', 'false')

# name, type, fieldType, flags, options
# flags: r read only, u unique, c of the account's own making, o another system's values
_COMMON = (
    ('hs_object_id', 'number', 'number', 'r', ()),
    ('hubspot_owner_id', 'enumeration', 'select', 'o', ()),
    ('hs_object_source', 'string', 'text', 'r', ()),
    ('hs_updated_by_user_id', 'number', 'number', 'r', ()),
)
_CUSTOM = (
    ('external_id', 'string', 'text', 'uc', ()),
    ('health_score', 'number', 'number', 'c', ()),
    ('renewal_date', 'date', 'date', 'c', ()),
    ('last_sync', 'datetime', 'date', 'c', ()),
    ('plan', 'enumeration', 'select', 'c', ('free', 'team', 'enterprise')),
    ('products', 'enumeration', 'checkbox', 'c', ('web', 'mobile', 'api', 'Analytics')),
    ('is_key_account', 'bool', 'booleancheckbox', 'c', BOOLEAN),
    ('notes_internal', 'string', 'textarea', 'c', ()),
)
PROPERTIES = {
    'companies': _COMMON + (
        ('createdate', 'datetime', 'date', 'r', ()),
        ('hs_lastmodifieddate', 'datetime', 'date', 'r', ()),
        ('name', 'string', 'text', '', ()),
        ('domain', 'string', 'text', '', ()),
        ('website', 'string', 'text', '', ()),
        ('phone', 'phone_number', 'phonenumber', '', ()),
        ('description', 'string', 'textarea', '', ()),
        ('city', 'string', 'text', '', ()),
        ('country', 'string', 'text', '', ()),
        ('industry', 'enumeration', 'select', '', INDUSTRY),
        ('lifecyclestage', 'enumeration', 'radio', '', LIFECYCLE),
        ('numberofemployees', 'number', 'number', '', ()),
        ('annualrevenue', 'number', 'number', '', ()),
        ('num_associated_contacts', 'number', 'number', 'r', ()),
    ) + _CUSTOM,
    'contacts': _COMMON + (
        ('createdate', 'datetime', 'date', 'r', ()),
        ('lastmodifieddate', 'datetime', 'date', 'r', ()),
        ('email', 'string', 'text', 'u', ()),
        ('hs_additional_emails', 'enumeration', 'checkbox', 'ro', ()),
        ('firstname', 'string', 'text', '', ()),
        ('lastname', 'string', 'text', '', ()),
        ('phone', 'phone_number', 'phonenumber', '', ()),
        ('jobtitle', 'string', 'text', '', ()),
        ('company', 'string', 'text', '', ()),
        ('lifecyclestage', 'enumeration', 'radio', '', LIFECYCLE),
        ('hs_lead_status', 'enumeration', 'radio', '', LEAD_STATUS),
    ) + _CUSTOM,
    'tasks': _COMMON + (
        ('hs_createdate', 'datetime', 'date', 'r', ()),
        ('hs_lastmodifieddate', 'datetime', 'date', 'r', ()),
        ('hs_timestamp', 'datetime', 'date', '', ()),
        ('hs_task_subject', 'string', 'text', '', ()),
        ('hs_task_body', 'string', 'html', '', ()),
        ('hs_task_status', 'enumeration', 'select', '',
         ('NOT_STARTED', 'IN_PROGRESS', 'WAITING', 'COMPLETED', 'DEFERRED')),
        ('hs_task_priority', 'enumeration', 'select', '', ('LOW', 'MEDIUM', 'HIGH')),
        ('hs_task_type', 'enumeration', 'select', '', ('TODO', 'CALL', 'EMAIL')),
    ),
}

GROUPS = {
    'companies': ('companyinformation', 'custom_properties'),
    'contacts': ('contactinformation', 'custom_properties'),
    'tasks': ('task', 'custom_properties'),
}

FIELD_TYPES = {         # which fieldType goes with which type
    'string': ('text', 'textarea', 'html', 'file', 'phonenumber', 'calculation_equation'),
    'phone_number': ('phonenumber',),
    'number': ('number', 'calculation_equation'),
    'bool': ('booleancheckbox', 'calculation_equation'),
    'enumeration': ('select', 'radio', 'checkbox', 'booleancheckbox', 'calculation_equation'),
    'date': ('date',),
    'datetime': ('date',),
}
