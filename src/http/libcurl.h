/*-------------------------------------------------------------------------
 *
 * http/libcurl.h
 *	  libcurl's own header, with its warnings kept out of ours.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_LIBCURL_H
#define PENDO_HTTP_LIBCURL_H

#pragma GCC system_header
#include <curl/curl.h>

/*
 * CURLOPT_QUICK_EXIT came with 7.87: without it, dropping a request that is
 * stuck in a name look-up would wait for the resolver's thread.
 */
#if LIBCURL_VERSION_NUM < 0x075700
#error "pendo_fdw needs libcurl 7.87 or later"
#endif

#endif /* PENDO_HTTP_LIBCURL_H */
