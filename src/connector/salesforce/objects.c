/*-------------------------------------------------------------------------
 *
 * connector/salesforce/objects.c
 *	  The objects that Salesforce's live tables show, as data.
 *
 * Standard fields, in snake_case.  What an organisation defined itself is
 * added by offer.c; of the other standard fields any may be had by a column
 * with the option field, also those of parents (field 'Owner.Name').
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/salesforce/salesforce.h"

#define TEXT	PENDO_FIELD_TEXT
#define INTEGER PENDO_FIELD_INTEGER
#define NUMBER	PENDO_FIELD_NUMBER
#define BOOLEAN PENDO_FIELD_BOOLEAN
#define TIME	PENDO_FIELD_TIME
#define DATE	PENDO_FIELD_DATE

#define COLUMN(name, path, type, comment) \
	{ \
		name, path, type, comment, false \
	}

#define HEAD \
	COLUMN("id", "Id", TEXT, "id of the record, 18 characters"), \
		COLUMN("name", "Name", TEXT, "name")

/* What every record has behind its own fields. */
#define TAIL \
	COLUMN("created_at", "CreatedDate", TIME, "when it was made"), \
		COLUMN("created_by_id", "CreatedById", TEXT, \
			   "who made it: id of table user"), \
		COLUMN("last_modified_at", "LastModifiedDate", TIME, \
			   "when a person or an application last changed it"), \
		COLUMN("last_modified_by_id", "LastModifiedById", TEXT, \
			   "who did: id of table user"), \
		COLUMN("updated_at", "SystemModstamp", TIME, \
			   "when it was last changed, by whomever or whatever")

#define DELETED \
	COLUMN("is_deleted", "IsDeleted", BOOLEAN, \
		   "was it deleted; rows of deleted records are there only if this " \
		   "column is read, for the 15 days that Salesforce keeps them")

#define OWNED COLUMN("owner_id", "OwnerId", TEXT, "owner: id of table user")

static const PendoField account_fields[] = {
	HEAD,
	COLUMN("type", "Type", TEXT, "kind of account"),
	COLUMN("parent_id", "ParentId", TEXT, "account above it"),
	COLUMN("website", "Website", TEXT, "web site"),
	COLUMN("phone", "Phone", TEXT, "telephone number"),
	COLUMN("industry", "Industry", TEXT, "industry"),
	COLUMN("account_number", "AccountNumber", TEXT, "number of the account"),
	COLUMN("annual_revenue", "AnnualRevenue", NUMBER, "revenue of a year"),
	COLUMN("number_of_employees", "NumberOfEmployees", INTEGER,
		   "how many work there"),
	COLUMN("billing_street", "BillingStreet", TEXT, "address: street"),
	COLUMN("billing_city", "BillingCity", TEXT, "address: city"),
	COLUMN("billing_country", "BillingCountry", TEXT, "address: country"),
	COLUMN("description", "Description", TEXT, "what there is to say of it"),
	OWNED,
	COLUMN("master_record_id", "MasterRecordId", TEXT,
		   "account into which it was merged"),
	DELETED,
	TAIL,
};

static const PendoField contact_fields[] = {
	HEAD,
	COLUMN("account_id", "AccountId", TEXT, "account: id of table account"),
	COLUMN("first_name", "FirstName", TEXT, "first name"),
	COLUMN("last_name", "LastName", TEXT, "last name"),
	COLUMN("email", "Email", TEXT, "e-mail address; not unique"),
	COLUMN("phone", "Phone", TEXT, "telephone number"),
	COLUMN("mobile_phone", "MobilePhone", TEXT, "mobile number"),
	COLUMN("title", "Title", TEXT, "job"),
	COLUMN("department", "Department", TEXT, "department"),
	COLUMN("lead_source", "LeadSource", TEXT, "where the contact came from"),
	COLUMN("birthdate", "Birthdate", DATE, "day of birth"),
	COLUMN("mailing_city", "MailingCity", TEXT, "address: city"),
	COLUMN("mailing_country", "MailingCountry", TEXT, "address: country"),
	COLUMN("reports_to_id", "ReportsToId", TEXT, "superior: id of a contact"),
	COLUMN("has_opted_out_of_email", "HasOptedOutOfEmail", BOOLEAN,
		   "wants no e-mail"),
	COLUMN("description", "Description", TEXT, "what there is to say"),
	OWNED,
	COLUMN("master_record_id", "MasterRecordId", TEXT,
		   "contact into which it was merged"),
	DELETED,
	TAIL,
};

static const PendoField task_fields[] = {
	COLUMN("id", "Id", TEXT, "id of the record, 18 characters"),
	COLUMN("subject", "Subject", TEXT, "what is to be done"),
	COLUMN("due_on", "ActivityDate", DATE, "day on which it is due"),
	COLUMN("status", "Status", TEXT, "how far it is"),
	COLUMN("priority", "Priority", TEXT, "how urgent it is"),
	COLUMN("who_id", "WhoId", TEXT, "with whom: id of a contact or lead"),
	COLUMN("what_id", "WhatId", TEXT,
		   "about what: id of an account, an opportunity, ..."),
	COLUMN("account_id", "AccountId", TEXT, "account: id of table account"),
	COLUMN("description", "Description", TEXT, "notes"),
	COLUMN("task_subtype", "TaskSubtype", TEXT, "Task, Call or Email"),
	COLUMN("is_closed", "IsClosed", BOOLEAN, "is it done"),
	OWNED,
	DELETED,
	TAIL,
};

static const PendoField user_fields[] = {
	HEAD,
	COLUMN("username", "Username", TEXT, "name to sign in with; unique"),
	COLUMN("email", "Email", TEXT, "e-mail address"),
	COLUMN("first_name", "FirstName", TEXT, "first name"),
	COLUMN("last_name", "LastName", TEXT, "last name"),
	COLUMN("is_active", "IsActive", BOOLEAN, "may sign in"),
	COLUMN("user_type", "UserType", TEXT, "kind of user"),
	TAIL,
};

#define TABLE(remote, deleted) \
	{ \
		remote, "Id", "SystemModstamp", deleted, true \
	}

static const PendoCrmTable accounts = TABLE("Account", "IsDeleted");
static const PendoCrmTable contacts = TABLE("Contact", "IsDeleted");
static const PendoCrmTable tasks = TABLE("Task", "IsDeleted");
static const PendoCrmTable users = TABLE("User", NULL);

static const PendoObject objects[] = {
	{"account", "accounts of Salesforce", account_fields,
	 lengthof(account_fields), &accounts},
	{"contact", "contacts of Salesforce", contact_fields,
	 lengthof(contact_fields), &contacts},
	{"task", "tasks of Salesforce", task_fields, lengthof(task_fields), &tasks},
	{"user", "users of Salesforce", user_fields, lengthof(user_fields), &users},
};

const PendoObjectTable salesforce_object_table = {objects, lengthof(objects)};
