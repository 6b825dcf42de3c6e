/* Changes of files below a tree, each with the errno that Linux gives where it fails. */
#ifndef CHANGES_H
#define CHANGES_H

#include "union.h"

enum change_kind {
	WRITE, APPEND, TRUNCATE, MKDIR, SYMLINK_TO, LINK, MKNOD, UNLINK, RMDIR, REMOVE_TREE, RENAME,
	CHMOD, CHOWN, UTIMES, SETXATTR,
};

/* One change; of the members below `path` a kind uses the ones that it needs. */
struct change {
	enum change_kind kind;
	const char *what; /* the kind, as an error names it */
	const char *path; /* relative to the tree; its last name is not followed */
	const char *to, *from, *target, *name;
	struct bytes content; /* or the value of an attribute */
	size_t size;
	unsigned mode, uid, gid;
	int64_t mtime[2];
	enum type type;
	int device[2];
};

int change_file(const struct view *view, const struct change *change);

/* Cuts a path into the directory and the last name. */
char *directory_of(const char *path);
const char *name_of(const char *path);

#endif
