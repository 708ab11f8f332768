/*-------------------------------------------------------------------------
 *
 * json/text.c
 *	  From the bytes of a JSON string to text: escapes and UTF-8.
 *
 *-------------------------------------------------------------------------
 */
#include "scan.h"

#define HIGH_BITS			  UINT64_C(0x8080808080808080)

#define REPLACEMENT_CHARACTER 0xFFFD

static inline bool
is_continuation(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/*
 * The length of the well-formed sequence at "s", 0 if it is none.  Overlong
 * forms, surrogates and all above U+10FFFF show in the first two bytes.
 */
static size_t
sequence_length(const unsigned char *s, size_t room)
{
	unsigned char first = s[0];
	unsigned char low = 0x80;
	unsigned char high = 0xBF;
	size_t length;

	if (first < 0x80)
		return 1;
	if (first < 0xC2 || first > 0xF4)
		return 0;
	length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
	if (room < length)
		return 0;

	if (first == 0xE0)
		low = 0xA0;
	else if (first == 0xED)
		high = 0x9F;
	else if (first == 0xF0)
		low = 0x90;
	else if (first == 0xF4)
		high = 0x8F;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
	{
		if (!is_continuation(s[i]))
			return 0;
	}
	return length;
}

bool
pendo_json_valid_utf8(const char *text, size_t length)
{
	size_t i = 0;

	while (i < length)
	{
		size_t bytes;

		if (length - i >= 8 &&
			(pendo_json_load_word(text + i) & HIGH_BITS) == 0)
		{
			i += 8;
			continue;
		}
		bytes = sequence_length((const unsigned char *) text + i, length - i);
		if (bytes == 0)
			return false;
		i += bytes;
	}
	return true;
}

static uint32_t
hex_value(char c)
{
	if (c <= '9')
		return (uint32_t) (c - '0');
	return (uint32_t) ((c | 0x20) - 'a') + 10;
}

/* The four digits of a \u escape; the scanner has seen that they are there. */
static uint32_t
code_unit(const char *p)
{
	return hex_value(p[0]) << 12 | hex_value(p[1]) << 8 | hex_value(p[2]) << 4 |
		   hex_value(p[3]);
}

static char *
put_utf8(char *into, uint32_t code)
{
	if (code < 0x80)
		*into++ = (char) code;
	else
	{
		if (code < 0x800)
			*into++ = (char) (0xC0 | code >> 6);
		else
		{
			if (code < 0x10000)
				*into++ = (char) (0xE0 | code >> 12);
			else
			{
				*into++ = (char) (0xF0 | code >> 18);
				*into++ = (char) (0x80 | (code >> 12 & 0x3F));
			}
			*into++ = (char) (0x80 | (code >> 6 & 0x3F));
		}
		*into++ = (char) (0x80 | (code & 0x3F));
	}
	return into;
}

/*
 * The character of the \u escape at "p", and of the next one too when the two
 * are a surrogate pair.  Moves *p behind it.  What is half a pair has no
 * character: the replacement stands in for it.
 */
static uint32_t
escaped_character(const char **p, const char *end)
{
	uint32_t first = code_unit(*p + 2);
	uint32_t second;

	*p += 6;
	if (first < 0xD800 || first > 0xDFFF)
		return first;
	if (first > 0xDBFF || end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u')
		return REPLACEMENT_CHARACTER;
	second = code_unit(*p + 2);
	if (second < 0xDC00 || second > 0xDFFF)
		return REPLACEMENT_CHARACTER;
	*p += 6;
	return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
}

static char
short_escape(char c)
{
	switch (c)
	{
		case 'b':
			return '\b';
		case 'f':
			return '\f';
		case 'n':
			return '\n';
		case 'r':
			return '\r';
		case 't':
			return '\t';
		default: /* quote, backslash, slash: themselves */
			return c;
	}
}

/*
 * Stretches between escapes are checked and copied whole: an escape cannot
 * stand inside a multibyte sequence without breaking it.
 */
int64_t
pendo_json_unescape(const PendoJsonValue *value, char *into)
{
	const char *p = value->start;
	const char *end = p + value->length;
	char *out = into;

	for (;;)
	{
		const char *escape = memchr(p, '\\', (size_t) (end - p));
		size_t plain = (size_t) ((escape ? escape : end) - p);

		if (!pendo_json_valid_utf8(p, plain))
			return -1;
		memcpy(out, p, plain);
		out += plain;
		if (escape == NULL)
			return out - into;

		p = escape;
		if (p[1] == 'u')
		{
			uint32_t code = escaped_character(&p, end);

			if (code == 0)
				return -1;
			out = put_utf8(out, code);
		}
		else
		{
			*out++ = short_escape(p[1]);
			p += 2;
		}
	}
}
