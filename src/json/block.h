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

/* Likewise, the first byte being the lowest on every machine. */
static inline uint64_t
pendo_json_load_first_low(const char *p)
{
	uint64_t word = pendo_json_load_word(p);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

#define PENDO_JSON_EACH(c) (UINT64_C(0x0101010101010101) * (c))

/*
 * A mask has some bits for each byte of the block, the first byte's lowest.
 *
 * pendo_json_look_at_block() finds the bytes that are not simply text ("hit":
 * quotes, backslashes, control characters) and those >= 0x80 ("high").  Of
 * the hits only the lowest is certain.
 */
#ifdef PENDO_JSON_USE_SSE2

#define PENDO_JSON_BLOCK 16

typedef uint32_t PendoJsonMask;

static inline void
pendo_json_look_at_block(const char *p, PendoJsonMask *hit, PendoJsonMask *high)
{
	__m128i block = _mm_loadu_si128((const __m128i *) (const void *) p);
	__m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
	__m128i slash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
	__m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)),
									 block);

	*hit = (PendoJsonMask) _mm_movemask_epi8(
		_mm_or_si128(_mm_or_si128(quote, slash), control));
	*high = (PendoJsonMask) _mm_movemask_epi8(block);
}

/* The byte of a mask's lowest bit; there is one. */
static inline unsigned
pendo_json_first_byte(PendoJsonMask mask)
{
	return (unsigned) __builtin_ctz(mask);
}

#else

#define PENDO_JSON_BLOCK 8

typedef uint64_t PendoJsonMask;

/*
 * By borrowing: a subtraction sets the high bit of each byte that was too
 * small.  A borrow can make a wrong hit only above a right one.
 */
static inline void
pendo_json_look_at_block(const char *p, PendoJsonMask *hit, PendoJsonMask *high)
{
	uint64_t word = pendo_json_load_first_low(p);
	uint64_t quote = word ^ PENDO_JSON_EACH('"');
	uint64_t slash = word ^ PENDO_JSON_EACH('\\');

	*hit = (((quote - PENDO_JSON_EACH(1)) & ~quote) |
			((slash - PENDO_JSON_EACH(1)) & ~slash) |
			((word - PENDO_JSON_EACH(0x20)) & ~word)) &
		   PENDO_JSON_EACH(0x80);
	*high = word & PENDO_JSON_EACH(0x80);
}

static inline unsigned
pendo_json_first_byte(PendoJsonMask mask)
{
	return (unsigned) __builtin_ctzll(mask) / 8;
}

#endif

/* The bits below a mask's lowest one; all of them when it has none. */
static inline PendoJsonMask
pendo_json_bits_below(PendoJsonMask mask)
{
	return ~mask & (mask - 1);
}

/* How many digits do the next 8 bytes begin with? */
static inline unsigned
pendo_json_digits_at(const char *p)
{
	uint64_t word = pendo_json_load_first_low(p) ^ PENDO_JSON_EACH('0');
	uint64_t others = (((word & PENDO_JSON_EACH(0x7f)) +
						PENDO_JSON_EACH(0x7f - 9)) |
					   word) &
					  PENDO_JSON_EACH(0x80);

	return others ? (unsigned) __builtin_ctzll(others) / 8 : 8;
}

#endif /* PENDO_JSON_BLOCK_H */
