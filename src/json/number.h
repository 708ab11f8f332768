/*-------------------------------------------------------------------------
 *
 * json/number.h
 *	  The value of a JSON number, from its text.
 *
 * For slices of kind PENDO_JSON_NUMBER, whose grammar the reader has checked,
 * where the reader found them: behind them PENDO_JSON_PAD bytes can be read.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_JSON_NUMBER_H
#define PENDO_JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum PendoJsonNumberStatus
{
	PENDO_JSON_NUMBER_OK = 0,
	PENDO_JSON_NUMBER_NOT_INTEGER, /* it has a fraction that is not zero */
	PENDO_JSON_NUMBER_OUT_OF_RANGE
} PendoJsonNumberStatus;

/*
 * Is this text a number?  The other functions want one: what the reader took
 * for a number is, a string may be none.  Leading zeros are let pass.
 */
extern bool pendo_json_number_is_valid(const char *text, size_t length);

/*
 * The exact integer, however it is written: 1.0, 10e-1 and 1e3 are integers.
 * *result is set with PENDO_JSON_NUMBER_OK only.
 */
extern PendoJsonNumberStatus
pendo_json_number_int64(const char *text, size_t length, int64_t *result);

/*
 * The nearest double.  OUT_OF_RANGE when that would be infinite; what is too
 * small becomes a subnormal number or zero.  Wants LC_NUMERIC to be C, as it
 * is in a server.
 */
extern PendoJsonNumberStatus
pendo_json_number_double(const char *text, size_t length, double *result);

#endif /* PENDO_JSON_NUMBER_H */
