/*-------------------------------------------------------------------------
 *
 * json/scan.h
 *	  JSON grammar on a buffer that ends in a sentinel.
 *
 * All functions walk forward from "p" and return the byte after what they
 * recognised, or NULL when that was not possible; scan->error and scan->stop
 * then say why and where.  None of them compares with the end of the buffer
 * while things go well: scan->end holds a NUL, which no grammar rule accepts,
 * so that every walk stops there by itself.  Whether a NUL was the sentinel
 * (more bytes are needed) or part of the document (an error) is asked only
 * once, in pendo_json_scan_fail().
 *
 * PENDO_JSON_PAD further NULs follow the sentinel, because the fast paths load
 * whole words.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_JSON_SCAN_H
#define PENDO_JSON_SCAN_H

#include <string.h>

#include "reader.h"

#if defined(__SSE2__) && !defined(PENDO_JSON_PORTABLE)
#define PENDO_JSON_USE_SSE2
#include <emmintrin.h>
#endif

/* Bytes behind the end that may be read; also the longest glue (see row.c). */
#define PENDO_JSON_PAD			64

/* What was met inside a string, or inside the strings of a container. */
#define PENDO_JSON_HAS_ESCAPE	1u
#define PENDO_JSON_HAS_HIGH_BIT	2u

typedef struct PendoJsonScan
{
	const char *end;			/* the sentinel */
	const char *stop;			/* the byte at which a scan failed */
	PendoJsonError error;		/* TRUNCATED: the bytes ran out */
	uint32_t	depth;			/* containers open around p */
	uint32_t	max_depth;
	uint32_t	max_key;
	uint64_t	is_object[PENDO_JSON_MAX_DEPTH / 64];	/* a bit a level */
} PendoJsonScan;

/* Note the failure at "p": the end of the bytes or a wrong one. */
extern const char *pendo_json_scan_fail(PendoJsonScan *scan, const char *p);

/* Likewise, for a limit. */
extern const char *pendo_json_scan_refuse(PendoJsonScan *scan, const char *p,
										  PendoJsonError error);

/* The escape sequence whose backslash is at "p". */
extern const char *pendo_json_scan_escape(PendoJsonScan *scan, const char *p);

/*
 * A member name and its colon, from the opening quote on; the name's bounds go
 * to *name and *length.
 */
extern const char *pendo_json_scan_key(PendoJsonScan *scan, const char *p,
									   const char **name, uint32_t *length,
									   unsigned *flags);

/* A number or one of the literals; anything else fails. */
extern const char *pendo_json_scan_scalar(PendoJsonScan *scan, const char *p,
										  uint8_t *kind);

/* A whole array or object, whose content nobody wants one by one. */
extern const char *pendo_json_scan_container(PendoJsonScan *scan,
											 const char *p, unsigned *flags);

/* A value of any kind, likewise. */
extern const char *pendo_json_scan_value(PendoJsonScan *scan, const char *p,
										 unsigned *flags);

static inline const char *
pendo_json_skip_space(const char *p)
{
	while (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')
		p++;
	return p;
}

static inline uint64_t
pendo_json_load_word(const char *p)
{
	uint64_t	word;

	memcpy(&word, p, sizeof(word));
	return word;
}

/*
 * How many bytes of the next block stand before a quote, a backslash or a
 * control character (PENDO_JSON_BLOCK: all of them)?
 */
#ifdef PENDO_JSON_USE_SSE2

#define PENDO_JSON_BLOCK	16

static inline unsigned
pendo_json_plain_bytes(const char *p, unsigned *flags)
{
	__m128i		block = _mm_loadu_si128((const __m128i *) (const void *) p);
	__m128i		quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
	__m128i		slash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
	__m128i		control = _mm_cmpeq_epi8(_mm_min_epu8(block,
													  _mm_set1_epi8(0x1f)),
										 block);
	unsigned	hit = (unsigned)
		_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, slash), control));
	unsigned	high = (unsigned) _mm_movemask_epi8(block);

	/* bits below the first hit; all of them when there is none */
	if (high & ~hit & (hit - 1))
		*flags |= PENDO_JSON_HAS_HIGH_BIT;
	return hit ? (unsigned) __builtin_ctz(hit) : PENDO_JSON_BLOCK;
}

#else

#define PENDO_JSON_BLOCK	8
#define PENDO_JSON_EACH(c)	(UINT64_C(0x0101010101010101) * (c))

static inline unsigned
pendo_json_plain_bytes(const char *p, unsigned *flags)
{
	uint64_t	word = pendo_json_load_word(p);
	uint64_t	quote;
	uint64_t	slash;
	uint64_t	hit;

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif

	/*
	 * The usual borrow trick: a subtraction sets the high bit of each byte
	 * that was too small.  A borrow can make a wrong hit only above a right
	 * one, and only the lowest counts.
	 */
	quote = word ^ PENDO_JSON_EACH('"');
	slash = word ^ PENDO_JSON_EACH('\\');
	hit = (quote - PENDO_JSON_EACH(1)) & ~quote;
	hit |= (slash - PENDO_JSON_EACH(1)) & ~slash;
	hit |= (word - PENDO_JSON_EACH(0x20)) & ~word;
	hit &= PENDO_JSON_EACH(0x80);

	if (word & PENDO_JSON_EACH(0x80) & ~hit & (hit - 1))
		*flags |= PENDO_JSON_HAS_HIGH_BIT;
	return hit ? (unsigned) __builtin_ctzll(hit) / 8 : PENDO_JSON_BLOCK;
}

#endif

/*
 * The rest of a string after its opening quote.  Returns its closing quote,
 * not the byte after it.  Adds to *flags.
 */
static inline const char *
pendo_json_scan_string(PendoJsonScan *scan, const char *p, unsigned *flags)
{
	for (;;)
	{
		unsigned	plain = pendo_json_plain_bytes(p, flags);

		p += plain;
		if (plain == PENDO_JSON_BLOCK)
			continue;
		if (*p == '"')
			return p;
		if (*p != '\\')
			return pendo_json_scan_fail(scan, p);
		*flags |= PENDO_JSON_HAS_ESCAPE;
		p = pendo_json_scan_escape(scan, p);
		if (p == NULL)
			return NULL;
	}
}

#endif							/* PENDO_JSON_SCAN_H */
