/*-------------------------------------------------------------------------
 *
 * http/text.c
 *	  Remote text made fit for a message.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/retry.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

typedef struct Cleaner
{
	const unsigned char *at;
	const unsigned char *end;
	StringInfoData to;
	int characters; /* in "to" */
	int limit;
	bool is_html;
	bool space; /* one is due before the next character */
} Cleaner;

/* Elements whose text is for programs. */
static const char *const unseen[] = {"script", "style", "head"};

static bool
begins_with(const Cleaner *cleaner, const char *word)
{
	size_t length = strlen(word);

	return cleaner->end - cleaner->at >= length &&
		   pg_strncasecmp((const char *) cleaner->at, word, length) == 0;
}

/* Go behind the next '>', or to the end. */
static void
skip_tag(Cleaner *cleaner)
{
	while (cleaner->at < cleaner->end && *cleaner->at != '>')
		cleaner->at++;
	if (cleaner->at < cleaner->end)
		cleaner->at++;
	cleaner->space = true;
}

/* At a '<': skip the tag, and the whole element if nobody should see it. */
static void
skip_markup(Cleaner *cleaner)
{
	for (int i = 0; i < lengthof(unseen); i++)
	{
		char opening[16];
		char closing[16];

		snprintf(opening, sizeof(opening), "<%s", unseen[i]);
		snprintf(closing, sizeof(closing), "</%s", unseen[i]);
		if (!begins_with(cleaner, opening) ||
			(cleaner->end - cleaner->at > strlen(opening) &&
			 isalpha(cleaner->at[strlen(opening)])))
			continue;
		while (cleaner->at < cleaner->end && !begins_with(cleaner, closing))
			cleaner->at++;
		break;
	}
	skip_tag(cleaner);
}

static void
put(Cleaner *cleaner, const unsigned char *bytes, int length)
{
	if (cleaner->space && cleaner->to.len > 0)
	{
		appendStringInfoChar(&cleaner->to, ' ');
		cleaner->characters++;
	}
	cleaner->space = false;
	appendBinaryStringInfo(&cleaner->to, (const char *) bytes, length);
	cleaner->characters++;
}

/* Control characters beyond ASCII, and those that turn text around. */
static bool
is_trick(const unsigned char *bytes, int length)
{
	pg_wchar c = length > 1 ? utf8_to_unicode(bytes) : bytes[0];

	return (c >= 0x80 && c <= 0x9F) || (c >= 0x200B && c <= 0x200F) ||
		   (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
		   c == 0xFEFF;
}

static void
put_wide(Cleaner *cleaner)
{
	int length = pg_utf_mblen(cleaner->at);

	if (length > cleaner->end - cleaner->at ||
		!pg_utf8_islegal(cleaner->at, length) || length == 1)
		length = 1;
	if (length == 1 || is_trick(cleaner->at, length) ||
		GetDatabaseEncoding() != PG_UTF8)
		put(cleaner, (const unsigned char *) "?", 1);
	else
		put(cleaner, cleaner->at, length);
	cleaner->at += length;
}

char *
pendo_http_clean_text(const char *text, size_t length, int limit)
{
	Cleaner cleaner = {0};

	cleaner.at = (const unsigned char *) text;
	cleaner.end = cleaner.at + length;
	cleaner.limit = limit;
	initStringInfo(&cleaner.to);
	while (cleaner.at < cleaner.end && isspace(*cleaner.at))
		cleaner.at++;
	cleaner.is_html = cleaner.at < cleaner.end && *cleaner.at == '<';

	while (cleaner.at < cleaner.end && cleaner.characters < limit)
	{
		unsigned char c = *cleaner.at;

		if (c == '<' && cleaner.is_html)
			skip_markup(&cleaner);
		else if (c <= ' ' || c == 0x7F)
		{
			cleaner.space = true;
			cleaner.at++;
		}
		else if (IS_HIGHBIT_SET(c))
			put_wide(&cleaner);
		else
		{
			put(&cleaner, cleaner.at, 1);
			cleaner.at++;
		}
	}
	if (cleaner.at < cleaner.end && cleaner.characters >= limit)
		appendStringInfoString(&cleaner.to, "...");
	return cleaner.to.data;
}

void
pendo_http_mask(char *text, size_t length, const char *secret)
{
	size_t wanted = secret != NULL ? strlen(secret) : 0;
	char *end = text + length;

	if (wanted == 0)
		return;
	while ((text = memmem(text, end - text, secret, wanted)) != NULL)
	{
		memset(text, '*', wanted);
		text += wanted;
	}
}
