#include "memory.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct block {
	struct block *next;
	max_align_t start[];
};

struct arena scratch;
struct failure failure;
const char *planted = "";

void *take(struct arena *arena, size_t size)
{
	struct block *block = calloc(1, sizeof *block + size);
	if (block == NULL) {
		fputs("out of memory\n", stderr);
		exit(70);
	}
	block->next = arena->blocks;
	arena->blocks = block;
	return block->start;
}

char *keep(struct arena *arena, const char *text)
{
	size_t size = strlen(text) + 1;
	return memcpy(take(arena, size), text, size);
}

void release(struct arena *arena)
{
	while (arena->blocks != NULL) {
		struct block *next = arena->blocks->next;
		free(arena->blocks);
		arena->blocks = next;
	}
}

static char *print(const char *format, va_list arguments)
{
	va_list again;
	va_copy(again, arguments);
	size_t size = (size_t)vsnprintf(NULL, 0, format, again) + 1;
	va_end(again);
	char *made = take(&scratch, size);
	vsnprintf(made, size, format, arguments);
	return made;
}

char *text(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *made = print(format, arguments);
	va_end(arguments);
	return made;
}

char *quoted(const char *plain)
{
	char *made = take(&scratch, 2 * strlen(plain) + 3), *end = made;
	*end++ = '"';
	for (; *plain != '\0'; plain++) {
		if (*plain == '"' || *plain == '\\')
			*end++ = '\\';
		*end++ = *plain;
	}
	*end = '"';
	return made;
}

bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static const struct {
	const char *name;
	int number;
} ERRNOS[] = {
	{"EACCES", EACCES}, {"EBUSY", EBUSY},   {"EEXIST", EEXIST},       {"EINVAL", EINVAL},
	{"EISDIR", EISDIR}, {"ELOOP", ELOOP},   {"ENAMETOOLONG", ENAMETOOLONG},
	{"ENOENT", ENOENT}, {"ENOTDIR", ENOTDIR}, {"ENOTEMPTY", ENOTEMPTY}, {"ENXIO", ENXIO},
	{"EPERM", EPERM},   {"EROFS", EROFS},   {"EXDEV", EXDEV},
};

static const char *errno_text(const char *name)
{
	for (size_t i = 0; i < sizeof ERRNOS / sizeof *ERRNOS; i++)
		if (strcmp(ERRNOS[i].name, name) == 0)
			return strerror(ERRNOS[i].number);
	return name;
}

int fail(const char *errno_name, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *what = print(format, arguments);
	va_end(arguments);
	char *reason = keep(&scratch, errno_text(errno_name));
	for (char *at = reason; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	failure = (struct failure){text("%s: %s", what, reason), "syscall", errno_name};
	return -1;
}

int refuse(const char *code, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	failure = (struct failure){print(format, arguments), code, NULL};
	va_end(arguments);
	return -1;
}

bool failed_with(const char *errno_name)
{
	return failure.errno_name != NULL && strcmp(failure.errno_name, errno_name) == 0;
}

bool has_fault(const char *name)
{
	return strcmp(planted, name) == 0;
}
