/*-------------------------------------------------------------------------
 *
 * connector/common_option.h
 *	  Options that connectors share, to be named in their option_parts.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_COMMON_OPTION_H
#define PENDO_COMMON_OPTION_H

#include "connector/option.h"

/* The way to the remote system, and what every live table has. */
extern const PendoOptionTable pendo_common_options;

/* Of connections that something is delivered to. */
extern const PendoOptionTable pendo_delivery_options;

#endif /* PENDO_COMMON_OPTION_H */
