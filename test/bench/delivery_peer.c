/*-------------------------------------------------------------------------
 *
 * test/bench/delivery_peer.c
 *	  Plain libcurl: the same bodies, so many under way at a time, and nothing
 *	  else done with them.
 *
 *	  delivery_peer METHOD URL FILE IN-FLIGHT
 *
 * FILE has a body a line.  Prints the seconds from the first request to the last
 * answer; that every answer is a success is checked.
 *
 * libs: -lcurl
 *
 *-------------------------------------------------------------------------
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *method;
static const char *url;
static struct curl_slist *header;

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static void
die(const char *what)
{
	fprintf(stderr, "%s\n", what);
	exit(1);
}

/* The answer is received and thrown away. */
static size_t
discard(char *data, size_t size, size_t count, void *arg)
{
	return size * count;
}

/* The next body; NULL after the last.  It ends with its line. */
static char *
next_body(char **rest)
{
	char *body = *rest;
	char *end;

	if (*body == '\0')
		return NULL;
	end = strchr(body, '\n');
	if (end == NULL)
		die("a line without its end");
	*end = '\0';
	*rest = end + 1;
	return body;
}

static int
send_next(CURLM *multi, CURL *easy, char **rest)
{
	char *body = next_body(rest);

	if (body == NULL)
		return 0;
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long) strlen(body));
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
	curl_multi_add_handle(multi, easy);
	return 1;
}

static CURL *
make_easy(void)
{
	CURL *easy = curl_easy_init();

	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, header);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	return easy;
}

static void
check_answer(CURLMsg *message)
{
	long status = 0;

	curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
	if (message->data.result != CURLE_OK || status != 200)
		die("a request failed");
}

static char *
read_file(const char *name)
{
	FILE *file = fopen(name, "r");
	char *text;
	long length;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0)
		die(name);
	length = ftell(file);
	rewind(file);
	text = malloc(length + 1);
	if (text == NULL || fread(text, 1, length, file) != (size_t) length)
		die(name);
	text[length] = '\0';
	fclose(file);
	return text;
}

int
main(int argc, char **argv)
{
	char *rest;
	double began;
	int in_flight = 0;
	CURLM *multi;

	if (argc != 5)
		return 2;
	method = argv[1];
	url = argv[2];
	rest = read_file(argv[3]);
	header = curl_slist_append(NULL, "Content-Type: application/json");
	header = curl_slist_append(header, "Authorization: Bearer token");
	header = curl_slist_append(header, "Expect:");
	curl_global_init(CURL_GLOBAL_DEFAULT);
	multi = curl_multi_init();
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 64L);
	began = now();
	for (int i = 0; i < atoi(argv[4]); i++)
		in_flight += send_next(multi, make_easy(), &rest);
	while (in_flight > 0)
	{
		CURLMsg *message;
		int running;
		int left;

		curl_multi_perform(multi, &running);
		while ((message = curl_multi_info_read(multi, &left)) != NULL)
		{
			CURL *easy = message->easy_handle;

			check_answer(message);
			curl_multi_remove_handle(multi, easy);
			in_flight += send_next(multi, easy, &rest) - 1;
		}
		if (in_flight > 0)
			curl_multi_poll(multi, NULL, 0, 1000, NULL);
	}
	printf("%.6f\n", now() - began);
	return 0;
}
