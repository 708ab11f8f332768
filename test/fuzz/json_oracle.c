/*-------------------------------------------------------------------------
 *
 * test/fuzz/json_oracle.c
 *	  A second, plain opinion on what rows a JSON document holds.
 *
 *-------------------------------------------------------------------------
 */
#include "json_oracle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define END (-1)

void
oracle_free_tree(OracleTree *tree)
{
	while (tree != NULL)
	{
		OracleTree *next = tree->next;

		oracle_free_tree(tree->first);
		free(tree->name);
		free(tree);
		tree = next;
	}
}

static int
look(const Oracle *o)
{
	return o->at < o->length ? (unsigned char) o->text[o->at] : END;
}

static bool
wrong(Oracle *o)
{
	o->error = look(o) == END ? PENDO_JSON_TRUNCATED : PENDO_JSON_SYNTAX;
	o->offset = o->at;
	return false;
}

static bool
refuse(Oracle *o, size_t at, PendoJsonError error)
{
	o->error = error;
	o->offset = at;
	return false;
}

static bool
expect(Oracle *o, int c)
{
	if (look(o) != c)
		return wrong(o);
	o->at++;
	return true;
}

static void
skip_blank(Oracle *o)
{
	int c;

	while ((c = look(o)) == 32 || c == 9 || c == 10 || c == 13)
		o->at++;
}

/* From the opening quote to behind the closing one. */
static bool
read_string(Oracle *o)
{
	if (!expect(o, '"'))
		return false;
	for (;;)
	{
		int c = look(o);

		if (c == END || c < 32)
			return wrong(o);
		o->at++;
		if (c == '"')
			return true;
		if (c != '\\')
			continue;
		c = look(o);
		if (c == END || c == 0 || strchr("\"\\/bfnrtu", c) == NULL)
			return wrong(o);
		o->at++;
		for (int i = 0; c == 'u' && i < 4; i++)
		{
			int digit = look(o);

			if (digit == END || digit == 0 ||
				strchr("0123456789abcdefABCDEF", digit) == NULL)
				return wrong(o);
			o->at++;
		}
	}
}

static bool
read_digits(Oracle *o)
{
	size_t start = o->at;

	while (look(o) >= '0' && look(o) <= '9')
		o->at++;
	return o->at > start ? true : wrong(o);
}

static bool
read_number(Oracle *o)
{
	if (look(o) == '-')
		o->at++;
	if (look(o) == '0')
		o->at++;
	else if (!read_digits(o))
		return false;
	if (look(o) == '.')
	{
		o->at++;
		if (!read_digits(o))
			return false;
	}
	if (look(o) == 'e' || look(o) == 'E')
	{
		o->at++;
		if (look(o) == '+' || look(o) == '-')
			o->at++;
		if (!read_digits(o))
			return false;
	}

	/* no document is a number: what ends here is cut */
	return look(o) == END ? wrong(o) : true;
}

static bool
read_word(Oracle *o, const char *word)
{
	for (; *word; word++)
	{
		if (!expect(o, *word))
			return false;
	}
	return true;
}

/* Name and colon; the name goes to "tree" if there is one. */
static bool
read_name(Oracle *o, OracleTree *tree)
{
	size_t open = o->at;
	bool done = read_string(o);
	size_t reached = done ? o->at - 1 : o->offset;

	if (!done && reached == open)
		return false;
	if (reached - open - 1 > o->limits.key_bytes)
		return refuse(o, open + 1 + o->limits.key_bytes,
					  PENDO_JSON_KEY_TOO_LONG);
	if (!done)
		return false;
	if (tree != NULL)
	{
		int64_t bytes;

		tree->name = malloc(reached - open);
		bytes = oracle_unescape(o->text + open + 1, reached - open - 1,
								tree->name);
		if (bytes < 0)
		{
			/* no text: equal to nothing */
			free(tree->name);
			tree->name = NULL;
		}
		else
			tree->name_length = (size_t) bytes;
	}
	skip_blank(o);
	return expect(o, ':');
}

static bool read_tree(Oracle *o, OracleTree *tree);

static bool
read_contents(Oracle *o, OracleTree *tree, int closing)
{
	OracleTree **link = &tree->first;

	if (o->depth >= o->limits.depth)
		return refuse(o, o->at, PENDO_JSON_TOO_DEEP);
	o->depth++;
	o->at++;
	skip_blank(o);
	for (bool first = true; look(o) != closing; first = false)
	{
		OracleTree *child;

		if (!first)
		{
			if (!expect(o, ','))
				return false;
			skip_blank(o);
		}
		child = calloc(1, sizeof(OracleTree));
		*link = child;
		link = &child->next;
		if (closing == '}')
		{
			if (!read_name(o, child))
				return false;
			skip_blank(o);
		}
		if (!read_tree(o, child))
			return false;
		skip_blank(o);
	}
	o->at++;
	o->depth--;
	return true;
}

static bool
read_tree(Oracle *o, OracleTree *tree)
{
	bool done;

	tree->start = o->at;
	switch (look(o))
	{
		case '{':
			tree->kind = PENDO_JSON_OBJECT;
			done = read_contents(o, tree, '}');
			break;
		case '[':
			tree->kind = PENDO_JSON_ARRAY;
			done = read_contents(o, tree, ']');
			break;
		case '"':
			tree->kind = PENDO_JSON_STRING;
			done = read_string(o);
			break;
		case 't':
			tree->kind = PENDO_JSON_TRUE;
			done = read_word(o, "true");
			break;
		case 'f':
			tree->kind = PENDO_JSON_FALSE;
			done = read_word(o, "false");
			break;
		case 'n':
			tree->kind = PENDO_JSON_NULL;
			done = read_word(o, "null");
			break;
		default:
			tree->kind = PENDO_JSON_NUMBER;
			done = read_number(o);
			break;
	}
	tree->length = o->at - tree->start;
	if (done && tree->kind == PENDO_JSON_STRING)
	{
		tree->start++;
		tree->length -= 2;
	}
	return done;
}

/* What counts as one piece may not be longer than a row. */
static bool
check_piece(Oracle *o, size_t start, bool done)
{
	size_t reached = done ? o->at : o->offset;

	if (!done && o->error != PENDO_JSON_TRUNCATED)
		reached++; /* the wrong byte counts too */
	if (reached - start > o->limits.row_bytes)
		return refuse(o, start + o->limits.row_bytes, PENDO_JSON_ROW_TOO_LONG);
	return done;
}

static const OracleTree *
follow(const OracleTree *tree, const char *const *path)
{
	for (; tree != NULL && *path != NULL; path++)
	{
		const OracleTree *found = NULL;

		for (const OracleTree *m = tree->first; m != NULL; m = m->next)
		{
			if (m->name != NULL && m->name_length == strlen(*path) &&
				memcmp(m->name, *path, m->name_length) == 0)
				found = m;
		}
		tree = found;
	}
	return tree;
}

static void
keep_row(Oracle *o, const OracleTree *row)
{
	size_t count = (size_t) o->spec->path_count;

	if (o->row_count == o->row_room)
	{
		o->row_room = o->row_room * 2 + 4;
		o->values = realloc(o->values,
							o->row_room * (count + 1) * sizeof(OracleValue));
	}
	for (size_t i = 0; i < count; i++)
	{
		const OracleTree *found = follow(row, o->spec->paths[i]);
		OracleValue *value = &o->values[o->row_count * count + i];

		memset(value, 0, sizeof(*value));
		if (found != NULL)
		{
			value->kind = found->kind;
			value->start = found->start;
			value->length = found->length;
		}
	}
	o->row_count++;
}

static bool
begins_value(int c)
{
	return c == '{' || c == '[' || c == '"' || c == '-' || c == 't' ||
		   c == 'f' || c == 'n' || (c >= '0' && c <= '9');
}

static bool
read_piece(Oracle *o, bool is_row)
{
	OracleTree *tree = calloc(1, sizeof(OracleTree));
	size_t start = o->at;
	bool done = check_piece(o, start, read_tree(o, tree));

	if (done && is_row)
		keep_row(o, tree);
	oracle_free_tree(tree);
	return done;
}

static bool
read_rows(Oracle *o)
{
	int c = look(o);

	if (c == 'n')
		return read_piece(o, false);
	if (c != '[')
		return begins_value(c) ? refuse(o, o->at, PENDO_JSON_NOT_ROWS)
							   : wrong(o);
	if (o->depth >= o->limits.depth)
		return refuse(o, o->at, PENDO_JSON_TOO_DEEP);
	o->depth++;
	o->at++;
	skip_blank(o);
	for (bool first = true; look(o) != ']'; first = false)
	{
		if (!first)
		{
			if (!expect(o, ','))
				return false;
			skip_blank(o);
		}
		c = look(o);
		if (c != '{')
			return begins_value(c) ? refuse(o, o->at, PENDO_JSON_NOT_ROWS)
								   : wrong(o);
		if (!read_piece(o, true))
			return false;
		skip_blank(o);
	}
	o->at++;
	o->depth--;
	return true;
}

static bool
read_wrapper(Oracle *o)
{
	const char *wanted = o->spec->rows_member;
	bool seen = false;
	int c = look(o);

	if (c != '{')
		return begins_value(c) ? refuse(o, o->at, PENDO_JSON_NOT_ROWS)
							   : wrong(o);
	if (o->limits.depth < 1)
		return refuse(o, o->at, PENDO_JSON_TOO_DEEP);
	o->depth = 1;
	o->at++;
	skip_blank(o);
	for (bool first = true; look(o) != '}'; first = false)
	{
		OracleTree member = {0};
		size_t start;
		bool done;
		bool is_rows;

		if (!first)
		{
			if (!expect(o, ','))
				return false;
			skip_blank(o);
		}
		start = o->at;
		if (look(o) != '"')
			return wrong(o);
		done = check_piece(o, start, read_name(o, &member));
		is_rows = done && member.name != NULL &&
				  member.name_length == strlen(wanted) &&
				  memcmp(member.name, wanted, member.name_length) == 0;
		free(member.name);
		if (!done)
			return false;
		if (is_rows && seen)
			return refuse(o, start, PENDO_JSON_NOT_ROWS);
		skip_blank(o);
		if (look(o) == END)
			return wrong(o);
		seen = seen || is_rows;
		if (!(is_rows ? read_rows(o) : read_piece(o, false)))
			return false;
		skip_blank(o);
	}
	o->at++;
	skip_blank(o);
	if (look(o) != END)
		return wrong(o);
	return seen ? true : refuse(o, o->at, PENDO_JSON_NO_ROWS);
}

void
oracle_read(Oracle *o)
{
	if (o->length >= 3 && strncmp(o->text, "\357\273\277", 3) == 0)
		o->at = 3;
	skip_blank(o);
	if (o->spec->rows_member != NULL)
	{
		read_wrapper(o);
		return;
	}
	if (!read_rows(o))
		return;
	skip_blank(o);
	if (look(o) != END)
		wrong(o);
}

OracleTree *
oracle_parse(Oracle *o)
{
	OracleTree *tree = calloc(1, sizeof(OracleTree));
	bool done;

	skip_blank(o);
	done = read_tree(o, tree);
	skip_blank(o);
	if (done && look(o) != END)
		done = wrong(o);
	if (done)
		return tree;
	oracle_free_tree(tree);
	return NULL;
}

void
oracle_free(Oracle *o)
{
	free(o->values);
}

/*
 * The next character of UTF-8 text, by decoding it and then asking whether it
 * needed that many bytes; -1 if it is none.
 */
static long
decode(const unsigned char *s, size_t length, size_t *used)
{
	static const long least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t count;
	long c = s[0];

	if (c < 0x80)
		count = 1;
	else if ((c & 0xE0) == 0xC0)
	{
		count = 2;
		c &= 0x1F;
	}
	else if ((c & 0xF0) == 0xE0)
	{
		count = 3;
		c &= 0x0F;
	}
	else if ((c & 0xF8) == 0xF0)
	{
		count = 4;
		c &= 0x07;
	}
	else
		return -1;
	if (count > length)
		return -1;
	for (size_t i = 1; i < count; i++)
	{
		if (s[i] / 64 != 2)
			return -1;
		c = c * 64 + s[i] % 64;
	}
	if (c < least[count] || c > 0x10FFFF || c / 0x800 == 0xD800 / 0x800)
		return -1;
	*used = count;
	return c;
}

bool
oracle_valid_utf8(const char *text, size_t length)
{
	size_t used;

	for (size_t i = 0; i < length; i += used)
	{
		if (decode((const unsigned char *) text + i, length - i, &used) < 0)
			return false;
	}
	return true;
}

static size_t
encode(char *into, long c)
{
	int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const int lead[] = {0, 0xC0, 0xE0, 0xF0};

	into[0] = (char) (lead[more] + (c >> 6 * more));
	for (int i = 1; i <= more; i++)
		into[i] = (char) (0x80 + (c >> 6 * (more - i)) % 64);
	return (size_t) more + 1;
}

static long
hex4(const char *text)
{
	char digits[5] = {0};

	memcpy(digits, text, 4);
	return strtol(digits, NULL, 16);
}

int64_t
oracle_unescape(const char *text, size_t length, char *into)
{
	static const char letters[] = "bfnrt";
	static const char controls[] = "\b\f\n\r\t";
	size_t out = 0;
	long half = 0; /* a high surrogate that waits for its low */

	for (size_t i = 0; i <= length;)
	{
		bool is_low = false;
		size_t used = 1;
		long c = -1;

		if (i == length)
		{
			if (half)
				out += encode(into + out, 0xFFFD);
			break;
		}
		if (text[i] != '\\')
			c = decode((const unsigned char *) text + i, length - i, &used);
		else if (text[i + 1] == 'u')
		{
			c = hex4(text + i + 2);
			used = 6;
			is_low = c >= 0xDC00 && c < 0xE000;
			if (c == 0)
				return -1;
		}
		else
		{
			const char *letter = strchr(letters, text[i + 1]);

			c = letter ? controls[letter - letters] : text[i + 1];
			used = 2;
		}
		if (c < 0)
			return -1;
		i += used;

		if (half && is_low)
		{
			out += encode(into + out,
						  0x10000 + (half - 0xD800) * 1024 + (c - 0xDC00));
			half = 0;
			continue;
		}
		if (half)
			out += encode(into + out, 0xFFFD);
		half = c >= 0xD800 && c < 0xDC00 ? c : 0;
		if (!half)
			out += encode(into + out, is_low ? 0xFFFD : c);
	}
	return (int64_t) out;
}

int
oracle_int64(const char *text, size_t length, int64_t *result)
{
	char digits[2048];
	char plain[2048] = {0};
	size_t count = 0;
	long point = -1;
	long exponent = 0;
	size_t i = (text[0] == '-');
	long long value;

	if (length > 400)
		return 3;
	for (; i < length && text[i] != 'e' && text[i] != 'E'; i++)
	{
		if (text[i] == '.')
			point = (long) count;
		else
			digits[count++] = text[i];
	}
	if (point < 0)
		point = (long) count;
	if (i < length)
	{
		if (length - i > 5)
			return 3;
		exponent = strtol(text + i + 1, NULL, 10);
	}
	if (exponent > 1000 || exponent < -1000)
		return 3;
	point += exponent;

	/* all digits from the point on must be zeros, those before are the value */
	for (long j = point < 0 ? 0 : point; j < (long) count; j++)
	{
		if (digits[j] != '0')
			return 1;
	}
	plain[0] = text[0] == '-' ? '-' : '+';
	plain[1] = '0';
	for (long j = 0; j < point; j++)
		plain[j + 2] = j < (long) count ? digits[j] : '0';
	errno = 0;
	value = strtoll(plain, NULL, 10);
	if (errno == ERANGE)
		return 2;
	*result = value;
	return 0;
}
