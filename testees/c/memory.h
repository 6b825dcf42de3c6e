/*
 * Memory that is given back all at once, texts made in it, and the one failure that a call may
 * have. Whatever can fail gives -1 or NULL and has set `failure`; TRY hands that on.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRY(call)                                                                                  \
	do {                                                                                       \
		if ((call) < 0)                                                                    \
			return -1;                                                                 \
	} while (0)

struct block;
struct arena {
	struct block *blocks;
};

/* What lives as long as one request. */
extern struct arena scratch;

void *take(struct arena *arena, size_t size);
char *keep(struct arena *arena, const char *text);
void release(struct arena *arena);

/* A text made as printf does, in `scratch`. */
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A text in quotes, as an error names it. */
char *quoted(const char *text);
bool starts_with(const char *text, const char *start);

struct failure {
	char *message;
	const char *code;       /* the error class, as "max-depth" */
	const char *errno_name; /* NULL where no system call has failed */
};
extern struct failure failure;

/* A system call that failed, told as Go tells it: `mkdir /home/a: file exists`. Gives -1. */
int fail(const char *errno_name, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A refusal of the driver's own. Gives -1. */
int refuse(const char *code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Whether the last call failed with this errno. */
bool failed_with(const char *errno_name);

/* Whether `--fault NAME` has planted this fault. */
extern const char *planted;
bool has_fault(const char *name);

#endif
