/*-------------------------------------------------------------------------
 *
 * settings.h
 *	  Every configuration parameter of pendo_fdw.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_SETTINGS_H
#define PENDO_SETTINGS_H

/* The largest value of pendo_fdw.max_workers. */
#define PENDO_MOST_WORKERS 64

extern bool pendo_enable_pushdown;
extern char *pendo_environment;
extern char *pendo_http_ca_file;
extern int pendo_http_connect_timeout;
extern int pendo_http_first_byte_timeout;
extern char *pendo_http_no_proxy;
extern char *pendo_http_plain_hosts;
extern char *pendo_http_private_hosts;
extern char *pendo_http_proxy;
extern int pendo_http_stall_timeout;
extern int pendo_max_workers;
extern bool pendo_is_backfill;
extern int pendo_log_retention;
extern bool pendo_paused;
extern char *pendo_secret_directory;

/* Are background workers to do nothing, whoever they work for? */
extern bool pendo_workers_are_off(void);

/* Define them all; called once, when the library is loaded. */
extern void pendo_define_settings(void);

#endif /* PENDO_SETTINGS_H */
