/*-------------------------------------------------------------------------
 *
 * connector/hubspot/objects.c
 *	  The objects that HubSpot's live tables show, as data.
 *
 * These are the properties that every account has and people use.  What an
 * account defined itself is added by offer.c; of HubSpot's own hundreds any
 * other may be had by a column with the option field 'properties.NAME'.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/hubspot/hubspot.h"

#define TEXT	PENDO_FIELD_TEXT
#define INTEGER PENDO_FIELD_INTEGER
#define NUMBER	PENDO_FIELD_NUMBER
#define BOOLEAN PENDO_FIELD_BOOLEAN
#define TIME	PENDO_FIELD_TIME
#define TEXTS	PENDO_FIELD_TEXT_LIST

#define COLUMN(name, path, type, comment) \
	{ \
		name, path, type, comment, false \
	}
#define PROPERTY(name, property, type, comment) \
	{ \
		name, HUBSPOT_PROPERTIES "." property, type, comment, true \
	}

#define MODIFIED  "hs_lastmodifieddate"
#define OF_PEOPLE "lastmodifieddate"

/* What every record has; "modified" is the property with its last change. */
#define RECORD(modified) \
	COLUMN("id", "id", TEXT, "id of the record"), \
		COLUMN("created_at", "createdAt", TIME, "when it was made"), \
		PROPERTY("updated_at", modified, TIME, \
				 "when it was last changed, by whomever, or deleted; a " \
				 "condition on it asks HubSpot's search, which sees a " \
				 "change some seconds late"), \
		COLUMN("is_archived", "archived", BOOLEAN, \
			   "was it deleted; rows of deleted records are there only if " \
			   "this column is read"), \
		COLUMN("archived_at", "archivedAt", TIME, "when it was deleted"), \
		PROPERTY("owner_id", "hubspot_owner_id", TEXT, \
				 "owner: id of table owner")

static const PendoField company_fields[] = {
	RECORD(MODIFIED),
	PROPERTY("name", "name", TEXT, "name of the company"),
	PROPERTY("domain", "domain", TEXT, "its domain; not unique"),
	PROPERTY("website", "website", TEXT, "its web site"),
	PROPERTY("phone", "phone", TEXT, "telephone number"),
	PROPERTY("industry", "industry", TEXT, "industry: HubSpot's word for it"),
	PROPERTY("city", "city", TEXT, "city"),
	PROPERTY("country", "country", TEXT, "country"),
	PROPERTY("lifecycle_stage", "lifecyclestage", TEXT,
			 "stage in the life of a customer"),
	PROPERTY("number_of_employees", "numberofemployees", NUMBER,
			 "how many work there"),
	PROPERTY("annual_revenue", "annualrevenue", NUMBER, "revenue of a year"),
	PROPERTY("description", "description", TEXT, "what the company does"),
};

static const PendoField contact_fields[] = {
	RECORD(OF_PEOPLE),
	PROPERTY("email", "email", TEXT, "e-mail address; unique"),
	PROPERTY("additional_emails", "hs_additional_emails", TEXTS,
			 "further e-mail addresses"),
	PROPERTY("first_name", "firstname", TEXT, "first name"),
	PROPERTY("last_name", "lastname", TEXT, "last name"),
	PROPERTY("phone", "phone", TEXT, "telephone number"),
	PROPERTY("job_title", "jobtitle", TEXT, "job"),
	PROPERTY("company", "company", TEXT,
			 "company, as text; that of the record is an association"),
	PROPERTY("lifecycle_stage", "lifecyclestage", TEXT,
			 "stage in the life of a customer"),
	PROPERTY("lead_status", "hs_lead_status", TEXT, "state of a lead"),
};

static const PendoField task_fields[] = {
	RECORD(MODIFIED),
	PROPERTY("due_at", "hs_timestamp", TIME, "when it is due"),
	PROPERTY("subject", "hs_task_subject", TEXT, "what is to be done"),
	PROPERTY("body", "hs_task_body", TEXT, "notes, as HTML"),
	PROPERTY("status", "hs_task_status", TEXT,
			 "NOT_STARTED, IN_PROGRESS, WAITING, COMPLETED or DEFERRED"),
	PROPERTY("priority", "hs_task_priority", TEXT, "LOW, MEDIUM or HIGH"),
	PROPERTY("type", "hs_task_type", TEXT, "TODO, CALL or EMAIL"),
};

static const PendoField owner_fields[] = {
	COLUMN("id", "id", TEXT, "id, as owner_id of records has it"),
	COLUMN("email", "email", TEXT, "e-mail address"),
	COLUMN("first_name", "firstName", TEXT, "first name"),
	COLUMN("last_name", "lastName", TEXT, "last name"),
	COLUMN("user_id", "userId", INTEGER, "id of the user; not the owner's"),
	COLUMN("type", "type", TEXT, "PERSON or QUEUE"),
	COLUMN("created_at", "createdAt", TIME, "when it was made"),
	COLUMN("updated_at", "updatedAt", TIME, "when it was last changed"),
	COLUMN("is_archived", "archived", BOOLEAN,
		   "was it deleted; rows of deleted owners are there only if this "
		   "column is read"),
};

static const PendoCrmTable companies = {"companies", "id",
										HUBSPOT_PROPERTIES "." MODIFIED,
										"archived", true};
static const PendoCrmTable contacts = {"contacts", "id",
									   HUBSPOT_PROPERTIES "." OF_PEOPLE,
									   "archived", true};
static const PendoCrmTable tasks = {"tasks", "id",
									HUBSPOT_PROPERTIES "." MODIFIED, "archived",
									true};

/* A list of their own, which has no properties and cannot be searched. */
static const PendoCrmTable owners = {"owners", "id", NULL, "archived", false};

static const PendoObject objects[] = {
	{"company", "companies of HubSpot", company_fields,
	 lengthof(company_fields), &companies},
	{"contact", "contacts of HubSpot", contact_fields, lengthof(contact_fields),
	 &contacts},
	{"owner", "users of HubSpot who may own records", owner_fields,
	 lengthof(owner_fields), &owners},
	{"task", "tasks of HubSpot", task_fields, lengthof(task_fields), &tasks},
};

const PendoObjectTable hubspot_object_table = {objects, lengthof(objects)};
