/*-------------------------------------------------------------------------
 *
 * test/bench/delivery_sink.c
 *	  A CRM that costs next to nothing: HubSpot and Salesforce as far as a
 *	  delivery of many records needs them, one thread, many connections.
 *
 *	  delivery_sink PORT-FILE [DELAY]
 *
 * It writes its port into the file, and ends with its parent.  Each answer comes
 * DELAY microseconds after its request; when each request arrived is logged.
 *
 *	  POST .../batch/{upsert,create,update}   a result for each objectWriteTraceId
 *	  PATCH, POST .../composite/sobjects...   a result for each record
 *	  GET .../account-info..., .../query...   which organisation this is
 *	  POST /services/oauth2/token             a session
 *	  GET /_sink/log     a line for each request that wrote something, which are forgotten
 *	                     then: microseconds since 1970, records, least trace id
 *	  PUT /_sink/delay?N another delay from now on
 *
 * What it answers is made of the request's own inputs; nothing is kept.
 *
 *-------------------------------------------------------------------------
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MAX_CONNECTIONS 4096
#define TRACE			"\"objectWriteTraceId\""
#define RECORD			"{\"attributes\""

/* Text that grows. */
typedef struct Text
{
	char *data;
	size_t length;
	size_t room;
} Text;

/* A client; at most one request of it is under way. */
typedef struct Connection
{
	Text in;
	Text out;
	int64_t due_at; /* when "out" is to be sent; 0: nothing is */
} Connection;

/* A request that wrote something. */
typedef struct Arrival
{
	int64_t at;
	int records;
	long first_trace;
} Arrival;

static Connection connections[MAX_CONNECTIONS]; /* by descriptor */

/* Answers that wait; with one delay for all they are due in this order. */
static int queue[MAX_CONNECTIONS];
static int queue_head = 0;
static int queue_length = 0;

static Arrival *arrivals = NULL;
static size_t arrival_count = 0;
static size_t arrival_room = 0;

static int64_t delay = 0;
static int port = 0;
static int poll_fd;
static int timer_fd;
static long last_id = 1000000;

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t
now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * INT64_C(1000000) + time.tv_nsec / 1000;
}

static void
make_room(Text *text, size_t more)
{
	if (text->length + more + 1 <= text->room)
		return;
	text->room = (text->length + more + 1) * 2;
	text->data = realloc(text->data, text->room);
	if (text->data == NULL)
		die("memory");
}

static void
append(Text *text, const char *data, size_t length)
{
	make_room(text, length);
	memcpy(text->data + text->length, data, length);
	text->length += length;
	text->data[text->length] = '\0';
}

static void
append_string(Text *text, const char *string)
{
	append(text, string, strlen(string));
}

static void
note_arrival(int records, long first_trace)
{
	if (arrival_count == arrival_room)
	{
		arrival_room = arrival_room == 0 ? 4096 : arrival_room * 2;
		arrivals = realloc(arrivals, arrival_room * sizeof(Arrival));
		if (arrivals == NULL)
			die("memory");
	}
	arrivals[arrival_count++] = (Arrival){now(CLOCK_REALTIME), records,
										  first_trace};
}

/* A result for each trace id; they may stand anywhere in an input. */
static void
answer_hubspot(const char *body, Text *answer)
{
	int records = 0;
	long first = 0;

	append_string(answer, "{\"status\":\"COMPLETE\",\"results\":[");
	while ((body = strstr(body, TRACE)) != NULL)
	{
		char piece[512];
		long trace;

		body += strlen(TRACE);
		trace = strtol(body + strspn(body, " :\""), NULL, 10);
		if (records == 0 || trace < first)
			first = trace;
		last_id++;
		snprintf(
			piece, sizeof(piece),
			"%s{\"id\":\"%ld\",\"properties\":{\"hs_createdate\":\"2026-01-05T10:00:00.000Z\","
			"\"hs_lastmodifieddate\":\"2026-01-05T10:00:00.000Z\",\"hs_object_id\":\"%ld\"},"
			"\"createdAt\":\"2026-01-05T10:00:00.000Z\",\"updatedAt\":\"2026-01-05T10:00:00.000Z\","
			"\"archived\":false,\"new\":true,\"objectWriteTraceId\":\"%ld\"}",
			records == 0 ? "" : ",", last_id, last_id, trace);
		append_string(answer, piece);
		records++;
	}
	append_string(answer, "],\"startedAt\":\"2026-01-05T10:00:00.000Z\","
						  "\"completedAt\":\"2026-01-05T10:00:00.000Z\"}");
	note_arrival(records, first);
}

static void
answer_salesforce(const char *body, Text *answer)
{
	int records = 0;

	append_string(answer, "[");
	while ((body = strstr(body, RECORD)) != NULL)
	{
		char piece[128];

		body += strlen(RECORD);
		snprintf(
			piece, sizeof(piece),
			"%s{\"id\":\"001%012ldAAA\",\"success\":true,\"errors\":[],\"created\":true}",
			records == 0 ? "" : ",", ++last_id);
		append_string(answer, piece);
		records++;
	}
	append_string(answer, "]");
	note_arrival(records, 0);
}

static void
answer_session(Text *answer)
{
	char piece[512];

	snprintf(
		piece, sizeof(piece),
		"{\"access_token\":\"00D000000000001!a\",\"instance_url\":\"http://127.0.0.1:%d\","
		"\"id\":\"http://127.0.0.1:%d/id/00D000000000001EAA/005000000000001AAA\","
		"\"token_type\":\"Bearer\",\"issued_at\":\"1767607200000\",\"signature\":\"s\"}",
		port, port);
	append_string(answer, piece);
}

static void
answer_log(Text *answer)
{
	for (size_t i = 0; i < arrival_count; i++)
	{
		char piece[64];

		snprintf(piece, sizeof(piece), "%lld %d %ld\n",
				 (long long) arrivals[i].at, arrivals[i].records,
				 arrivals[i].first_trace);
		append_string(answer, piece);
	}
	arrival_count = 0;
}

static void
set_delay(const char *path)
{
	delay = strtoll(strchr(path, '?') + 1, NULL, 10);
}

/* The answer's body; false: it is not to wait. */
static int
answer_body(const char *path, const char *body, Text *answer)
{
	if (strstr(path, "/batch/"))
		answer_hubspot(body, answer);
	else if (strstr(path, "/composite/sobjects"))
		answer_salesforce(body, answer);
	else if (strncmp(path, "/_sink/log", 10) == 0)
		answer_log(answer);
	else if (strncmp(path, "/_sink/delay?", 13) == 0)
		set_delay(path);
	else if (strstr(path, "/oauth2/token"))
		answer_session(answer);
	else if (strstr(path, "/account-info/"))
		append_string(answer, "{\"portalId\":4711,\"timeZone\":\"UTC\"}");
	else
		append_string(
			answer,
			"{\"totalSize\":1,\"done\":true,\"records\":[{\"Id\":\"00D000000000001EAA\"}]}");
	return strncmp(path, "/_sink/", 7) != 0;
}

static void
set_timer(void)
{
	struct itimerspec time = {0};
	int64_t left;

	if (queue_length > 0)
	{
		left = connections[queue[queue_head]].due_at - now(CLOCK_MONOTONIC);
		if (left < 1)
			left = 1;
		time.it_value.tv_sec = left / 1000000;
		time.it_value.tv_nsec = left % 1000000 * 1000;
	}
	timerfd_settime(timer_fd, 0, &time, NULL);
}

static void
drop(int fd)
{
	close(fd);
	connections[fd].in.length = 0;
	connections[fd].out.length = 0;
}

/* The answers are small: what a socket does not take at once is waited for. */
static void
send_answer(int fd)
{
	Connection *connection = &connections[fd];
	size_t sent = 0;

	while (sent < connection->out.length)
	{
		ssize_t count = send(fd, connection->out.data + sent,
							 connection->out.length - sent, MSG_NOSIGNAL);

		if (count < 0 && errno != EINTR)
			break; /* it has gone; its end is read soon */
		if (count > 0)
			sent += count;
	}
	connection->out.length = 0;
	connection->due_at = 0;
}

static void
answer(int fd, const char *path, const char *body)
{
	static Text text;
	Connection *connection = &connections[fd];
	char head[256];
	int waits;

	text.length = 0;
	append_string(&text, "");
	waits = answer_body(path, body, &text) && delay > 0;
	snprintf(head, sizeof(head),
			 "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
			 "X-HubSpot-Correlation-Id: 0\r\nContent-Length: %zu\r\n\r\n",
			 text.length);
	connection->out.length = 0;
	append_string(&connection->out, head);
	append(&connection->out, text.data, text.length);
	if (!waits)
	{
		send_answer(fd);
		return;
	}
	connection->due_at = now(CLOCK_MONOTONIC) + delay;
	queue[(queue_head + queue_length++) % MAX_CONNECTIONS] = fd;
	if (queue_length == 1)
		set_timer();
}

static void
answer_those_due(void)
{
	int64_t at = now(CLOCK_MONOTONIC);

	while (queue_length > 0 && connections[queue[queue_head]].due_at <= at)
	{
		send_answer(queue[queue_head]);
		queue_head = (queue_head + 1) % MAX_CONNECTIONS;
		queue_length--;
	}
	set_timer();
}

/* Answer the request in "in", if it is whole. */
static void
handle_request(int fd)
{
	Text *in = &connections[fd].in;
	char *end = strstr(in->data, "\r\n\r\n");
	char *field;
	size_t head_length;
	size_t body_length = 0;
	char *path;

	if (end == NULL)
		return;
	head_length = end + 4 - in->data;
	*end = '\0';
	field = strcasestr(in->data, "\r\nContent-Length:");
	if (field != NULL)
		body_length = strtoul(field + 17, NULL, 10);
	if (in->length < head_length + body_length)
	{
		*end = '\r';
		return;
	}
	path = strchr(in->data, ' ');
	if (path == NULL)
		die("request");
	path++;
	strtok(path, " ");
	answer(fd, path, in->data + head_length);
	in->length = 0;
}

static void
read_some(int fd)
{
	Text *in = &connections[fd].in;
	ssize_t count;

	make_room(in, 256 * 1024);
	count = recv(fd, in->data + in->length, 256 * 1024, MSG_DONTWAIT);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count <= 0)
	{
		if (connections[fd].due_at == 0)
			drop(fd);
		else
			shutdown(fd, SHUT_RDWR);
		return;
	}
	in->length += count;
	in->data[in->length] = '\0';
	handle_request(fd);
}

static void
watch(int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
		die("epoll_ctl");
}

static void
accept_one(int listener)
{
	int fd = accept(listener, NULL, NULL);
	int on = 1;

	if (fd < 0)
		return;
	if (fd >= MAX_CONNECTIONS)
	{
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	watch(fd);
}

static int
listen_somewhere(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
								  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *) &address, length) != 0 ||
		listen(fd, 512) != 0 ||
		getsockname(fd, (struct sockaddr *) &address, &length) != 0)
		die("listen");
	port = ntohs(address.sin_port);
	return fd;
}

static void
write_port(const char *name)
{
	FILE *file = fopen(name, "w");

	if (file == NULL || fprintf(file, "%d\n", port) < 0 || fclose(file) != 0)
		die(name);
}

int
main(int argc, char **argv)
{
	int listener;

	if (argc < 2)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (argc > 2)
		delay = strtoll(argv[2], NULL, 10);
	poll_fd = epoll_create1(0);
	timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	listener = listen_somewhere();
	watch(listener);
	watch(timer_fd);
	write_port(argv[1]);
	for (;;)
	{
		struct epoll_event events[64];
		int count = epoll_wait(poll_fd, events, 64, -1);

		for (int i = 0; i < count; i++)
		{
			int fd = events[i].data.fd;
			uint64_t ticks;

			if (fd == listener)
				accept_one(fd);
			else if (fd != timer_fd)
				read_some(fd);
			else if (read(fd, &ticks, sizeof(ticks)) > 0)
				answer_those_due();
		}
	}
}
