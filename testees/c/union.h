/*
 * Files in memory, and what a directory shows that lies on others, by the rules of overlayfs
 * without redirects, index and metacopy: whiteouts, opaque directories, copy-up. A plain directory
 * is a view of one root in which whiteouts are devices like others.
 */
#ifndef UNION_H
#define UNION_H

#include "memory.h"

#define UMASK 022

enum type { REGULAR, DIRECTORY, SYMLINK, FIFO, CHARACTER, BLOCK, SOCKET };

struct bytes {
	size_t size;
	unsigned char *at;
};

struct xattr {
	const char *name;
	struct bytes value;
	struct xattr *next;
};

struct child {
	const char *name;
	struct node *node;
	struct child *next;
};

/* One file. It is the same file under each of its names. */
struct node {
	enum type type;
	unsigned mode, uid, gid;
	int64_t mtime[2]; /* seconds and nanoseconds */
	struct bytes content;
	const char *target;
	int device[2];
	struct xattr *xattrs;
	bool opaque;            /* a directory that hides what the layers below have under its name */
	struct child *children; /* by name, in the order of bytes */
};

struct part {
	int layer; /* 0 is the uppermost */
	struct node *node;
};

/* A file as it shows: the node, the root it is from, and the directories that make it up. */
struct found {
	struct node *node;
	int layer;
	struct part *parts;
	int count;
	const char *name;      /* of a directory that was walked to, with where it lies */
	struct found *above;
};

struct view {
	struct arena *arena; /* where new nodes are made */
	struct node **roots;
	int count;
	bool writable, plain;
};

struct shown {
	char *path;
	struct node *node;
};

struct node *new_node(struct arena *arena, enum type type, unsigned mode);
struct node *child_of(const struct node *directory, const char *name);
void put_child(struct arena *arena, struct node *directory, const char *name, struct node *node);
void drop_child(struct node *directory, const char *name);
bool is_whiteout(const struct node *node);
void touch(struct node *node);
void set_owner(struct node *node, unsigned uid, unsigned gid);
void set_content(struct arena *arena, struct node *node, struct bytes content);
void set_xattr(struct arena *arena, struct node *node, const char *name, struct bytes value);

int check_name(const char *name);
struct found *root_of(const struct view *view);
/* Finds a name in a directory; NULL where nothing shows. */
struct found *look(const struct view *view, const struct found *place, const char *name);
/* Finds a directory by its path; the root is taken for `/`, symlinks are followed. */
struct found *walk_to(const struct view *view, const char *path);
bool is_empty(const struct view *view, const struct found *place);
/* Everything that shows, in the order of paths. */
size_t visit(const struct view *view, struct shown **all);

struct node *copy_up(const struct view *view, struct found *place, const char *name,
		     struct found *file);
/* Puts a file where nothing shows. */
void insert(const struct view *view, struct found *place, const char *name, struct node *node);
/* Takes a name away, whatever it names. */
void erase(const struct view *view, struct found *place, const char *name);

#endif
