#include "driver.h"

#include "changes.h"
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define LOWERS_MAX 128
#define LINK_ID_LENGTH 26
#define ID_BYTES_MAX 255

static bool is_link_id(const char *link)
{
	return has_fault("any-link-is-a-link-id") ||
	       (strlen(link) == LINK_ID_LENGTH &&
		strspn(link, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == LINK_ID_LENGTH);
}

static char *new_link_id(void)
{
	static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned char random[LINK_ID_LENGTH];
	if (getrandom(random, sizeof random, 0) != sizeof random)
		abort();
	char *link = take(&scratch, LINK_ID_LENGTH + 1);
	for (int i = 0; i < LINK_ID_LENGTH; i++)
		link[i] = LETTERS[random[i] % 32];
	return link;
}

static bool is_valid_id(const char *id)
{
	static const char *const RESERVED[] = {"", ".", "..", "l", "backingFsBlockDev"};
	static const char *const STARTS[] = {
		".create-", ".remove-", "opaque-bug-check", "multiple-lowerdir-check", "fsutils-dummy",
	};
	for (size_t i = 0; i < sizeof RESERVED / sizeof *RESERVED; i++)
		if (strcmp(id, RESERVED[i]) == 0)
			return false;
	for (size_t i = 0; i < sizeof STARTS / sizeof *STARTS; i++)
		if (starts_with(id, STARTS[i]))
			return false;
	return strlen(id) <= ID_BYTES_MAX && strchr(id, '/') == NULL;
}

static int check_id(const char *id)
{
	if (is_valid_id(id))
		return 0;
	return refuse("invalid-layer-id", "invalid layer id %s: not a name", quoted(id));
}

/* A file of a layer, as `<id>/link`. */
static char *in(const char *id, const char *name)
{
	return text("%s/%s", id, name);
}

static bool has(struct driver *driver, const char *id, const char *name)
{
	return there_is(driver->machine, in(id, name));
}

static int check_layer(struct driver *driver, const char *id)
{
	TRY(check_id(id));
	return there_is(driver->machine, id) ? 0 : fail("ENOENT", "stat %s/%s", driver->home, id);
}

static const char *read_if_there(struct driver *driver, const char *id, const char *name)
{
	return has(driver, id, name) ? read_text(driver->machine, in(id, name)) : "";
}

/*
 * The entries of a layer's `lower`, uppermost first; each has to be a link. Gives how many there
 * are; `entries` has room for one more in front.
 */
static int lowers_of(struct driver *driver, const char *id, char ***entries)
{
	int count = 0;
	*entries = take(&scratch, 2 * sizeof **entries);
	if (!has(driver, id, "lower"))
		return 0;
	const char *lower = read_text(driver->machine, in(id, "lower"));
	if (lower == NULL)
		return -1;
	*entries = take(&scratch, (strlen(lower) + 3) * sizeof **entries);
	for (char *rest = keep(&scratch, lower), *entry; (entry = strsep(&rest, ":")) != NULL;) {
		if (!starts_with(entry, "l/") || !is_link_id(entry + 2))
			return refuse("invalid-lower", "layer %s: lower entry %s is not a link", quoted(id),
				      quoted(entry));
		(*entries)[count++] = entry;
	}
	return count;
}

static char *joined(char **entries, int count)
{
	char *all = "";
	for (int i = 0; i < count; i++)
		all = text("%s%s%s", all, i == 0 ? "" : ":", entries[i]);
	return all;
}

static void reverse(char **entries, int count)
{
	for (int i = 0; i < count / 2; i++) {
		char *other = entries[i];
		entries[i] = entries[count - 1 - i];
		entries[count - 1 - i] = other;
	}
}

/* The `lower` of a layer above `parent`, which has to be whole. */
static char *lower_of_child(struct driver *driver, const char *parent)
{
	if (check_layer(driver, parent) < 0)
		return NULL;
	const char *link = read_text(driver->machine, in(parent, "link"));
	if (link == NULL)
		return NULL;
	if (!is_link_id(link))
		return refuse("invalid-link", "layer %s: link file holds %s, not a link id",
			      quoted(parent), quoted(link)),
		       NULL;
	char **entries;
	int count = lowers_of(driver, parent, &entries);
	if (count < 0)
		return NULL;
	memmove(entries + 1, entries, (size_t)count * sizeof *entries);
	entries[0] = text("l/%s", link);
	count++;
	if (count > LOWERS_MAX)
		return refuse("max-depth", "max depth exceeded"), NULL;
	if (has_fault("chain-reversed"))
		reverse(entries, count);
	return joined(entries, has_fault("chain-without-grandparents") ? 1 : count);
}

/* The layer is made under another name, so that nobody finds half of one. */
static int make_layer(struct driver *driver, const char *id, const char *lower)
{
	struct machine *machine = driver->machine;
	char *link = new_link_id(), *staged = text(".create-%s", link);
	TRY(make_directory(machine, staged, 0700));
	TRY(make_directory(machine, in(staged, "diff"), 0755));
	TRY(write_text(machine, in(staged, "link"), link));
	if (lower != NULL) {
		TRY(make_directory(machine, in(staged, "work"), 0700));
		TRY(write_text(machine, in(staged, "lower"), lower));
	}
	TRY(make_symlink(machine, text("../%s/diff", id), in("l", link)));
	return rename_to(machine, staged, id);
}

static int commit(struct driver *driver, const char *id)
{
	if (has_fault("parent-left-uncommitted"))
		return 0;
	return write_text(driver->machine, in(id, "committed"), "");
}

int driver_create(struct driver *driver, const char *id, const char *parent, bool has_options)
{
	char *lower = NULL;
	if (has_options && !has_fault("storage-options-ignored"))
		return refuse("option", "--storage-opt is supported only for overlay over xfs "
					"with 'pquota' mount option");
	TRY(check_id(id));
	if (there_is(driver->machine, id))
		return has_fault("existing-layer-made-again")
			       ? 0
			       : fail("EEXIST", "mkdir %s/%s", driver->home, id);
	if (*parent != '\0' && (lower = lower_of_child(driver, parent)) == NULL)
		return -1;
	TRY(make_layer(driver, id, lower));
	return lower == NULL ? 0 : commit(driver, parent);
}

static bool is_mounted(struct driver *driver, const char *id)
{
	return mounted_at(driver->machine, in(id, "merged")) != NULL;
}

static void unmount_layer(struct driver *driver, const char *id)
{
	if (is_mounted(driver, id))
		unmount(driver->machine, in(id, "merged"));
}

static void forget_users(struct driver *driver, const char *id)
{
	for (struct users **at = &driver->users; *at != NULL; at = &(*at)->next) {
		if (strcmp((*at)->id, id) == 0) {
			*at = (*at)->next;
			return;
		}
	}
}

static void set_users(struct driver *driver, const char *id, int count)
{
	forget_users(driver, id);
	struct users *users = take(&driver->arena, sizeof *users);
	*users = (struct users){keep(&driver->arena, id), count, driver->users};
	driver->users = users;
}

/* How many use a layer; the first look at it asks whether it is mounted already. */
static int users_of(struct driver *driver, const char *id)
{
	for (struct users *at = driver->users; at != NULL; at = at->next)
		if (strcmp(at->id, id) == 0)
			return has_fault("put-ignores-count") ? 1 : at->count;
	return is_mounted(driver, id) ? 1 : 0;
}

/* Only a symlink that leads to this layer is the layer's. */
static void remove_link(struct driver *driver, const char *id)
{
	const char *link = read_if_there(driver, id, "link");
	if (link == NULL || !is_link_id(link) || has_fault("symlink-left-by-remove"))
		return;
	const char *target = read_symlink(driver->machine, in("l", link));
	if (target != NULL && strcmp(target, text("../%s/diff", id)) == 0)
		remove_name(driver->machine, in("l", link));
}

int driver_remove(struct driver *driver, const char *id)
{
	if (*id == '\0')
		return refuse("empty-id", "refusing to remove the directories: id is empty");
	TRY(check_id(id));
	if (!there_is(driver->machine, id))
		return 0;
	remove_link(driver, id);
	unmount_layer(driver, id);
	forget_users(driver, id);
	char *gone = text(".remove-%s", new_link_id());
	TRY(rename_to(driver->machine, id, gone));
	return remove_tree(driver->machine, gone);
}

/* Takes `merged` away, which somebody may have written to while nothing was mounted. */
static int remove_mountpoint(struct driver *driver, const char *id)
{
	if (!has(driver, id, "merged") || has_fault("put-keeps-mount-point"))
		return 0;
	return remove_directory(driver->machine, in(id, "merged"));
}

/* What the kernel makes of a layer and its lowers; it knows no labels. */
static int overlay(struct driver *driver, const char *id, char **lowers, int count,
		   const char *label, struct view *view)
{
	struct machine *machine = driver->machine;
	char *what = text("error creating overlay mount to %s/%s/merged", driver->home, id);
	bool is_committed = has(driver, id, "committed");
	if (!is_committed && node_at(machine, in(id, "work"), "stat") == NULL)
		return -1;
	struct node **roots = take(&machine->arena, sizeof *roots * (size_t)(count + 1));
	for (int i = 0; i <= count; i++) {
		roots[i] = directory_at(machine, i == 0 ? in(id, "diff") : lowers[i - 1]);
		if (roots[i] == NULL)
			return -1;
	}
	if (*label != '\0')
		return fail("EINVAL", "%s", what);
	for (int i = 0; i <= count; i++)
		for (int j = 0; j < i; j++)
			if (roots[i] == roots[j])
				return fail("ELOOP", "%s", what);
	bool is_writable = !is_committed || has_fault("committed-layer-writable");
	*view = (struct view){&machine->arena, roots, count + 1, is_writable, false};
	return 0;
}

/* Mounts a layer; where that fails, its mountpoint goes again. */
static int mount_layer(struct driver *driver, const char *id, char **lowers, int count,
		       const char *label)
{
	struct view view;
	char *merged = in(id, "merged");
	if (overlay(driver, id, lowers, count, label, &view) < 0) {
		struct failure why = failure;
		forget_users(driver, id);
		remove_mountpoint(driver, id);
		failure = why;
		return -1;
	}
	if (!has(driver, id, "merged"))
		TRY(make_directory(driver->machine, merged, 0700));
	mount_view(driver->machine, merged, &view);
	set_users(driver, id, 1);
	return 0;
}

const char *driver_get(struct driver *driver, const char *id, const char *label)
{
	if (check_layer(driver, id) < 0)
		return NULL;
	char *diff = text("%s/%s/diff", driver->home, id), **lowers;
	bool has_lower = has(driver, id, "lower");
	if (!has_lower && !has(driver, id, "diff"))
		return fail("ENOENT", "stat %s", diff), NULL;
	if (!has_lower && !has(driver, id, "committed"))
		return diff;
	int count = lowers_of(driver, id, &lowers);
	if (count < 0)
		return NULL;
	if (is_mounted(driver, id))
		set_users(driver, id, users_of(driver, id) + !has_fault("get-ignores-count"));
	else if (mount_layer(driver, id, lowers, count, label) < 0)
		return NULL;
	return text("%s/%s/merged", driver->home, id);
}

/* One user less; the last one unmounts. */
int driver_put(struct driver *driver, const char *id)
{
	TRY(check_id(id));
	if (!there_is(driver->machine, id))
		return 0;
	bool is_counted = has(driver, id, "lower") || is_mounted(driver, id);
	int count = users_of(driver, id) - 1;
	if (is_counted && count > 0) {
		set_users(driver, id, count);
		return 0;
	}
	if (is_counted) {
		forget_users(driver, id);
		unmount_layer(driver, id);
	}
	return remove_mountpoint(driver, id);
}

bool driver_exists(struct driver *driver, const char *id)
{
	return is_valid_id(id) && there_is(driver->machine, id);
}

/* A path without `.`, `..` and empty names, as far as they can be taken away. */
static char *cleaned(const char *path)
{
	char *rest = keep(&scratch, path), *made = *path == '/' ? "/" : "";
	for (char *name; (name = strsep(&rest, "/")) != NULL;) {
		if (*name == '\0' || strcmp(name, ".") == 0)
			continue;
		bool can_go_up = *made != '\0' && strcmp(name_of(made), "..") != 0;
		if (strcmp(name, "..") == 0 && strcmp(made, "/") == 0)
			continue;
		if (strcmp(name, "..") == 0 && can_go_up) {
			char *above = directory_of(made);
			made = *above == '\0' && *made == '/' ? "/" : above;
		} else {
			made = text("%s%s%s", made, *made == '\0' || strcmp(made, "/") == 0 ? "" : "/",
				    name);
		}
	}
	return *made == '\0' ? "." : made;
}

int driver_metadata(struct driver *driver, const char *id, struct metadata *metadata)
{
	TRY(check_layer(driver, id));
	*metadata = (struct metadata){
		.merged = text("%s/%s/merged", driver->home, id),
		.upper = text("%s/%s/diff", driver->home, id),
		.work = text("%s/%s/work", driver->home, id),
	};
	if (!has(driver, id, "lower") || has_fault("metadata-without-lower"))
		return 0;
	const char *lower = read_text(driver->machine, in(id, "lower"));
	if (lower == NULL)
		return -1;
	for (char *rest = keep(&scratch, lower), *entry; (entry = strsep(&rest, ":")) != NULL;) {
		const char *target =
			read_symlink(driver->machine, *entry == '\0' ? "" : cleaned(entry));
		if (target == NULL)
			return -1;
		char *path = cleaned(text("%s/l/%s", driver->home, target));
		metadata->lower =
			metadata->lower == NULL ? path : text("%s:%s", metadata->lower, path);
	}
	return 0;
}

/* Every mount goes, and with it whoever used it. */
int driver_cleanup(struct driver *driver)
{
	if (has_fault("cleanup-does-nothing"))
		return 0;
	driver->machine->mounts = NULL;
	driver->users = NULL;
	return 0;
}

/* A layer's link id, while the home is mended. */
struct owner {
	const char *id, *link;
	struct owner *next;
};

/* Of several layers with one link id, which damage alone can make, the last one has it. */
static struct owner *owner_of(struct owner *owners, const char *link)
{
	struct owner *owner = NULL;
	for (; owners != NULL; owners = owners->next)
		if (strcmp(owners->link, link) == 0)
			owner = owners;
	return owner;
}

static bool leads_somewhere(struct driver *driver, const char *target)
{
	char *path = cleaned(in("l", target));
	return !starts_with(path, "..") && there_is(driver->machine, path);
}

/* A layer whose `link` is gone or empty gets it from `l/`; a symlink to nothing goes. */
static int mend_links(struct driver *driver, struct owner *owners, struct node *links)
{
	for (struct child *link = links->children; link != NULL; link = link->next)
		for (struct owner *at = owners; at != NULL; at = at->next)
			if (*at->link == '\0' && link->node->type == SYMLINK &&
			    strcmp(link->node->target, text("../%s/diff", at->id)) == 0) {
				at->link = link->name;
				TRY(write_text(driver->machine, in(at->id, "link"), at->link));
			}
	for (struct child *link = links->children, *next; link != NULL; link = next) {
		next = link->next;
		if (owner_of(owners, link->name) == NULL &&
		    !leads_somewhere(driver, link->node->target))
			TRY(remove_name(driver->machine, in("l", link->name)));
	}
	return 0;
}

/* Mends what damage it can: links, symlinks and the marks of parents. */
static int repair(struct driver *driver)
{
	struct machine *machine = driver->machine;
	struct owner *owners = NULL, **end = &owners;
	for (struct child *at = machine->home->children; at != NULL; at = at->next) {
		if (!is_valid_id(at->name))
			continue;
		const char *link = read_if_there(driver, at->name, "link");
		*end = take(&scratch, sizeof **end);
		**end = (struct owner){at->name, link == NULL ? "" : link, NULL};
		end = &(*end)->next;
	}
	TRY(mend_links(driver, owners, directory_at(machine, "l")));
	for (struct owner *at = owners; at != NULL; at = at->next)
		if (is_link_id(at->link) && !has(driver, "l", at->link))
			TRY(make_symlink(machine, text("../%s/diff", at->id), in("l", at->link)));
	for (struct owner *at = owners; at != NULL; at = at->next) {
		const char *lower = read_if_there(driver, at->id, "lower");
		if (lower == NULL || strlen(lower) < LINK_ID_LENGTH + 2 || !starts_with(lower, "l/"))
			continue;
		const char *link = text("%.*s", (int)strcspn(lower + 2, ":"), lower + 2);
		struct owner *parent = owner_of(owners, link);
		if (parent != NULL && is_link_id(parent->link) && !has(driver, parent->id, "committed"))
			TRY(commit(driver, parent->id));
	}
	return 0;
}

int driver_start(struct driver *driver, struct machine *machine, const char *home)
{
	release(&driver->arena);
	*driver = (struct driver){.machine = machine};
	driver->home = keep(&driver->arena, home);
	if (!there_is(machine, "l"))
		TRY(make_directory(machine, "l", 0700));
	return has_fault("nothing-repaired") ? 0 : repair(driver);
}
