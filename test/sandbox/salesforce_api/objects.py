"""The objects of this organisation: rows of fields, nothing else."""

from .schema import F, Object, reference

TEXT = 255
NOTE = 32_000

SYSTEM = (
    F('Id', 'id', 18, 'readonly required defaulted'),
    F('IsDeleted', 'boolean', flags='readonly'),
)

AUDIT = (
    F('CreatedDate', 'datetime', flags='readonly required'),
    reference('CreatedById', 'User', 'readonly required'),
    F('LastModifiedDate', 'datetime', flags='readonly required'),
    reference('LastModifiedById', 'User', 'readonly required'),
    F('SystemModstamp', 'datetime', flags='readonly required'),
)

# What an administrator has added to accounts and contacts alike.
CUSTOM = (
    F('Pendo_Key__c', 'string', TEXT, 'external unique case'),
    F('Pendo_Code__c', 'string', 80, 'external unique'),
    F('Legacy_Key__c', 'string', 80, 'external'),
    F('Legacy_Number__c', 'double', flags='external', precision=18),
    F('Pendo_Score__c', 'double', precision=5, scale=2),
    F('Pendo_Events__c', 'double', precision=18),
    F('Pendo_Active__c', 'boolean'),
    F('Pendo_Last_Visit__c', 'datetime'),
    F('Pendo_First_Visit__c', 'date'),
    F('Pendo_Health__c', 'picklist', TEXT, 'restricted', values=('Green', 'Yellow', 'Red')),
    F('Pendo_Tags__c', 'multipicklist', 4099, 'restricted',
      values=('Champion', 'Detractor', 'New', 'Power user')),
    F('Pendo_Segment__c', 'picklist', TEXT, values=('Small', 'Large')),
    F('Pendo_Url__c', 'url', TEXT),
    F('Pendo_Note__c', 'string', 20),
    F('Pendo_Story__c', 'textarea', 131_072),
    F('Pendo_Label__c', 'string', 1300, 'readonly calculated'),
    F('Pendo_Secret__c', 'string', TEXT),
)

ACCOUNT = SYSTEM + (
    reference('MasterRecordId', 'Account', 'readonly'),
    F('Name', 'string', TEXT, 'required'),
    F('Type', 'picklist', TEXT, values=('Prospect', 'Customer', 'Partner', 'Other')),
    reference('ParentId', 'Account'),
    F('BillingStreet', 'textarea', TEXT),
    F('BillingCity', 'string', 40),
    F('BillingCountry', 'string', 80),
    F('Phone', 'phone', 40),
    F('AccountNumber', 'string', 40),
    F('Website', 'url', TEXT),
    F('Industry', 'picklist', TEXT, values=('Banking', 'Education', 'Media', 'Technology')),
    F('AnnualRevenue', 'currency', precision=18),
    F('NumberOfEmployees', 'int', precision=8),
    F('Description', 'textarea', NOTE),
    reference('OwnerId', 'User', 'required defaulted'),
) + AUDIT + CUSTOM

CONTACT = SYSTEM + (
    reference('MasterRecordId', 'Contact', 'readonly'),
    reference('AccountId', 'Account'),
    F('LastName', 'string', 80, 'required'),
    F('FirstName', 'string', 40),
    F('Salutation', 'picklist', 40, values=('Mr.', 'Ms.', 'Dr.', 'Prof.')),
    F('Name', 'string', 121, 'readonly required'),
    F('Phone', 'phone', 40),
    F('MobilePhone', 'phone', 40),
    reference('ReportsToId', 'Contact'),
    F('Email', 'email', 80, 'idlookup'),
    F('Title', 'string', 128),
    F('Department', 'string', 80),
    F('LeadSource', 'picklist', TEXT, values=('Web', 'Phone', 'Partner', 'Other')),
    F('Birthdate', 'date'),
    F('MailingCity', 'string', 40),
    F('MailingCountry', 'string', 80),
    F('Description', 'textarea', NOTE),
    F('HasOptedOutOfEmail', 'boolean'),
    reference('OwnerId', 'User', 'required defaulted'),
) + AUDIT + CUSTOM

TASK = SYSTEM + (
    reference('WhoId', 'Contact'),
    reference('WhatId', 'Account'),
    F('Subject', 'combobox', TEXT, values=('Call', 'Email', 'Other')),
    F('ActivityDate', 'date'),
    F('Status', 'picklist', TEXT, 'required defaulted', default='Not Started',
      values=('Not Started', 'In Progress', 'Completed', 'Waiting on someone else', 'Deferred')),
    F('Priority', 'picklist', TEXT, 'required defaulted', default='Normal',
      values=('High', 'Normal', 'Low')),
    reference('OwnerId', 'User', 'required defaulted'),
    F('Description', 'textarea', NOTE),
    reference('AccountId', 'Account', 'readonly'),
    F('IsClosed', 'boolean', flags='readonly'),
    F('IsArchived', 'boolean', flags='readonly'),
    F('TaskSubtype', 'picklist', 40, 'defaulted restricted createonly', default='Task',
      values=('Task', 'Call', 'Email')),
) + AUDIT + (
    # Custom fields of Activity, seen through Task.
    F('Pendo_Key__c', 'string', TEXT, 'external unique case'),
    F('Legacy_Key__c', 'string', 80, 'external'),
    F('Pendo_Kind__c', 'picklist', TEXT, 'restricted', values=('Poll', 'Guide', 'Alert')),
)

USER = (
    F('Id', 'id', 18, 'readonly required defaulted'),
    F('Username', 'string', 80, 'required idlookup unique'),
    F('LastName', 'string', 80, 'required'),
    F('FirstName', 'string', 40),
    F('Name', 'string', 121, 'readonly required'),
    F('Email', 'email', 128, 'required idlookup'),
    F('Alias', 'string', 8, 'required'),
    F('IsActive', 'boolean'),
    F('UserType', 'picklist', 40, 'readonly', values=('Standard', 'AutomatedProcess')),
    F('Pendo_User_Key__c', 'string', TEXT, 'external unique'),
) + AUDIT

ORGANIZATION = (
    F('Id', 'id', 18, 'readonly required defaulted'),
    F('Name', 'string', 80, 'readonly required'),
    F('InstanceName', 'string', 5, 'readonly'),
    F('IsSandbox', 'boolean', flags='readonly'),
    F('OrganizationType', 'picklist', 40, 'readonly', values=('Developer Edition',)),
) + AUDIT

OBJECTS = {thing.name: thing for thing in (
    Object('Account', '001', 'Accounts', ACCOUNT, children=(
        ('ChildAccounts', 'Account', 'ParentId'), ('Contacts', 'Contact', 'AccountId'),
        ('Tasks', 'Task', 'WhatId'))),
    Object('Contact', '003', 'Contacts', CONTACT, children=(('Tasks', 'Task', 'WhoId'),)),
    Object('Task', '00T', 'Tasks', TASK),
    Object('User', '005', 'Users', USER, writable=False),
    Object('Organization', '00D', 'Organizations', ORGANIZATION, writable=False),
)}

# Hidden from the integration user from the start.
HIDDEN = ('Account.Pendo_Secret__c', 'Contact.Pendo_Secret__c')

_BY_LOWER = {name.lower(): thing for name, thing in OBJECTS.items()}
_BY_PREFIX = {thing.prefix: thing for thing in OBJECTS.values()}


def find_object(name):
    return _BY_LOWER.get(name.lower()) if isinstance(name, str) else None


def object_of_id(id18):
    return _BY_PREFIX.get(id18[:3])
