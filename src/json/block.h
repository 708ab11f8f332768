/*-------------------------------------------------------------------------
 *
 * json/block.h
 *	  The plain bytes of a string, a block at a time.
 *
 * With SSE2 a block has 16 bytes, else it is a word of 8.  A block may reach
 * beyond the end of the text: see PENDO_JSON_PAD in scan.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_JSON_BLOCK_H
#define PENDO_JSON_BLOCK_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && !defined(PENDO_JSON_PORTABLE)
#define PENDO_JSON_USE_SSE2
#include <emmintrin.h>
#endif

/* What was met inside a string, or inside the strings of a container. */
#define PENDO_JSON_HAS_ESCAPE	1u
#define PENDO_JSON_HAS_HIGH_BIT 2u

static inline uint64_t
pendo_json_load_word(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

/*
 * How many bytes of the next block stand before a quote, a backslash or a
 * control character (PENDO_JSON_BLOCK: all of them)?
 */
#ifdef PENDO_JSON_USE_SSE2

#define PENDO_JSON_BLOCK 16

static inline unsigned
pendo_json_plain_bytes(const char *p, unsigned *flags)
{
	__m128i block = _mm_loadu_si128((const __m128i *) (const void *) p);
	__m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
	__m128i slash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
	__m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)),
									 block);
	unsigned hit = (unsigned) _mm_movemask_epi8(
		_mm_or_si128(_mm_or_si128(quote, slash), control));
	unsigned high = (unsigned) _mm_movemask_epi8(block);

	/* bits below the first hit; all of them when there is none */
	if (high & ~hit & (hit - 1))
		*flags |= PENDO_JSON_HAS_HIGH_BIT;
	return hit ? (unsigned) __builtin_ctz(hit) : PENDO_JSON_BLOCK;
}

#else

#define PENDO_JSON_BLOCK   8
#define PENDO_JSON_EACH(c) (UINT64_C(0x0101010101010101) * (c))

static inline unsigned
pendo_json_plain_bytes(const char *p, unsigned *flags)
{
	uint64_t word = pendo_json_load_word(p);
	uint64_t quote;
	uint64_t slash;
	uint64_t hit;

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

#endif /* PENDO_JSON_BLOCK_H */
