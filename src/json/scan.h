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

#include "block.h"
#include "reader.h"

typedef struct PendoJsonScan
{
	const char *end;	  /* the sentinel */
	const char *stop;	  /* the byte at which a scan failed */
	PendoJsonError error; /* TRUNCATED: the bytes ran out */
	uint32_t depth;		  /* containers open around p */
	uint32_t max_depth;
	uint32_t max_key;
	uint64_t is_object[PENDO_JSON_MAX_DEPTH / 64]; /* a bit a level */
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
extern const char *
pendo_json_scan_key(PendoJsonScan *scan, const char *p, const char **name,
					uint32_t *length, unsigned *flags);

/* A number or one of the literals; anything else fails. */
extern const char *
pendo_json_scan_scalar(PendoJsonScan *scan, const char *p, uint8_t *kind);

/* A whole array or object, whose content nobody wants one by one. */
extern const char *
pendo_json_scan_container(PendoJsonScan *scan, const char *p, unsigned *flags);

/* A value of any kind, likewise. */
extern const char *
pendo_json_scan_value(PendoJsonScan *scan, const char *p, unsigned *flags);

static inline const char *
pendo_json_skip_space(const char *p)
{
	/* mostly there is none: one comparison tells */
	while ((unsigned char) *p <= ' ' &&
		   (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

/*
 * The rest of a string after its opening quote.  Returns its closing quote,
 * not the byte after it.  Adds to *flags.
 */
static inline const char *
pendo_json_scan_string(PendoJsonScan *scan, const char *p, unsigned *flags)
{
	for (;;)
	{
		PendoJsonMask hit;
		PendoJsonMask high;

		pendo_json_look_at_block(p, &hit, &high);
		if (high != 0 && (high & pendo_json_bits_below(hit)) != 0)
			*flags |= PENDO_JSON_HAS_HIGH_BIT;
		if (hit == 0)
		{
			p += PENDO_JSON_BLOCK;
			continue;
		}
		p += pendo_json_first_byte(hit);
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

#endif /* PENDO_JSON_SCAN_H */
