/*-------------------------------------------------------------------------
 *
 * json/scan.c
 *	  JSON grammar (RFC 8259) on a buffer that ends in a sentinel.
 *
 * Nothing here recurses: what a hostile document can nest is bounded by a
 * counter and a bit per level, not by the C stack.
 *
 *-------------------------------------------------------------------------
 */
#include "scan.h"

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_hex_digit(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

const char *
pendo_json_scan_refuse(PendoJsonScan *scan, const char *p, PendoJsonError error)
{
	scan->stop = p;
	scan->error = error;
	return NULL;
}

const char *
pendo_json_scan_fail(PendoJsonScan *scan, const char *p)
{
	return pendo_json_scan_refuse(scan, p,
								  p == scan->end ? PENDO_JSON_TRUNCATED
												 : PENDO_JSON_SYNTAX);
}

const char *
pendo_json_scan_escape(PendoJsonScan *scan, const char *p)
{
	p++;
	switch (*p)
	{
		case '"':
		case '\\':
		case '/':
		case 'b':
		case 'f':
		case 'n':
		case 'r':
		case 't':
			return p + 1;
		case 'u':
			for (int i = 1; i <= 4; i++)
			{
				if (!is_hex_digit(p[i]))
					return pendo_json_scan_fail(scan, p + i);
			}
			return p + 5;
		default:
			return pendo_json_scan_fail(scan, p);
	}
}

/*
 * A name is too long as soon as its byte number max_key is not the closing
 * quote, whatever follows: so the verdict does not depend on how much of the
 * document has come in.
 */
const char *
pendo_json_scan_key(PendoJsonScan *scan, const char *p, const char **name,
					uint32_t *length, unsigned *flags)
{
	const char *start;
	const char *close;

	if (*p != '"')
		return pendo_json_scan_fail(scan, p);
	start = p + 1;
	close = pendo_json_scan_string(scan, start, flags);
	if ((size_t) ((close ? close : scan->stop) - start) > scan->max_key)
		return pendo_json_scan_refuse(scan, start + scan->max_key,
									  PENDO_JSON_KEY_TOO_LONG);
	if (close == NULL)
		return NULL;
	*name = start;
	*length = (uint32_t) (close - start);

	p = pendo_json_skip_space(close + 1);
	return *p == ':' ? p + 1 : pendo_json_scan_fail(scan, p);
}

static const char *
scan_literal(PendoJsonScan *scan, const char *p, const char *word)
{
	for (; *word != '\0'; p++, word++)
	{
		if (*p != *word)
			return pendo_json_scan_fail(scan, p);
	}
	return p;
}

static const char *
skip_digits(const char *p)
{
	unsigned digits;

	do
	{
		digits = pendo_json_digits_at(p);
		p += digits;
	} while (digits == 8);
	return p;
}

/*
 * A number is always inside something here, so one that the end of the bytes
 * follows directly may still go on.
 */
static const char *
scan_number(PendoJsonScan *scan, const char *p)
{
	if (*p == '-')
		p++;
	if (!is_digit(*p))
		return pendo_json_scan_fail(scan, p);
	p = (*p == '0') ? p + 1 : skip_digits(p + 1);
	if (*p == '.')
	{
		p++;
		if (!is_digit(*p))
			return pendo_json_scan_fail(scan, p);
		p = skip_digits(p + 1);
	}
	if (*p == 'e' || *p == 'E')
	{
		p++;
		if (*p == '+' || *p == '-')
			p++;
		if (!is_digit(*p))
			return pendo_json_scan_fail(scan, p);
		p = skip_digits(p + 1);
	}
	return p == scan->end ? pendo_json_scan_fail(scan, p) : p;
}

const char *
pendo_json_scan_scalar(PendoJsonScan *scan, const char *p, uint8_t *kind)
{
	switch (*p)
	{
		case 'n':
			*kind = PENDO_JSON_NULL;
			return scan_literal(scan, p, "null");
		case 't':
			*kind = PENDO_JSON_TRUE;
			return scan_literal(scan, p, "true");
		case 'f':
			*kind = PENDO_JSON_FALSE;
			return scan_literal(scan, p, "false");
		default:
			*kind = PENDO_JSON_NUMBER;
			return scan_number(scan, p);
	}
}

static bool
in_object(const PendoJsonScan *scan)
{
	uint32_t level = scan->depth - 1;

	return (scan->is_object[level / 64] >> (level % 64)) & 1;
}

/* Enter the container whose bracket is at "p"; returns what follows it. */
static const char *
open_container(PendoJsonScan *scan, const char *p)
{
	uint32_t level = scan->depth;
	uint64_t bit = UINT64_C(1) << (level % 64);

	if (level >= scan->max_depth)
		return pendo_json_scan_refuse(scan, p, PENDO_JSON_TOO_DEEP);
	scan->depth++;
	if (*p == '{')
		scan->is_object[level / 64] |= bit;
	else
		scan->is_object[level / 64] &= ~bit;
	return pendo_json_skip_space(p + 1);
}

/* The name and colon before the next value, if the container is an object. */
static const char *
scan_member_start(PendoJsonScan *scan, const char *p, unsigned *flags)
{
	const char *name;
	uint32_t length;

	if (!in_object(scan))
		return p;
	p = pendo_json_scan_key(scan, p, &name, &length, flags);
	return p == NULL ? NULL : pendo_json_skip_space(p);
}

/*
 * Walk from the end of one value to the start of the next, leaving as many
 * containers as end here.  Returns the byte after the outermost one, and
 * depth is "base" again, when that was the last.
 */
static const char *
scan_to_next_value(PendoJsonScan *scan, const char *p, uint32_t base,
				   unsigned *flags)
{
	for (;;)
	{
		p = pendo_json_skip_space(p);
		if (*p == ',')
		{
			p = pendo_json_skip_space(p + 1);
			return scan_member_start(scan, p, flags);
		}
		if (*p != (in_object(scan) ? '}' : ']'))
			return pendo_json_scan_fail(scan, p);
		p++;
		if (--scan->depth == base)
			return p;
	}
}

const char *
pendo_json_scan_container(PendoJsonScan *scan, const char *p, unsigned *flags)
{
	uint32_t base = scan->depth;
	uint8_t kind;

	do
	{
		if (*p == '{' || *p == '[')
		{
			char closing = (*p == '{') ? '}' : ']';

			p = open_container(scan, p);
			if (p == NULL)
				return NULL;
			if (*p != closing)
			{
				p = scan_member_start(scan, p, flags);
				if (p == NULL)
					return NULL;
				continue;
			}
		}
		else if (*p == '"')
		{
			p = pendo_json_scan_string(scan, p + 1, flags);
			if (p == NULL)
				return NULL;
			p++;
		}
		else
		{
			p = pendo_json_scan_scalar(scan, p, &kind);
			if (p == NULL)
				return NULL;
		}
		p = scan_to_next_value(scan, p, base, flags);
		if (p == NULL)
			return NULL;
	} while (scan->depth > base);
	return p;
}

const char *
pendo_json_scan_value(PendoJsonScan *scan, const char *p, unsigned *flags)
{
	uint8_t kind;

	if (*p == '{' || *p == '[')
		return pendo_json_scan_container(scan, p, flags);
	if (*p != '"')
		return pendo_json_scan_scalar(scan, p, &kind);
	p = pendo_json_scan_string(scan, p + 1, flags);
	return p == NULL ? NULL : p + 1;
}
