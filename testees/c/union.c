#include "union.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SYMLINKS_MAX 40
#define NAME_BYTES_MAX 255
#define CAPABILITY "security.capability"

struct node *new_node(struct arena *arena, enum type type, unsigned mode)
{
	struct node *node = take(arena, sizeof *node);
	node->type = type;
	node->mode = mode;
	node->target = "";
	touch(node);
	return node;
}

static struct child **slot_of(struct node *directory, const char *name)
{
	struct child **slot = &directory->children;
	while (*slot != NULL && strcmp((*slot)->name, name) < 0)
		slot = &(*slot)->next;
	return slot;
}

struct node *child_of(const struct node *directory, const char *name)
{
	const struct child *child = *slot_of((struct node *)directory, name);
	return child != NULL && strcmp(child->name, name) == 0 ? child->node : NULL;
}

void put_child(struct arena *arena, struct node *directory, const char *name, struct node *node)
{
	struct child **slot = slot_of(directory, name);
	if (*slot != NULL && strcmp((*slot)->name, name) == 0) {
		(*slot)->node = node;
		return;
	}
	struct child *child = take(arena, sizeof *child);
	*child = (struct child){keep(arena, name), node, *slot};
	*slot = child;
}

void drop_child(struct node *directory, const char *name)
{
	struct child **slot = slot_of(directory, name);
	if (*slot != NULL && strcmp((*slot)->name, name) == 0)
		*slot = (*slot)->next;
}

/* What a layer has instead of a file that is gone: a character device 0:0. */
bool is_whiteout(const struct node *node)
{
	return node->type == CHARACTER && node->device[0] == 0 && node->device[1] == 0;
}

void touch(struct node *node)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	node->mtime[0] = now.tv_sec;
	node->mtime[1] = now.tv_nsec;
}

static void drop_xattr(struct node *node, const char *name)
{
	for (struct xattr **at = &node->xattrs; *at != NULL; at = &(*at)->next) {
		if (strcmp((*at)->name, name) == 0) {
			*at = (*at)->next;
			return;
		}
	}
}

void set_xattr(struct arena *arena, struct node *node, const char *name, struct bytes value)
{
	drop_xattr(node, name);
	struct xattr *xattr = take(arena, sizeof *xattr);
	*xattr = (struct xattr){keep(arena, name), {value.size, take(arena, value.size)}, node->xattrs};
	memcpy(xattr->value.at, value.at, value.size);
	node->xattrs = xattr;
}

/* Another owner takes away what the old one may have granted. */
void set_owner(struct node *node, unsigned uid, unsigned gid)
{
	node->uid = uid;
	node->gid = gid;
	if (node->type == DIRECTORY)
		return;
	node->mode &= ~04000u;
	if (node->mode & 010)
		node->mode &= ~02000u;
	drop_xattr(node, CAPABILITY);
}

/* Whoever writes takes the capabilities away. */
void set_content(struct arena *arena, struct node *node, struct bytes content)
{
	node->content = (struct bytes){content.size, take(arena, content.size)};
	if (content.size > 0)
		memcpy(node->content.at, content.at, content.size);
	touch(node);
	drop_xattr(node, CAPABILITY);
}

int check_name(const char *name)
{
	return strlen(name) > NAME_BYTES_MAX ? fail("ENAMETOOLONG", "openat %s", name) : 0;
}

static struct found *new_found(int parts)
{
	struct found *found = take(&scratch, sizeof *found);
	found->parts = take(&scratch, sizeof *found->parts * (size_t)(parts + 1));
	return found;
}

static void add_part(struct found *found, int layer, struct node *node)
{
	if (found->count == 0) {
		found->layer = layer;
		found->node = node;
	}
	found->parts[found->count++] = (struct part){layer, node};
}

/* The root merges every layer, whatever it is marked with. */
struct found *root_of(const struct view *view)
{
	struct found *found = new_found(view->count);
	for (int i = 0; i < view->count; i++)
		add_part(found, i, view->roots[i]);
	return found;
}

static struct found *look_from(const struct view *view, const struct found *place, int first,
			       const char *name)
{
	struct found *found = NULL;
	for (int i = first; i < place->count; i++) {
		struct node *node = child_of(place->parts[i].node, name);
		if (node == NULL)
			continue;
		if (is_whiteout(node) && !view->plain)
			break;
		if (node->type != DIRECTORY && found != NULL)
			break;
		if (found == NULL)
			found = new_found(place->count);
		if (node->type != DIRECTORY) {
			found->node = node;
			found->layer = place->parts[i].layer;
			break;
		}
		add_part(found, place->parts[i].layer, node);
		if (node->opaque && !view->plain)
			break;
	}
	return found;
}

struct found *look(const struct view *view, const struct found *place, const char *name)
{
	return look_from(view, place, 0, name);
}

/* Cuts the first name off a path. */
static char *next_name(char **path)
{
	char *name = strsep(path, "/");
	return name == NULL ? "" : name;
}

struct found *walk_to(const struct view *view, const char *path)
{
	struct found *place = root_of(view);
	char *waiting = keep(&scratch, path);
	int symlinks = 0;
	while (waiting != NULL) {
		char *name = next_name(&waiting);
		if (*name == '\0' || strcmp(name, ".") == 0)
			continue;
		if (strcmp(name, "..") == 0) {
			place = place->above == NULL ? place : place->above;
			continue;
		}
		if (check_name(name) < 0)
			return NULL;
		struct found *found = look(view, place, name);
		if (found == NULL)
			return fail("ENOENT", "openat %s", path), NULL;
		if (found->node->type == SYMLINK) {
			const char *target = found->node->target;
			if (++symlinks > SYMLINKS_MAX)
				return fail("ELOOP", "openat %s", path), NULL;
			if (*target == '/')
				place = root_of(view);
			waiting = text("%s/%s", target, waiting == NULL ? "" : waiting);
		} else if (found->node->type != DIRECTORY) {
			return fail("ENOTDIR", "openat %s", path), NULL;
		} else {
			found->name = name;
			found->above = place;
			place = found;
		}
	}
	return place;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names that show in a directory, in their order. */
static const char **names_in(const struct view *view, const struct found *place, size_t *count)
{
	size_t total = 0;
	for (int i = 0; i < place->count; i++)
		for (struct child *at = place->parts[i].node->children; at != NULL; at = at->next)
			total++;
	const char **names = take(&scratch, sizeof *names * (total + 1));
	*count = 0;
	for (int i = 0; i < place->count; i++)
		for (struct child *at = place->parts[i].node->children; at != NULL; at = at->next)
			if (look(view, place, at->name) != NULL)
				names[(*count)++] = at->name;
	qsort(names, *count, sizeof *names, by_name);
	size_t kept = 0;
	for (size_t i = 0; i < *count; i++)
		if (kept == 0 || strcmp(names[kept - 1], names[i]) != 0)
			names[kept++] = names[i];
	*count = kept;
	return names;
}

bool is_empty(const struct view *view, const struct found *place)
{
	size_t count;
	names_in(view, place, &count);
	return count == 0;
}

struct listing {
	struct shown *all;
	size_t count, room;
};

static void visit_from(const struct view *view, char *path, struct found *found,
		       struct listing *to)
{
	if (to->count == to->room) {
		struct shown *wider = take(&scratch, sizeof *wider * (2 * to->room + 16));
		if (to->count > 0)
			memcpy(wider, to->all, sizeof *wider * to->count);
		to->all = wider;
		to->room = 2 * to->room + 16;
	}
	to->all[to->count++] = (struct shown){path, found->node};
	if (found->count == 0)
		return;
	size_t count;
	const char **names = names_in(view, found, &count);
	for (size_t i = 0; i < count; i++)
		visit_from(view, text("%s%s%s", path, *path ? "/" : "", names[i]),
			   look(view, found, names[i]), to);
}

size_t visit(const struct view *view, struct shown **all)
{
	struct listing listing = {0};
	visit_from(view, "", root_of(view), &listing);
	qsort(listing.all, listing.count, sizeof *listing.all, by_name);
	*all = listing.all;
	return listing.count;
}

/* The same file once more; of a directory without what it holds. */
static struct node *copy_of(struct arena *arena, const struct node *node)
{
	struct node *copy = new_node(arena, node->type, node->mode);
	*copy = *node;
	copy->opaque = false;
	copy->children = NULL;
	copy->xattrs = NULL;
	for (struct xattr *at = node->xattrs; at != NULL; at = at->next)
		set_xattr(arena, copy, at->name, at->value);
	if (has_fault("copy-up-loses-owner"))
		copy->uid = copy->gid = 0;
	return copy;
}

/* The directory in the uppermost root, copied up with those above it where need be. */
static struct node *upper(const struct view *view, struct found *place)
{
	if (place->layer == 0)
		return place->node;
	struct node *above = upper(view, place->above);
	struct node *copy = child_of(above, place->name);
	/* Somebody who came here by another way may have made the copy already. */
	if (copy == NULL) {
		copy = copy_of(view->arena, place->node);
		put_child(view->arena, above, place->name, copy);
	}
	struct part *parts = take(&scratch, sizeof *parts * (size_t)(place->count + 1));
	parts[0] = (struct part){0, copy};
	memcpy(parts + 1, place->parts, sizeof *parts * (size_t)place->count);
	place->parts = parts;
	place->count++;
	place->layer = 0;
	place->node = copy;
	return copy;
}

/* The file in the uppermost root, safe to write to; its other names keep the old one. */
struct node *copy_up(const struct view *view, struct found *place, const char *name,
		     struct found *file)
{
	if (file->layer == 0 || (has_fault("write-reaches-lower-layer") && file->count == 0))
		return file->node;
	struct node *copy = copy_of(view->arena, file->node);
	put_child(view->arena, upper(view, place), name, copy);
	return copy;
}

/* Whether a name shows in the roots below the uppermost. */
static bool shows_below(const struct view *view, const struct found *place, const char *name)
{
	int first = place->count > 0 && place->parts[0].layer == 0;
	return look_from(view, place, first, name) != NULL;
}

/* A directory in place of a whiteout is opaque. */
void insert(const struct view *view, struct found *place, const char *name, struct node *node)
{
	struct node *above = upper(view, place), *hidden = child_of(above, name);
	if (node->type == DIRECTORY && hidden != NULL && is_whiteout(hidden) && !view->plain)
		node->opaque = !has_fault("new-directory-shows-old-files");
	put_child(view->arena, above, name, node);
	touch(above);
}

/* What shows below needs a whiteout. */
void erase(const struct view *view, struct found *place, const char *name)
{
	struct node *above = upper(view, place);
	if (view->plain || !shows_below(view, place, name) || has_fault("deleted-file-shows-again"))
		drop_child(above, name);
	else
		put_child(view->arena, above, name, new_node(view->arena, CHARACTER, 0));
	touch(above);
}
