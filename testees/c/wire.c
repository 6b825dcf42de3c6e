#include "wire.h"

#include <string.h>

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char *const TYPES[] = {
	"file", "directory", "symlink", "fifo", "character", "block", "socket",
};
static const char *const KINDS[] = {
	"write",  "append", "truncate", "mkdir", "symlink", "link",   "mknod",   "unlink",
	"rmdir",  "remove-tree", "rename", "chmod", "chown", "utimes", "setxattr",
};

/*
 * Texts end at NUL in C. No name holds one, so that a text that does is given on with a slash
 * instead, which no name holds either.
 */
const char *text_of(json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);
	if (!json_is_string(value))
		return "";
	size_t size = json_string_length(value);
	char *made = take(&scratch, size + 1);
	memcpy(made, json_string_value(value), size);
	for (char *nul; (nul = memchr(made, '\0', size)) != NULL;)
		*nul = '/';
	return made;
}

json_t *json_of(const char *plain)
{
	char *json = keep(&scratch, plain);
	for (char *quote = json; (quote = strchr(quote, '\'')) != NULL;)
		*quote = '"';
	return json_loads(json, 0, NULL);
}

static json_int_t number_of(json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static json_t *base64_of(struct bytes bytes)
{
	char *made = take(&scratch, bytes.size / 3 * 4 + 5), *end = made;
	for (size_t i = 0; i < bytes.size; i += 3) {
		size_t left = bytes.size - i;
		unsigned three = (unsigned)bytes.at[i] << 16;
		three |= left > 1 ? (unsigned)bytes.at[i + 1] << 8 : 0;
		three |= left > 2 ? bytes.at[i + 2] : 0;
		*end++ = DIGITS[three >> 18];
		*end++ = DIGITS[three >> 12 & 63];
		*end++ = left > 1 ? DIGITS[three >> 6 & 63] : '=';
		*end++ = left > 2 ? DIGITS[three & 63] : '=';
	}
	return json_string(made);
}

static struct bytes bytes_of(const char *base64)
{
	struct bytes bytes = {0, take(&scratch, strlen(base64) + 1)};
	unsigned bits = 0, count = 0;
	for (; *base64 != '\0' && *base64 != '='; base64++) {
		bits = bits << 6 | (unsigned)(strchr(DIGITS, *base64) - DIGITS);
		count += 6;
		if (count >= 8)
			bytes.at[bytes.size++] = (unsigned char)(bits >> (count -= 8));
	}
	return bytes;
}

/* A text where it is UTF-8, else its bytes. */
static json_t *wire_name(const char *name)
{
	json_t *json = json_string(name);
	struct bytes bytes = {strlen(name), (unsigned char *)name};
	return json != NULL ? json : json_pack("{s:o}", "base64", base64_of(bytes));
}

const char *damage_of(json_t *params)
{
	json_t *to = json_object_get(params, "to");
	if (json_is_object(to))
		return text_of(to, "text");
	return strcmp(text_of(params, "to"), "missing") == 0 ? NULL : "";
}

json_t *error_reply(void)
{
	json_t *message = json_string(failure.message);
	json_t *error = json_pack("{s:o, s:s}", "message",
				  message == NULL ? json_string("a text that is not UTF-8") : message,
				  "code", failure.code);
	if (failure.errno_name != NULL)
		json_object_set_new(error, "errno", json_string(failure.errno_name));
	return error;
}

static int index_of(const char *name, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

int change_of(json_t *json, struct change *change)
{
	const char *what = text_of(json, "do"), *type = text_of(json, "kind");
	int kind = index_of(what, KINDS, sizeof KINDS / sizeof *KINDS);
	int device_type = index_of(type, TYPES, sizeof TYPES / sizeof *TYPES);
	if (kind < 0)
		return refuse("option", "unknown change %s", what);
	*change = (struct change){
		.kind = (enum change_kind)kind,
		.what = what,
		.path = text_of(json, "path"),
		.to = text_of(json, "to"),
		.from = text_of(json, "from"),
		.target = text_of(json, "target"),
		.name = text_of(json, "name"),
		.content = bytes_of(text_of(json, kind == SETXATTR ? "value" : "content")),
		.size = (size_t)number_of(json, "size"),
		.mode = (unsigned)number_of(json, "mode"),
		.uid = (unsigned)number_of(json, "uid"),
		.gid = (unsigned)number_of(json, "gid"),
		.type = device_type < 0 ? REGULAR : (enum type)device_type,
		.device = {(int)number_of(json, "major"), (int)number_of(json, "minor")},
	};
	json_t *mtime = json_object_get(json, "mtime");
	for (size_t i = 0; i < 2; i++)
		change->mtime[i] = json_integer_value(json_array_get(mtime, i));
	return 0;
}

static json_t *xattrs_of(const struct node *node)
{
	json_t *all = json_object();
	for (struct xattr *at = node->xattrs; at != NULL; at = at->next) {
		bool is_private = starts_with(at->name, "trusted.overlay.") ||
				  starts_with(at->name, "system.") ||
				  starts_with(at->name, "security.selinux");
		if (at->value.size > 0 && !is_private)
			json_object_set_new(all, at->name, base64_of(at->value));
	}
	return all;
}

/* One file; `all` up to `index` are those that were seen before. */
static json_t *entry_of(const struct shown *all, size_t index)
{
	const struct node *node = all[index].node;
	json_t *entry = json_pack("{s:o, s:s, s:i, s:i, s:i}", "path", wire_name(all[index].path),
				  "type", TYPES[node->type], "mode", node->mode, "uid", node->uid,
				  "gid", node->gid);
	json_t *xattrs = xattrs_of(node);
	if (node->type == SYMLINK)
		json_object_set_new(entry, "target", wire_name(node->target));
	if (node->type == CHARACTER || node->type == BLOCK)
		json_object_set_new(entry, "device",
				    json_pack("[i, i]", node->device[0], node->device[1]));
	if (node->type == REGULAR)
		json_object_set_new(entry, "content", base64_of(node->content));
	if (node->opaque)
		json_object_set_new(xattrs, "trusted.overlay.opaque", json_string("eQ=="));
	if (json_object_size(xattrs) > 0)
		json_object_set(entry, "xattrs", xattrs);
	json_decref(xattrs);
	for (size_t i = 0; i < index && node->type != DIRECTORY; i++) {
		if (all[i].node == node) {
			json_object_set_new(entry, "linkOf", wire_name(all[i].path));
			break;
		}
	}
	return entry;
}

json_t *tree_entries(const struct view *view)
{
	if (view == NULL)
		return NULL;
	struct shown *all;
	size_t count = visit(view, &all);
	json_t *entries = json_array();
	for (size_t i = 0; i < count; i++) {
		json_t *entry = entry_of(all, i);
		/* What an overlay knows of its layers does not show in it. */
		if (all[i].node->opaque) {
			json_t *xattrs = json_object_get(entry, "xattrs");
			json_object_del(xattrs, "trusted.overlay.opaque");
			if (json_object_size(xattrs) == 0)
				json_object_del(entry, "xattrs");
		}
		json_object_set_new(entry, "mtime",
				    json_pack("[I, I]", (json_int_t)all[i].node->mtime[0],
					      (json_int_t)all[i].node->mtime[1]));
		json_array_append_new(entries, entry);
	}
	return entries;
}

json_t *home_entries(struct machine *machine)
{
	struct shown *all;
	struct view files = plain_view(machine, &machine->home);
	size_t count = visit(&files, &all);
	json_t *entries = json_array();
	const char *mounted = NULL;
	for (size_t i = 0; i < count; i++) {
		/* What lies below a mountpoint cannot be seen. */
		if (mounted != NULL && starts_with(all[i].path, mounted))
			continue;
		json_t *entry = entry_of(all, i);
		if (all[i].node->type == REGULAR)
			json_object_set_new(entry, "size",
					    json_string(text("%zu", all[i].node->content.size)));
		if (mounted_at(machine, all[i].path) != NULL) {
			json_object_set_new(entry, "mounted", json_true());
			mounted = text("%s/", all[i].path);
		}
		json_array_append_new(entries, entry);
	}
	return entries;
}
