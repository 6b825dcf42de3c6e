/*
 * The machine that the driver runs on, in memory: one directory with everything below it, and what
 * is mounted there. Paths are relative to the home; symlinks on the way are followed, the last name
 * not.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include "union.h"

struct mount {
	const char *path;
	struct view view;
	struct mount *next;
};

/* Files and mounts. They outlive the driver, as those of a real machine do. */
struct machine {
	struct arena arena;
	struct node *home;
	struct mount *mounts;
};

void new_machine(struct machine *machine);
bool there_is(struct machine *machine, const char *path);
/* The file at a path. */
struct node *node_at(struct machine *machine, const char *path, const char *call);
/* The directory that a path leads to, its last name followed too. */
struct node *directory_at(struct machine *machine, const char *path);
int make_directory(struct machine *machine, const char *path, unsigned mode);
int remove_directory(struct machine *machine, const char *path);
/* The text of a file; NULL with a failure. */
const char *read_text(struct machine *machine, const char *path);
int write_text(struct machine *machine, const char *path, const char *content);
int make_symlink(struct machine *machine, const char *target, const char *path);
const char *read_symlink(struct machine *machine, const char *path);
int remove_name(struct machine *machine, const char *path);
int rename_to(struct machine *machine, const char *path, const char *to);
/* Removes a file with everything below it. */
int remove_tree(struct machine *machine, const char *path);

void mount_view(struct machine *machine, const char *path, const struct view *view);
const struct view *mounted_at(const struct machine *machine, const char *path);
int unmount(struct machine *machine, const char *path);
/* What shows at a path: what is mounted there, else the directory itself. */
const struct view *view_of(struct machine *machine, const char *path);
struct view plain_view(struct machine *machine, struct node **root);

/* What somebody else does: takes a part of a layer away (`to` is NULL) or gives it a text. */
int tamper(struct machine *machine, const char *id, const char *part, const char *to);

#endif
