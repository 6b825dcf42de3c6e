#include "changes.h"

#include <string.h>

/* Where a change is made: a directory, a name in it, and what is there. */
struct spot {
	struct found *place;
	const char *name;
	struct found *found; /* NULL for nothing */
};

char *directory_of(const char *path)
{
	const char *cut = strrchr(path, '/');
	return text("%.*s", cut == NULL ? 0 : (int)(cut - path), path);
}

const char *name_of(const char *path)
{
	const char *cut = strrchr(path, '/');
	return cut == NULL ? path : cut + 1;
}

static int locate(const struct view *view, const char *path, struct spot *spot)
{
	spot->place = walk_to(view, directory_of(path));
	if (spot->place == NULL)
		return -1;
	spot->name = name_of(path);
	TRY(check_name(spot->name));
	spot->found = look(view, spot->place, spot->name);
	return 0;
}

static int check_writable(const struct view *view, const struct change *change)
{
	return view->writable ? 0 : fail("EROFS", "%s %s", change->what, change->path);
}

/* Puts a new file into a directory; one with set-group-id hands its group down. */
static int add(const struct view *view, struct spot *spot, struct node *node)
{
	if (spot->place->node->mode & 02000) {
		node->gid = spot->place->node->gid;
		if (node->type == DIRECTORY)
			node->mode |= 02000;
	}
	insert(view, spot->place, spot->name, node);
	return 0;
}

static struct bytes joined(struct bytes a, size_t a_size, struct bytes b)
{
	struct bytes both = {a_size + b.size, take(&scratch, a_size + b.size + 1)};
	size_t kept = a.size < a_size ? a.size : a_size;
	if (kept > 0)
		memcpy(both.at, a.at, kept);
	if (b.size > 0)
		memcpy(both.at + a_size, b.at, b.size);
	return both;
}

static int change_content(const struct view *view, struct spot *spot, const struct change *change)
{
	struct bytes none = {0}, content = change->content;
	if (spot->found == NULL && change->kind != WRITE)
		return fail("ENOENT", "open %s", change->path);
	enum type type = spot->found == NULL ? REGULAR : spot->found->node->type;
	if (type != REGULAR)
		return fail(type == DIRECTORY ? "EISDIR" : type == SYMLINK ? "ELOOP" : "ENXIO", "open %s",
			    change->path);
	TRY(check_writable(view, change));
	if (spot->found == NULL) {
		struct node *node = new_node(view->arena, REGULAR, 0644 & ~UMASK);
		set_content(view->arena, node, content);
		return add(view, spot, node);
	}
	struct node *node = copy_up(view, spot->place, spot->name, spot->found);
	if (change->kind == TRUNCATE)
		content = joined(node->content, change->size, none);
	else if (change->kind == APPEND && content.size == 0)
		return 0;
	else if (change->kind == APPEND)
		content = joined(node->content, node->content.size, content);
	set_content(view->arena, node, content);
	return 0;
}

static int make(const struct view *view, struct spot *spot, const struct change *change)
{
	if (change->kind == SYMLINK_TO && *change->target == '\0')
		return fail("ENOENT", "symlink %s", change->path);
	if (spot->found != NULL)
		return fail("EEXIST", "%s %s", change->what, change->path);
	TRY(check_writable(view, change));
	if (change->kind == MKDIR)
		return add(view, spot, new_node(view->arena, DIRECTORY, change->mode & 01777 & ~UMASK));
	struct node *node = new_node(view->arena, SYMLINK, 0777);
	if (change->kind == SYMLINK_TO) {
		node->target = keep(view->arena, change->target);
		return add(view, spot, node);
	}
	node->type = change->type;
	node->mode = change->mode & 07777 & ~UMASK;
	if (change->type == CHARACTER || change->type == BLOCK)
		memcpy(node->device, change->device, sizeof node->device);
	/* The overlay keeps devices 0:0 for itself. */
	if (is_whiteout(node) && !view->plain)
		return fail("EPERM", "mknod %s", change->path);
	return add(view, spot, node);
}

static int link_file(const struct view *view, struct spot *spot, const struct change *change)
{
	struct spot old;
	TRY(locate(view, change->from, &old));
	if (old.found == NULL)
		return fail("ENOENT", "link %s", change->from);
	if (spot->found != NULL)
		return fail("EEXIST", "link %s", change->path);
	TRY(check_writable(view, change));
	if (old.found->node->type == DIRECTORY)
		return fail("EPERM", "link %s", change->from);
	struct node *node = copy_up(view, old.place, old.name, old.found);
	insert(view, spot->place, spot->name, node);
	return 0;
}

static int remove_file(const struct view *view, struct spot *spot, const struct change *change)
{
	const char *what = change->what, *path = change->path;
	if (spot->found == NULL && change->kind == REMOVE_TREE)
		return fail("ENOENT", "unlink %s", path);
	TRY(check_writable(view, change));
	if (spot->found == NULL)
		return fail("ENOENT", "%s %s", what, path);
	bool is_directory = spot->found->node->type == DIRECTORY;
	if (change->kind == UNLINK && is_directory)
		return fail("EISDIR", "%s %s", what, path);
	if (change->kind == RMDIR && !is_directory)
		return fail("ENOTDIR", "%s %s", what, path);
	if (change->kind == RMDIR && !is_empty(view, spot->found))
		return fail("ENOTEMPTY", "%s %s", what, path);
	erase(view, spot->place, spot->name);
	return 0;
}

/* Whether a directory is, or lies above, a place. */
static bool is_above(const struct node *node, const struct found *place)
{
	for (; place != NULL; place = place->above)
		if (place->node == node)
			return true;
	return false;
}

static void move(const struct view *view, struct spot *from, struct spot *to)
{
	struct node *node = copy_up(view, from->place, from->name, from->found);
	bool is_opaque = node->opaque;
	/* A directory that comes to lie on layers must not show what they have under its name. */
	for (int i = 0; i < to->place->count && node->type == DIRECTORY && !view->plain; i++)
		is_opaque = is_opaque || to->place->parts[i].layer > 0;
	erase(view, from->place, from->name);
	insert(view, to->place, to->name, node);
	node->opaque = is_opaque;
}

static int rename_file(const struct view *view, struct spot *from, const struct change *change)
{
	struct spot to = {walk_to(view, directory_of(change->to)), name_of(change->to), NULL};
	if (to.place == NULL)
		return -1;
	TRY(check_writable(view, change));
	if (from->found == NULL)
		return fail("ENOENT", "rename %s", change->path);
	TRY(check_name(to.name));
	to.found = look(view, to.place, to.name);
	struct node *node = from->found->node, *old = to.found == NULL ? NULL : to.found->node;
	if (is_above(node, to.place))
		return fail("EINVAL", "rename %s", change->path);
	if (old != NULL && is_above(old, from->place))
		return fail("ENOTEMPTY", "rename %s", change->path);
	bool is_same_name =
		from->place->node == to.place->node && strcmp(from->name, to.name) == 0;
	if (old == node && (is_same_name || from->found->layer == 0))
		return 0;
	bool is_directory = node->type == DIRECTORY;
	if (old != NULL && is_directory != (old->type == DIRECTORY))
		return fail(is_directory ? "ENOTDIR" : "EISDIR", "rename %s", change->path);
	bool is_whole = from->found->layer == 0 && from->found->count <= 1;
	if (is_directory && !is_whole && !view->plain)
		return fail("EXDEV", "rename %s", change->path);
	if (old != NULL && is_directory && !is_empty(view, to.found))
		return fail("ENOTEMPTY", "rename %s", change->path);
	move(view, from, &to);
	return 0;
}

static int check_attribute(const struct view *view, const struct node *node,
			   const struct change *change)
{
	TRY(check_writable(view, change));
	bool can_have_user = node->type == REGULAR || node->type == DIRECTORY;
	if (change->kind == SETXATTR && starts_with(change->name, "user.") && !can_have_user)
		return fail("EPERM", "setxattr %s", change->path);
	return 0;
}

static void set_attribute(struct arena *arena, struct node *node, const struct change *change)
{
	if (change->kind == CHMOD)
		node->mode = change->mode & 07777;
	else if (change->kind == CHOWN)
		set_owner(node, change->uid, change->gid);
	else if (change->kind == UTIMES)
		memcpy(node->mtime, change->mtime, sizeof node->mtime);
	else
		set_xattr(arena, node, change->name, change->content);
}

static int change_attribute(const struct view *view, struct spot *spot,
			    const struct change *change)
{
	if (spot->found == NULL)
		return fail("ENOENT", "%s %s", change->what, change->path);
	if (change->kind == CHMOD && spot->found->node->type == SYMLINK)
		return fail("ELOOP", "chmod %s", change->path);
	TRY(check_attribute(view, spot->found->node, change));
	struct node *node = copy_up(view, spot->place, spot->name, spot->found);
	set_attribute(view->arena, node, change);
	return 0;
}

/* The root can be given another mode, owner, time or attribute, and nothing else. */
static int change_root(const struct view *view, const struct change *change)
{
	struct node *root = view->roots[0];
	if (change->kind < CHMOD)
		return fail("EBUSY", "%s", change->what);
	TRY(check_attribute(view, root, change));
	set_attribute(view->arena, root, change);
	return 0;
}

int change_file(const struct view *view, const struct change *change)
{
	struct spot spot;
	if (*change->path == '\0')
		return change_root(view, change);
	TRY(locate(view, change->path, &spot));
	switch (change->kind) {
	case WRITE:
	case APPEND:
	case TRUNCATE:
		return change_content(view, &spot, change);
	case MKDIR:
	case SYMLINK_TO:
	case MKNOD:
		return make(view, &spot, change);
	case LINK:
		return link_file(view, &spot, change);
	case RENAME:
		return rename_file(view, &spot, change);
	case UNLINK:
	case RMDIR:
	case REMOVE_TREE:
		return remove_file(view, &spot, change);
	default:
		return change_attribute(view, &spot, change);
	}
}
