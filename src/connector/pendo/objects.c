/*-------------------------------------------------------------------------
 *
 * connector/pendo/objects.c
 *	  The objects that Pendo offers, as data.
 *
 * Columns are Pendo's members in snake_case.  A field is loose where public
 * clients have seen more than one JSON type, or where nobody documents it.
 * Fields of visitors' and accounts' metadata are not here: each subscription
 * has its own, see metadata.c.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/pendo/pendo.h"

#define TEXT	PENDO_FIELD_TEXT
#define INTEGER PENDO_FIELD_INTEGER
#define NUMBER	PENDO_FIELD_NUMBER
#define BOOLEAN PENDO_FIELD_BOOLEAN
#define TIME	PENDO_FIELD_TIME
#define DAY		PENDO_FIELD_DAY
#define TEXTS	PENDO_FIELD_TEXT_LIST
#define JSON	PENDO_FIELD_JSON

#define COLUMN(name, path, type, comment) \
	{ \
		name, path, type, comment, false \
	}
#define LOOSE(name, path, type, comment) \
	{ \
		name, path, type, comment, true \
	}

static const PendoField visitor_fields[] = {
	COLUMN("visitor_id", "visitorId", TEXT,
		   "id of the visitor; begins with _PENDO_T_ while anonymous"),
	COLUMN("metadata", "metadata", JSON,
		   "all that is known of the visitor, as Pendo keeps it, by group"),
};

static const PendoField account_fields[] = {
	COLUMN("account_id", "accountId", TEXT, "id of the account"),
	COLUMN("metadata", "metadata", JSON,
		   "all that is known of the account, as Pendo keeps it, by group"),
};

/* What the four grouped event tables share. */
#define GROUPED_HEAD \
	COLUMN("visitor_id", "visitorId", TEXT, "visitor who acted"), \
		COLUMN("account_id", "accountId", TEXT, \
			   "account acted for; empty if none"), \
		COLUMN("app_id", "appId", INTEGER, "application"), \
		COLUMN("day", "day", DAY, \
			   "day of the events, in the subscription's time zone"), \
		COLUMN("hour", "hour", TIME, "beginning of the hour of the events")

#define GROUPED_TAIL \
	COLUMN("first_time", "firstTime", TIME, "first of these events"), \
		COLUMN("last_time", "lastTime", TIME, "last of these events"), \
		COLUMN("num_events", "numEvents", INTEGER, "number of events"), \
		COLUMN("num_minutes", "numMinutes", INTEGER, \
			   "distinct minutes with an event, not a duration"), \
		COLUMN("remote_ip", "remoteIp", TEXT, "address of the visitor"), \
		COLUMN( \
			"server_name", "server", TEXT, \
			"host of the page; __apitrackevent__ for events sent by servers"), \
		COLUMN("user_agent", "userAgent", TEXT, \
			   "browser, as it names itself"), \
		LOOSE("parameters", "parameters", JSON, \
			  "URL parameters that Pendo keeps"), \
		LOOSE("properties", "properties", JSON, \
			  "properties sent with the events"), \
		LOOSE("tab_id", "tabId", TEXT, "tab of the browser")

#define FRUSTRATION \
	LOOSE("rage_click_count", "rageClickCount", INTEGER, \
		  "bursts of clicks on the same spot"), \
		LOOSE("error_click_count", "errorClickCount", INTEGER, \
			  "clicks that were followed by an error"), \
		LOOSE("u_turn_count", "uTurnCount", INTEGER, \
			  "pages left at once for the one before"), \
		LOOSE("dead_click_count", "deadClickCount", INTEGER, \
			  "clicks without an effect")

static const PendoField event_fields[] = {
	GROUPED_HEAD,
	COLUMN("page_id", "pageId", TEXT,
		   "always allevents, or allevents- and an application"),
	GROUPED_TAIL,
	FRUSTRATION,
	LOOSE("country", "country", TEXT, "country, two letters"),
	LOOSE("region", "region", TEXT, "region of the country"),
	LOOSE("recording_id", "recordingId", TEXT, "session replay"),
	LOOSE("recording_session_id", "recordingSessionId", TEXT,
		  "session within the replay"),
	LOOSE("last_key_frame_timestamp", "lastKeyFrameTimestamp", TIME,
		  "last key frame of the replay"),
};

static const PendoField page_event_fields[] = {
	GROUPED_HEAD,
	COLUMN("page_id", "pageId", TEXT, "page that was loaded"),
	GROUPED_TAIL,
	FRUSTRATION,
};

static const PendoField feature_event_fields[] = {
	GROUPED_HEAD,
	COLUMN("feature_id", "featureId", TEXT, "feature that was used"),
	GROUPED_TAIL,
	FRUSTRATION,
};

static const PendoField track_event_fields[] = {
	GROUPED_HEAD,
	COLUMN("track_type_id", "trackTypeId", TEXT, "track type of the events"),
	GROUPED_TAIL,
};

/* What guide and poll events share. */
#define SINGLE_HEAD \
	COLUMN("browser_time", "browserTime", TIME, \
		   "when it happened, by the visitor's clock"), \
		COLUMN("visitor_id", "visitorId", TEXT, "visitor who acted"), \
		COLUMN("account_id", "accountId", TEXT, \
			   "account acted for; empty if none"), \
		LOOSE("account_ids", "accountIds", TEXTS, \
			  "all accounts of the visitor"), \
		COLUMN("app_id", "appId", INTEGER, "application"), \
		COLUMN("guide_id", "guideId", TEXT, "guide"), \
		COLUMN("guide_step_id", "guideStepId", TEXT, "step of the guide")

#define SINGLE_TAIL \
	LOOSE("guide_timestamp", "guideTimestamp", TIME, "same as browser_time"), \
		LOOSE("guide_seen_reason", "guideSeenReason", TEXT, \
			  "why the guide was shown"), \
		LOOSE("destination_step_id", "destinationStepId", TEXT, \
			  "step that was gone to"), \
		LOOSE("guide_step_poll_types", "guideStepPollTypes", TEXTS, \
			  "types of the polls on the step"), \
		LOOSE("language", "language", TEXT, "language of the visitor"), \
		COLUMN("url", "url", TEXT, "page on which it happened"), \
		LOOSE("server_name", "serverName", TEXT, "host of the page"), \
		LOOSE("remote_ip", "remoteIp", TEXT, "address of the visitor"), \
		LOOSE("user_agent", "userAgent", TEXT, "browser, as it names itself"), \
		LOOSE("country", "country", TEXT, "country, two letters"), \
		LOOSE("region", "region", TEXT, "region of the country"), \
		LOOSE("latitude", "latitude", NUMBER, "degrees"), \
		LOOSE("longitude", "longitude", NUMBER, "degrees"), \
		LOOSE("load_time", "loadTime", INTEGER, "time to show, ms"), \
		LOOSE("element_path", "elementPath", TEXT, "element within the page"), \
		LOOSE("event_id", "eventId", TEXT, "id of the raw event"), \
		LOOSE("tab_id", "tabId", TEXT, "tab of the browser"), \
		LOOSE("old_visitor_id", "oldVisitorId", TEXT, \
			  "id before the visitor was identified"), \
		LOOSE("properties", "properties", JSON, \
			  "properties sent with the event")

static const PendoField guide_event_fields[] = {
	SINGLE_HEAD,
	COLUMN("type", "type", TEXT,
		   "guideSeen, guideActivity, guideAdvanced, guideDismissed, "
		   "guideTimeout, guideSnoozed; may carry a prefix (ui:web:)"),
	SINGLE_TAIL,
	LOOSE("ui_element_id", "uiElementId", TEXT, "element of the guide"),
	LOOSE("ui_element_type", "uiElementType", TEXT, "type of that element"),
	LOOSE("ui_element_text", "uiElementText", TEXT, "text of that element"),
	LOOSE("ui_element_actions", "uiElementActions", TEXT,
		  "what that element does: JSON, as text"),
};

static const PendoField poll_event_fields[] = {
	SINGLE_HEAD,
	COLUMN("poll_id", "pollId", TEXT, "poll that was answered"),
	COLUMN("poll_type", "pollType", TEXT,
		   "NPSRating, PickList, NumberScale, FreeForm, ..."),
	LOOSE("poll_response", "pollResponse", TEXT,
		  "the answer; of a pick list the id of the choice"),
	COLUMN("type", "type", TEXT, "pollResponse; may carry a prefix (ui:web:)"),
	LOOSE("excluded", "excluded", BOOLEAN, "left out of reports"),
	SINGLE_TAIL,
};

static const PendoField nps_response_fields[] = {
	SINGLE_HEAD,
	COLUMN("poll_id", "pollId", TEXT, "the survey's rating poll"),
	LOOSE("score", "pollResponse", INTEGER,
		  "0 to 10: 9 and 10 promote, 7 and 8 are passive, below detract"),
	COLUMN("type", "type", TEXT, "pollResponse; may carry a prefix (ui:web:)"),
	LOOSE("excluded", "excluded", BOOLEAN, "left out of reports"),
	SINGLE_TAIL,
};

/* What tagged objects share. */
#define OBJECT_HEAD \
	COLUMN("id", "id", TEXT, "id"), COLUMN("name", "name", TEXT, "name"), \
		COLUMN("app_id", "appId", INTEGER, "application")

#define OBJECT_TAIL \
	LOOSE("kind", "kind", TEXT, "kind of object, in Pendo's words"), \
		LOOSE("color", "color", TEXT, "colour in Pendo's pages"), \
		COLUMN("created_at", "createdAt", TIME, "when it was made"), \
		COLUMN("last_updated_at", "lastUpdatedAt", TIME, \
			   "when it was changed last"), \
		LOOSE("created_by", "createdByUser.username", TEXT, "who made it"), \
		LOOSE("last_updated_by", "lastUpdatedByUser.username", TEXT, \
			  "who changed it last"), \
		LOOSE("root_version_id", "rootVersionId", TEXT, "same as id"), \
		LOOSE("stable_version_id", "stableVersionId", TEXT, \
			  "id of the version in force"), \
		LOOSE("valid_through", "validThrough", TIME, \
			  "up to when its events were counted"), \
		LOOSE("dirty", "dirty", BOOLEAN, "changed since events were counted")

#define OBJECT_AREA \
	LOOSE("product_area_id", "group.id", TEXT, "product area"), \
		LOOSE("product_area_name", "group.name", TEXT, "product area's name"), \
		LOOSE("is_core_event", "isCoreEvent", BOOLEAN, \
			  "whether it is a core event")

static const PendoField page_fields[] = {
	OBJECT_HEAD,
	OBJECT_AREA,
	OBJECT_TAIL,
	LOOSE("rules", "rules", JSON, "URLs that are this page"),
	LOOSE("exclude_rules", "excludeRules", JSON, "URLs that are not"),
	LOOSE("is_auto_tagged", "isAutoTagged", BOOLEAN, "found by Pendo"),
	LOOSE("is_suggested", "isSuggested", BOOLEAN, "suggested by Pendo"),
	LOOSE("suggested_name", "suggestedName", TEXT, "name Pendo suggests"),
};

static const PendoField feature_fields[] = {
	OBJECT_HEAD,
	LOOSE("page_id", "pageId", TEXT, "page it is on"),
	LOOSE("app_wide", "appWide", BOOLEAN, "on every page"),
	OBJECT_AREA,
	OBJECT_TAIL,
	LOOSE("element_path_rules", "elementPathRules", TEXTS,
		  "elements that are this feature"),
	LOOSE("event_property_configurations", "eventPropertyConfigurations", JSON,
		  "properties collected with its events"),
};

static const PendoField track_type_fields[] = {
	OBJECT_HEAD,
	LOOSE("track_type_name", "trackTypeName", TEXT, "event name as sent"),
	OBJECT_AREA,
	OBJECT_TAIL,
	LOOSE("track_type_rules", "trackTypeRules", JSON,
		  "names that are this track type"),
	LOOSE("event_property_name_list", "eventPropertyNameList", TEXTS,
		  "properties seen with its events"),
};

static const PendoField app_fields[] = {
	COLUMN("id", "id", INTEGER, "application; the first web one is -323232"),
	COLUMN("name", "name", TEXT, "name"),
	LOOSE("display_name", "displayName", TEXT, "name in Pendo's pages"),
	LOOSE("platform", "platform", TEXT, "web, extension, ios, android, ..."),
};

static const PendoField product_area_fields[] = {
	COLUMN("id", "id", TEXT, "id"),
	COLUMN("name", "name", TEXT, "name"),
	LOOSE("description", "description", TEXT, "description"),
	LOOSE("color", "color", TEXT, "colour in Pendo's pages"),
	LOOSE("type", "type", TEXT, "type of group"),
	LOOSE("length", "length", INTEGER, "number of members"),
	LOOSE("items", "items", JSON,
		  "members: itemId and itemType (Page, Feature, Guide, ...)"),
	LOOSE("feedback_product_id", "feedbackProductId", TEXT,
		  "product in feedback"),
	LOOSE("feedback_visibility", "feedbackVisibility", TEXT,
		  "who sees it in feedback"),
};

static const PendoField guide_fields[] = {
	OBJECT_HEAD,
	LOOSE("state", "state", TEXT, "draft, staged, public (live) or disabled"),
	LOOSE("launch_method", "launchMethod", TEXT, "what shows it"),
	LOOSE("description", "description", TEXT, "description"),
	LOOSE("is_multi_step", "isMultiStep", BOOLEAN, "has several steps"),
	LOOSE("is_training", "isTraining", BOOLEAN, "for training"),
	LOOSE("is_module", "isModule", BOOLEAN, "module of a resource centre"),
	LOOSE("is_top_level", "isTopLevel", BOOLEAN, "a resource centre itself"),
	LOOSE("published_at", "publishedAt", TIME, "when it was published"),
	LOOSE("published_ever", "publishedEver", BOOLEAN, "was ever published"),
	LOOSE("reset_at", "resetAt", TIME, "when its counts were reset"),
	LOOSE("shows_after", "showsAfter", TIME, "not shown before"),
	LOOSE("expires_after", "expiresAfter", TIME, "not shown after"),
	LOOSE("recurrence", "recurrence", INTEGER,
		  "time after which it is shown again, ms"),
	LOOSE("recurrence_eligibility_window", "recurrenceEligibilityWindow",
		  INTEGER, "how long it may recur, ms"),
	LOOSE("email_state", "emailState", TEXT, "state of the e-mail"),
	LOOSE("authored_language", "authoredLanguage", TEXT, "language"),
	LOOSE("editor_type", "editorType", TEXT, "tool it was made with"),
	LOOSE("audience", "audience", JSON, "who sees it: a pipeline"),
	LOOSE("attributes", "attributes", JSON,
		  "type, device, badge, priority, ..."),
	LOOSE("conversion", "conversion", JSON, "goal and its window"),
	LOOSE("experiment", "experiment", JSON, "experiment on it"),
	LOOSE("steps", "steps", JSON, "its steps; see table guide_step"),
	LOOSE("polls", "polls", JSON, "its polls; see table poll"),
	OBJECT_TAIL,
};

static const PendoField guide_step_fields[] = {
	COLUMN("guide_id", "id", TEXT, "guide"),
	COLUMN("id", "steps.id", TEXT, "id"),
	COLUMN("step_index", "stepIndex", INTEGER,
		   "place within the guide, from 0"),
	LOOSE("name", "steps.name", TEXT, "name"),
	LOOSE("type", "steps.type", TEXT, "type"),
	LOOSE("rank", "steps.rank", INTEGER, "rank that Pendo orders by"),
	LOOSE("page_id", "steps.pageId", TEXT, "page it is shown on"),
	LOOSE("advance_method", "steps.advanceMethod", TEXT,
		  "button, programmatic or element"),
	LOOSE("content_type", "steps.contentType", TEXT, "type of its content"),
	LOOSE("content_url", "steps.contentUrl", TEXT, "where its content is"),
	LOOSE("element_path_rule", "steps.elementPathRule", TEXT,
		  "element it is attached to"),
	LOOSE("poll_ids", "steps.pollIds", TEXTS, "polls on it"),
	LOOSE("template_id", "steps.templateId", TEXT, "template it came from"),
	LOOSE("last_updated_at", "steps.lastUpdatedAt", TIME,
		  "when it was changed last"),
	LOOSE("reset_at", "steps.resetAt", TIME, "when its counts were reset"),
	LOOSE("attributes", "steps.attributes", JSON, "further attributes"),
};

static const PendoField poll_fields[] = {
	COLUMN("guide_id", "id", TEXT, "guide"),
	COLUMN("id", "polls.id", TEXT, "id"),
	LOOSE("question", "polls.question", TEXT, "question"),
	LOOSE("type", "polls.attributes.type", TEXT,
		  "NPSRating, PickList, NumberScale, FreeForm, ..."),
	LOOSE("display", "polls.attributes.display", TEXT, "how it is shown"),
	LOOSE("follow_up", "polls.attributes.followUp", TEXT,
		  "poll that asks for the reason"),
	LOOSE("numeric_responses", "polls.numericResponses", JSON,
		  "numbers that can be chosen"),
	LOOSE("id_responses", "polls.idResponses", JSON,
		  "choices that can be made: id and text"),
	LOOSE("reset_at", "polls.resetAt", TIME, "when its counts were reset"),
	LOOSE("attributes", "polls.attributes", JSON, "further attributes"),
};

static const PendoField segment_fields[] = {
	LOOSE("id", "id", TEXT, "id"),
	LOOSE("name", "name", TEXT, "name"),
	LOOSE("description", "description", TEXT, "description"),
	OBJECT_TAIL,
	LOOSE("definition", "definition", JSON, "who is in it"),
	LOOSE("pipeline", "pipeline", JSON, "the pipeline that finds who is in it"),
};

static const PendoField report_fields[] = {
	LOOSE("id", "id", TEXT, "id"),
	LOOSE("name", "name", TEXT, "name"),
	LOOSE("description", "description", TEXT, "description"),
	LOOSE("type", "type", TEXT, "Path, Funnel, List, ..."),
	LOOSE("level", "level", TEXT, "level, in Pendo's words"),
	LOOSE("scope", "scope", TEXT, "scope, in Pendo's words"),
	LOOSE("share", "share", TEXT, "how it is shared"),
	LOOSE("shared", "shared", BOOLEAN, "whether it is shared"),
	LOOSE("target", "target", TEXT, "what it is about"),
	OBJECT_TAIL,
	LOOSE("definition", "definition", JSON, "what it shows"),
	LOOSE("aggregation", "aggregation", JSON, "the pipeline behind it"),
	LOOSE("last_run_at", "lastRunAt", TIME, "when it ran last"),
	LOOSE("last_success_run_at", "lastSuccessRunAt", TIME,
		  "when it last ran to its end"),
	LOOSE("owned_by", "ownedByUser.username", TEXT, "whose it is"),
};

static const PendoField feedback_fields[] = {
	LOOSE("id", "id", TEXT, "id"),
	LOOSE("app_id", "appId", INTEGER, "application"),
	LOOSE("type", "type", TEXT, "feedback or idea"),
	LOOSE("title", "title", TEXT, "title"),
	LOOSE("description", "description", TEXT, "what it says"),
	LOOSE("status_id", "statusId", TEXT, "status"),
	LOOSE("effort", "effort", INTEGER, "estimated effort"),
	LOOSE("impact", "impact", INTEGER, "estimated impact"),
	LOOSE("account_id", "accountId", TEXT, "account it came from"),
	LOOSE("on_behalf_of_id", "onBehalfOfId", TEXT, "whom it speaks for"),
	LOOSE("on_behalf_of_type", "onBehalfOfType", TEXT,
		  "type of on_behalf_of_id, in Pendo's words"),
	LOOSE("owned_by_user_id", "ownedByUserId", TEXT, "whose task it is"),
	LOOSE("created_at", "createdAt", TIME, "when it was made"),
	LOOSE("last_updated_at", "lastUpdatedAt", TIME, "when it was changed last"),
};

static const PendoField vote_fields[] = {
	LOOSE("id", "id", TEXT, "id"),
	LOOSE("feedback_id", "vocItemId", TEXT, "feedback voted for"),
	LOOSE("account_id", "accountId", TEXT, "account of the vote"),
	LOOSE("on_behalf_of_id", "onBehalfOfId", TEXT, "whom it speaks for"),
	LOOSE("on_behalf_of_type", "onBehalfOfType", TEXT,
		  "type of on_behalf_of_id, in Pendo's words"),
	LOOSE("created_by_id", "createdById", TEXT, "who voted"),
	LOOSE("created_by_type", "createdByType", TEXT,
		  "type of created_by_id, in Pendo's words"),
	LOOSE("strength", "strength", NUMBER, "weight of the vote"),
	LOOSE("revoked", "revoked", BOOLEAN, "taken back"),
};

static const PendoTable visitor_table = {
	.shape = PENDO_SHAPE_ENTITY,
	.source = "visitors",
	.id_path = "visitorId",
	.metadata_kind = "visitor",
};
static const PendoTable account_table = {
	.shape = PENDO_SHAPE_ENTITY,
	.source = "accounts",
	.id_path = "accountId",
	.metadata_kind = "account",
};
static const PendoTable event_table = {
	.shape = PENDO_SHAPE_GROUPED,
	.source = "events",
	.takes_apps = true,
	.id_path = "visitorId",
};
static const PendoTable page_event_table = {
	.shape = PENDO_SHAPE_GROUPED,
	.source = "pageEvents",
	.takes_apps = true,
	.id_path = "visitorId",
};
static const PendoTable feature_event_table = {
	.shape = PENDO_SHAPE_GROUPED,
	.source = "featureEvents",
	.takes_apps = true,
	.id_path = "visitorId",
};
static const PendoTable track_event_table = {
	.shape = PENDO_SHAPE_GROUPED,
	.source = "trackEvents",
	.takes_apps = true,
	.id_path = "visitorId",
};
static const PendoTable guide_event_table = {
	.shape = PENDO_SHAPE_SINGLE,
	.source = "guideEvents",
	.takes_apps = true,
	.time_path = "browserTime",
	.id_path = "visitorId",
};
static const PendoTable poll_event_table = {
	.shape = PENDO_SHAPE_SINGLE,
	.source = "pollEvents",
	.takes_apps = true,
	.time_path = "browserTime",
	.id_path = "visitorId",
};
static const PendoTable nps_response_table = {
	.shape = PENDO_SHAPE_SINGLE,
	.source = "pollEvents",
	.takes_apps = true,
	.stages = "{\"filter\":\"pollType == \\\"NPSRating\\\"\"}",
	.time_path = "browserTime",
	.id_path = "visitorId",
};
static const PendoTable page_table = {
	.shape = PENDO_SHAPE_ENTITY,
	.source = "pages",
	.takes_apps = true,
};
static const PendoTable feature_table = {
	.shape = PENDO_SHAPE_ENTITY,
	.source = "features",
	.takes_apps = true,
};
static const PendoTable track_type_table = {
	.shape = PENDO_SHAPE_ENTITY,
	.source = "trackTypes",
	.takes_apps = true,
};
static const PendoTable app_table = {
	.shape = PENDO_SHAPE_ENTITY,
	.source = "apps",
};
static const PendoTable product_area_table = {
	.shape = PENDO_SHAPE_ENTITY,
	.source = "groups",
	.params = "\"items\":true,\"groupType\":\"group\"",
};
static const PendoTable guide_table = {
	.shape = PENDO_SHAPE_ENTITY,
	.source = "guides",
	.takes_apps = true,
};
static const PendoTable guide_step_table = {
	.shape = PENDO_SHAPE_ENTITY,
	.source = "guides",
	.takes_apps = true,
	.stages = "{\"unwind\":{\"field\":\"steps\",\"index\":\"stepIndex\"}}",
};
static const PendoTable poll_table = {
	.shape = PENDO_SHAPE_ENTITY,
	.source = "guides",
	.takes_apps = true,
	.stages = "{\"unwind\":{\"field\":\"polls\"}}",
};
static const PendoTable segment_table = {
	.shape = PENDO_SHAPE_REST,
	.source = "segment",
};
static const PendoTable report_table = {
	.shape = PENDO_SHAPE_REST,
	.source = "report",
};
static const PendoTable feedback_table = {
	.shape = PENDO_SHAPE_ENTITY,
	.source = "vocItems",
	.takes_apps = true,
};
static const PendoTable vote_table = {
	.shape = PENDO_SHAPE_ENTITY,
	.source = "votes",
};

#define OBJECT(name, comment) \
	{ \
#name, comment, name##_fields, lengthof(name##_fields), &name##_table \
	}

static const PendoObject objects[] = {
	OBJECT(visitor, "visitors ever seen, identified and anonymous"),
	OBJECT(account, "accounts ever seen"),
	OBJECT(event, "all events, tagged or not, counted by visitor, account, "
				  "application, period, address, server and browser"),
	OBJECT(page_event, "page loads, counted as in event and by page"),
	OBJECT(feature_event, "uses of features, counted as in event and by "
						  "feature"),
	OBJECT(track_event, "track events, counted as in event and by track type"),
	OBJECT(guide_event, "what visitors did with guides, one row an event"),
	OBJECT(poll_event, "answers to polls, one row an answer"),
	OBJECT(nps_response, "ratings of NPS surveys, one row an answer"),
	OBJECT(page, "tagged pages"),
	OBJECT(feature, "tagged features"),
	OBJECT(track_type, "names of track events"),
	OBJECT(app, "applications"),
	OBJECT(product_area, "product areas and their members"),
	OBJECT(guide, "guides"),
	OBJECT(guide_step, "steps of guides"),
	OBJECT(poll, "polls within guides"),
	OBJECT(segment, "shared segments"),
	OBJECT(report, "public reports"),
	OBJECT(feedback, "feedback and ideas"),
	OBJECT(vote, "votes for feedback"),
};

const PendoObjectTable pendo_object_table = {objects, lengthof(objects)};

/* Grouped events have a day or an hour, by their grain. */
bool
pendo_in_grain(const PendoTable *table, const PendoField *field,
			   const char *period)
{
	if (table->shape != PENDO_SHAPE_GROUPED)
		return true;
	if (strcmp(field->name, "day") != 0 && strcmp(field->name, "hour") != 0)
		return true;
	return strcmp(field->name, period) == 0;
}

bool
pendo_has_field(const PendoRelation *relation, const PendoField *field)
{
	return pendo_in_grain(relation->object->detail, field,
						  pendo_option_text(relation->options, "period"));
}
