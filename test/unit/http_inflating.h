/*-------------------------------------------------------------------------
 *
 * test/unit/http_inflating.h
 *	  What must hold of inflate.c whatever library is behind it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_INFLATING_H
#define PENDO_HTTP_INFLATING_H

#include <zlib.h>

#include "tap.h"

#define PLAIN_LENGTH 3000
#define ROOM		 (1024 * 1024)

typedef struct Bytes
{
	char *data;
	size_t length;
} Bytes;

/* Text that compresses, with some that does not. */
static Bytes
make_plain(size_t length)
{
	Bytes plain = {malloc(length + 1), length};
	unsigned int state = 1;

	for (size_t i = 0; i < length; i++)
	{
		state = state * 1103515245 + 12345;
		plain.data[i] = i % 100 < 80 ? (char) ('a' + i % 7)
									 : (char) (state >> 16);
	}
	return plain;
}

/* One member by zlib; "named" gives it every optional header field. */
static Bytes
compress_member(Bytes plain, int level, bool named)
{
	z_stream stream = {0};
	gz_header header = {.name = (Bytef *) "name",
						.comment = (Bytef *) "comment",
						.extra = (Bytef *) "extra",
						.extra_len = 5,
						.hcrc = 1};
	Bytes out = {malloc(plain.length + 1000), plain.length + 1000};

	deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	if (named)
		deflateSetHeader(&stream, &header);
	stream.next_in = (Bytef *) plain.data;
	stream.avail_in = plain.length;
	stream.next_out = (Bytef *) out.data;
	stream.avail_out = out.length;
	deflate(&stream, Z_FINISH);
	out.length = stream.total_out;
	deflateEnd(&stream);
	return out;
}

static Bytes
join(Bytes a, Bytes b)
{
	Bytes both = {malloc(a.length + b.length), a.length + b.length};

	memcpy(both.data, a.data, a.length);
	memcpy(both.data + a.length, b.data, b.length);
	return both;
}

/*
 * Inflate in portions of up to "in_most" bytes, the first of "in_first", and
 * "out_most" of output; the last status.
 */
static PendoInflateStatus
inflate_all(Bytes in, size_t in_first, size_t in_most, size_t out_most,
			Bytes *out)
{
	PendoInflate *inflate = pendo_inflate_create(NULL);
	PendoInflateStatus status = PENDO_INFLATE_MORE;
	size_t at = 0;
	size_t given = Min(in_first, in.length);
	static char room[ROOM];

	out->data = room;
	out->length = 0;
	for (;;)
	{
		/* a copy of its own, so that a byte too much is found */
		char *piece = malloc(given);
		size_t used = given;
		size_t produced = Min(out_most, ROOM - out->length);
		size_t asked = produced;

		memcpy(piece, in.data + at, given);
		status = pendo_inflate_run(inflate, piece, &used,
								   out->data + out->length, &produced);
		free(piece);
		at += used;
		out->length += produced;
		if (status == PENDO_INFLATE_BAD || out->length == ROOM)
			return status;
		if (used == 0 && produced == 0 && given == in.length - at)
			return status;
		if (produced < asked)
			given = Min(in_most, in.length - at);
		else
			given = Min(given, in.length - at);
		if (given == 0 && produced < asked)
			return status;
	}
}

static bool
is_same(Bytes a, Bytes b)
{
	return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

static void
test_portions(const char *name, Bytes packed, Bytes plain)
{
	static const size_t outs[] = {1, 7, 100, ROOM};
	bool right = true;
	Bytes out;

	for (size_t cut = 1; cut <= packed.length; cut++)
		right &= inflate_all(packed, cut, packed.length, ROOM, &out) ==
					 PENDO_INFLATE_END &&
				 is_same(out, plain);
	tap_ok(right, "%s: cut at every byte", name);
	for (size_t i = 0; i < lengthof(outs); i++)
	{
		tap_ok(inflate_all(packed, 1, 1, outs[i], &out) == PENDO_INFLATE_END &&
				   is_same(out, plain),
			   "%s: byte by byte, %d bytes of room", name, (int) outs[i]);
		tap_ok(inflate_all(packed, packed.length, 1, outs[i], &out) ==
					   PENDO_INFLATE_END &&
				   is_same(out, plain),
			   "%s: at once, %d bytes of room", name, (int) outs[i]);
	}
}

static void
test_truncated(const char *name, Bytes packed, size_t member)
{
	bool right = true;
	Bytes out;

	for (size_t length = 0; length < packed.length; length++)
	{
		Bytes cut = {packed.data, length};

		if (length != member)
			right &= inflate_all(cut, length, 1, ROOM, &out) ==
					 PENDO_INFLATE_MORE;
	}
	tap_ok(right, "%s: without its end it is not at the end", name);
}

/* Damage goes unnoticed only where it does not matter, as in the header. */
static void
test_damaged(const char *name, Bytes packed, Bytes plain)
{
	bool right = true;
	int noticed = 0;
	Bytes out;

	for (size_t i = 0; i < packed.length; i++)
	{
		for (int bit = 0; bit < 8; bit++)
		{
			PendoInflateStatus status;

			packed.data[i] ^= 1 << bit;
			status = inflate_all(packed, packed.length, 1, ROOM, &out);
			if (status == PENDO_INFLATE_END)
				right &= is_same(out, plain);
			else
				noticed++;
			packed.data[i] ^= 1 << bit;
		}
	}
	tap_ok(right, "%s: damage never passes for something else", name);
	tap_ok(noticed > (int) (packed.length - 10) * 8 - 80, "%s: and is noticed",
		   name);
}

static void
test_garbage(Bytes packed)
{
	static const char *const tails[] =
		{"x", "tail", "\x1fx", "0123456789abcdef",
		 "\x1f\x8b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff"};
	Bytes out;

	for (size_t i = 0; i < lengthof(tails); i++)
	{
		Bytes tail = {(char *) tails[i], strlen(tails[i])};
		Bytes both = join(packed, tail);

		tap_ok(inflate_all(both, both.length, 1, ROOM, &out) !=
				   PENDO_INFLATE_END,
			   "garbage %d behind the end", (int) i);
		tap_ok(inflate_all(both, packed.length, 1, ROOM, &out) !=
				   PENDO_INFLATE_END,
			   "garbage %d in a portion of its own", (int) i);
		tap_ok(inflate_all(tail, 1, 1, ROOM, &out) != PENDO_INFLATE_END,
			   "garbage %d alone", (int) i);
	}
}

static int
test_inflate(void)
{
	Bytes plain = make_plain(PLAIN_LENGTH);
	Bytes nothing = make_plain(0);
	Bytes large = make_plain(ROOM - 1);
	Bytes member = compress_member(plain, 6, false);
	Bytes named = compress_member(plain, 9, true);
	Bytes stored = compress_member(plain, 0, false);
	Bytes empty = compress_member(nothing, 6, false);
	Bytes two = join(member, named);
	Bytes out;

	test_portions("a member", member, plain);
	test_portions("a member with a long header", named, plain);
	test_portions("a stored member", stored, plain);
	test_portions("an empty member", empty, nothing);
	test_portions("two members", two, join(plain, plain));
	test_portions("an empty one between", join(join(member, empty), stored),
				  join(plain, plain));
	tap_ok(inflate_all(compress_member(large, 1, false), 1000, 4000, 5000,
					   &out) == PENDO_INFLATE_END &&
			   is_same(out, large),
		   "a megabyte");
	test_truncated("a member", member, SIZE_MAX);
	test_truncated("a stored member", stored, SIZE_MAX);
	test_truncated("two members", two, member.length);
	test_damaged("a member", member, plain);
	test_damaged("a stored member", stored, plain);
	test_garbage(member);
	return tap_done();
}

#endif /* PENDO_HTTP_INFLATING_H */
