/*-------------------------------------------------------------------------
 *
 * http/secret.c
 *	  Secrets kept in files of pendo_fdw.secret_directory.
 *
 * The file is judged by the descriptor it was opened with, so that nobody can
 * exchange it in between, and it is opened so that neither a symbolic link nor
 * a pipe is followed or waited for.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/secret.h"
#include "settings.h"
#include "storage/fd.h"

/* Far above any key or certificate. */
#define MAX_SECRET (64 * 1024)

bool
pendo_secret_name_is_valid(const char *name)
{
	if (!isalnum((unsigned char) name[0]) || IS_HIGHBIT_SET(name[0]))
		return false;
	for (const char *c = name; *c != '\0'; c++)
	{
		if (IS_HIGHBIT_SET(*c) ||
			(!isalnum((unsigned char) *c) && strchr("._-", *c) == NULL))
			return false;
	}
	return strlen(name) < NAMEDATALEN * 4;
}

static char *
secret_path(const char *name)
{
	if (pendo_secret_directory == NULL || pendo_secret_directory[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("no folder for secrets is configured"),
				 errdetail("A user mapping names the secret file \"%s\".",
						   name),
				 errhint("Set pendo_fdw.secret_directory to the folder that "
						 "holds it.")));
	if (!pendo_secret_name_is_valid(name))
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				 errmsg("invalid name of a secret file"),
				 errhint("A name consists of letters, digits, and the "
						 "characters \".\", \"_\" and \"-\" after the first; "
						 "it is no path.")));
	return psprintf("%s/%s", pendo_secret_directory, name);
}

/* What a file with a secret should be like. */
static const char file_hint[] =
	"The file should hold the secret on one line, belong to the server's user, "
	"and be readable by nobody else: chmod 600.";

/* Why the opened file is not fit to hold a secret; NULL if it is. */
static const char *
file_problem(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "It is not a regular file.";
	if (st->st_uid != geteuid() && st->st_uid != 0)
		return "It belongs neither to the server's user nor to root.";
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return "Group or others may write to it.";
	if (st->st_mode & S_IROTH)
		return "Others may read it.";
	if (st->st_size == 0)
		return "It is empty.";
	if (st->st_size > MAX_SECRET)
		return "It is longer than 64 kB.";
	return NULL;
}

/* Why the bytes are no secret that can be sent; NULL if they are. */
static const char *
content_problem(const char *secret, size_t length)
{
	if (length == 0)
		return "It is empty.";
	for (size_t i = 0; i < length; i++)
	{
		unsigned char c = (unsigned char) secret[i];

		if (c < ' ' || c == 0x7F)
			return "It contains control characters, or more than one line.";
	}
	return NULL;
}

/* Read all of the file; one byte more than allowed shows that it grew. */
static size_t
read_all(int fd, char *into, size_t room, const char *path)
{
	size_t length = 0;

	while (length < room)
	{
		ssize_t n = read(fd, into + length, room - length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
		{
			explicit_bzero(into, room);
			ereport(ERROR,
					(errcode_for_file_access(),
					 errmsg("could not read secret file \"%s\": %m", path)));
		}
		if (n == 0)
			break;
		length += n;
	}
	return length;
}

static void
refuse_file(const char *path, const char *problem)
{
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("secret file \"%s\" cannot be used", path),
					errdetail("%s", problem), errhint("%s", file_hint)));
}

char *
pendo_secret_read(const char *name)
{
	char *path = secret_path(name);
	const char *problem;
	struct stat st;
	char *secret;
	size_t length;
	int fd;

	/* closed at the transaction's end if an error is raised */
	fd = OpenTransientFile(path,
						   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ELOOP)
		refuse_file(path, "It is a symbolic link.");
	if (fd < 0 || fstat(fd, &st) != 0)
		ereport(ERROR, (errcode_for_file_access(),
						errmsg("could not open secret file \"%s\": %m", path),
						errhint("%s", file_hint)));
	problem = file_problem(&st);
	if (problem != NULL)
		refuse_file(path, problem);

	secret = palloc(MAX_SECRET + 2);
	length = read_all(fd, secret, MAX_SECRET + 1, path);
	CloseTransientFile(fd);
	secret[length] = '\0';
	if (length > MAX_SECRET)
		problem = "It is longer than 64 kB.";
	else
	{
		if (length > 0 && secret[length - 1] == '\n')
			secret[--length] = '\0';
		problem = content_problem(secret, length);
	}
	if (problem != NULL)
	{
		explicit_bzero(secret, MAX_SECRET + 2);
		refuse_file(path, problem);
	}
	pfree(path);
	return secret;
}

void
pendo_secret_forget(char *secret)
{
	if (secret == NULL)
		return;
	explicit_bzero(secret, strlen(secret));
	pfree(secret);
}
