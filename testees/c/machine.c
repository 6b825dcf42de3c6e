#include "machine.h"

#include "changes.h"
#include <string.h>

#define READ_BYTES_MAX 4096

struct place {
	struct node *above;
	const char *name;
	struct node *node; /* NULL for nothing */
};

void new_machine(struct machine *machine)
{
	release(&machine->arena);
	*machine = (struct machine){0};
	machine->home = new_node(&machine->arena, DIRECTORY, 0700);
}

struct view plain_view(struct machine *machine, struct node **root)
{
	return (struct view){&machine->arena, root, 1, true, true};
}

static int locate(struct machine *machine, const char *path, struct place *place)
{
	struct view files = plain_view(machine, &machine->home);
	struct found *above = walk_to(&files, directory_of(path));
	if (above == NULL)
		return -1;
	place->above = above->node;
	place->name = name_of(path);
	TRY(check_name(place->name));
	place->node = child_of(place->above, place->name);
	return 0;
}

bool there_is(struct machine *machine, const char *path)
{
	struct place place;
	return locate(machine, path, &place) == 0 && place.node != NULL;
}

struct node *node_at(struct machine *machine, const char *path, const char *call)
{
	struct place place;
	if (locate(machine, path, &place) < 0)
		return NULL;
	if (place.node == NULL)
		fail("ENOENT", "%s %s", call, path);
	return place.node;
}

struct node *directory_at(struct machine *machine, const char *path)
{
	struct view files = plain_view(machine, &machine->home);
	struct found *found = walk_to(&files, path);
	return found == NULL ? NULL : found->node;
}

static void add(struct machine *machine, struct place *place, struct node *node)
{
	put_child(&machine->arena, place->above, place->name, node);
	touch(place->above);
}

static int drop(struct place *place)
{
	drop_child(place->above, place->name);
	touch(place->above);
	return 0;
}

int make_directory(struct machine *machine, const char *path, unsigned mode)
{
	struct place place;
	TRY(locate(machine, path, &place));
	if (place.node != NULL)
		return fail("EEXIST", "mkdir %s", path);
	add(machine, &place, new_node(&machine->arena, DIRECTORY, mode & ~UMASK));
	return 0;
}

int remove_directory(struct machine *machine, const char *path)
{
	struct place place;
	TRY(locate(machine, path, &place));
	if (place.node == NULL)
		return fail("ENOENT", "rmdir %s", path);
	if (place.node->children != NULL)
		return fail("ENOTEMPTY", "rmdir %s", path);
	return drop(&place);
}

const char *read_text(struct machine *machine, const char *path)
{
	struct node *node = node_at(machine, path, "open");
	if (node == NULL)
		return NULL;
	if (node->type == DIRECTORY)
		return fail("EISDIR", "read %s", path), NULL;
	size_t size = node->content.size < READ_BYTES_MAX ? node->content.size : READ_BYTES_MAX;
	return text("%.*s", (int)size, node->content.at == NULL ? "" : (char *)node->content.at);
}

int write_text(struct machine *machine, const char *path, const char *content)
{
	struct place place;
	struct bytes bytes = {strlen(content), (unsigned char *)content};
	TRY(locate(machine, path, &place));
	if (place.node != NULL && place.node->type == DIRECTORY)
		return fail("EISDIR", "open %s", path);
	if (place.node == NULL) {
		place.node = new_node(&machine->arena, REGULAR, 0644 & ~UMASK);
		add(machine, &place, place.node);
	}
	set_content(&machine->arena, place.node, bytes);
	return 0;
}

int make_symlink(struct machine *machine, const char *target, const char *path)
{
	struct place place;
	TRY(locate(machine, path, &place));
	if (place.node != NULL)
		return fail("EEXIST", "symlink %s %s", target, path);
	if (*target == '\0')
		return fail("ENOENT", "symlink %s %s", target, path);
	struct node *node = new_node(&machine->arena, SYMLINK, 0777);
	node->target = keep(&machine->arena, target);
	add(machine, &place, node);
	return 0;
}

const char *read_symlink(struct machine *machine, const char *path)
{
	struct node *node = *path == '\0' ? machine->home : node_at(machine, path, "readlink");
	if (node == NULL)
		return NULL;
	if (node->type != SYMLINK)
		return fail("EINVAL", "readlink %s", path), NULL;
	return node->target;
}

int remove_name(struct machine *machine, const char *path)
{
	struct place place;
	TRY(locate(machine, path, &place));
	if (place.node == NULL)
		return fail("ENOENT", "unlink %s", path);
	if (place.node->type == DIRECTORY)
		return fail("EISDIR", "unlink %s", path);
	return drop(&place);
}

int rename_to(struct machine *machine, const char *path, const char *to)
{
	struct place old, new;
	TRY(locate(machine, path, &old));
	TRY(locate(machine, to, &new));
	if (old.node == NULL)
		return fail("ENOENT", "rename %s %s", path, to);
	drop(&old);
	add(machine, &new, old.node);
	return 0;
}

int remove_tree(struct machine *machine, const char *path)
{
	struct place place;
	TRY(locate(machine, path, &place));
	return place.node == NULL ? fail("ENOENT", "unlinkat %s", path) : drop(&place);
}

void mount_view(struct machine *machine, const char *path, const struct view *view)
{
	struct mount *mount = take(&machine->arena, sizeof *mount);
	*mount = (struct mount){keep(&machine->arena, path), *view, machine->mounts};
	machine->mounts = mount;
}

const struct view *mounted_at(const struct machine *machine, const char *path)
{
	for (const struct mount *at = machine->mounts; at != NULL; at = at->next)
		if (strcmp(at->path, path) == 0)
			return &at->view;
	return NULL;
}

int unmount(struct machine *machine, const char *path)
{
	for (struct mount **at = &machine->mounts; *at != NULL; at = &(*at)->next) {
		if (strcmp((*at)->path, path) == 0) {
			*at = (*at)->next;
			return 0;
		}
	}
	return fail("EINVAL", "unmount %s", path);
}

const struct view *view_of(struct machine *machine, const char *path)
{
	const struct view *mounted = mounted_at(machine, path);
	if (mounted != NULL)
		return mounted;
	struct node **root = take(&scratch, sizeof *root);
	*root = directory_at(machine, path);
	if (*root == NULL)
		return NULL;
	struct view *view = take(&scratch, sizeof *view);
	*view = plain_view(machine, root);
	return view;
}

/* The text, with `{link:a}` replaced by what the `link` of layer `a` holds. */
static const char *with_links(struct machine *machine, const char *plain)
{
	static const char START[] = "{link:";
	char *made = "";
	for (;;) {
		const char *start = strstr(plain, START);
		const char *end = start == NULL ? NULL : strchr(start, '}');
		if (end == NULL)
			return text("%s%s", made, plain);
		const char *id = start + sizeof START - 1;
		const char *link = read_text(machine, text("%.*s/link", (int)(end - id), id));
		if (link == NULL)
			return NULL;
		made = text("%s%.*s%s", made, (int)(start - plain), plain, link);
		plain = end + 1;
	}
}

int tamper(struct machine *machine, const char *id, const char *part, const char *to)
{
	char *path = text("%s/%s", id, part);
	const char *content;
	if (strcmp(part, "symlink") == 0) {
		const char *link = read_text(machine, text("%s/link", id));
		if (link == NULL)
			return -1;
		path = text("l/%s", link);
		TRY(remove_name(machine, path));
		if (to == NULL)
			return 0;
		content = with_links(machine, to);
		return content == NULL ? -1 : make_symlink(machine, content, path);
	}
	if (strcmp(part, "diff") == 0 || strcmp(part, "work") == 0) {
		TRY(remove_tree(machine, path));
		if (to != NULL && *to == '\0')
			return make_directory(machine, path, 0755);
	} else if (to == NULL) {
		return remove_name(machine, path);
	}
	if (to == NULL)
		return 0;
	content = with_links(machine, to);
	return content == NULL ? -1 : write_text(machine, path, content);
}
