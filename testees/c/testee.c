/* The adapter: a request a line in, a reply a line out. It knows nothing of layers. */
#include "driver.h"
#include "wire.h"
#include <stdio.h>
#include <string.h>

/* A method gives its result; NULL is a failure, which `failure` tells of. */
#define METHOD(name) static json_t *name(json_t *params __attribute__((unused)))
#define ID text_of(params, "id")

static struct machine machine; /* nothing is on disk */
static struct driver driver;
static bool is_over;

static const char HELLO[] =
	"{'protocol':1, 'name':'c-memory 1.0', 'capabilities':{'files':'requests', 'storageOpt':true,"
	" 'restart':true, 'metadata':true, 'status':true, 'cleanup':true, 'readOnlyBase':true},"
	" 'world':{'backingFs':'" BACKING_FS "', 'pageSize':4096, 'pageLimited':false, 'indexOff':false,"
	" 'nativeDiff':true, 'quota':false, 'labels':false, 'sharedWhiteouts':false, 'umask':18}}";

static const char STATUS[] =
	"{'status':[['Backing Filesystem', '" BACKING_FS "'], ['Supports d_type', 'true'],"
	" ['Native Overlay Diff', 'true']]}";

static json_t *done(int code) { return code < 0 ? NULL : json_object(); }

METHOD(hello)
{
	const char *home = text_of(params, "home");
	if (strcmp(text_of(params, "profile"), "strict") != 0)
		return done(refuse("option", "only profile strict is known"));
	/* Another home is another machine. */
	if (driver.home == NULL || strcmp(driver.home, home) != 0)
		new_machine(&machine);
	int code = driver_start(&driver, &machine, keep(&machine.arena, home));
	return code < 0 ? NULL : json_of(HELLO);
}

METHOD(create)
{
	bool has_options = json_object_size(json_object_get(params, "storageOpt")) > 0;
	return done(driver_create(&driver, ID, text_of(params, "parent"), has_options));
}

/* json_pack gives NULL where a value is NULL. */
METHOD(get) { return json_pack("{s:s}", "path", driver_get(&driver, ID, text_of(params, "label"))); }
METHOD(remove_layer) { return done(driver_remove(&driver, ID)); }
METHOD(put) { return done(driver_put(&driver, ID)); }
METHOD(exists) { return json_pack("{s:b}", "exists", driver_exists(&driver, ID)); }

METHOD(get_metadata)
{
	struct metadata of;
	if (driver_metadata(&driver, ID, &of) < 0)
		return NULL;
	return json_pack("{s:{s:s, s:s, s:s, s:s*}}", "metadata", "MergedDir", of.merged, "UpperDir",
			 of.upper, "WorkDir", of.work, "LowerDir", of.lower);
}

/* What shows at a path that `get` gave; NULL with a failure. */
static const struct view *shown(json_t *params)
{
	const char *path = text_of(params, "path"), *home = text("%s/", driver.home);
	if (!starts_with(path, home))
		return fail("ENOENT", "open %s", path), NULL;
	return view_of(&machine, path + strlen(home));
}

METHOD(file)
{
	struct change change;
	const struct view *view = shown(params);
	int code = change_of(json_object_get(params, "change"), &change);
	return view == NULL || code < 0 ? NULL : done(change_file(view, &change));
}

METHOD(walk) { return json_pack("{s:o}", "entries", tree_entries(shown(params))); }
METHOD(restart) { return done(driver_start(&driver, &machine, keep(&machine.arena, driver.home))); }
METHOD(status) { return json_of(STATUS); }
METHOD(cleanup) { return done(driver_cleanup(&driver)); }
METHOD(dump) { return json_pack("{s:o}", "entries", home_entries(&machine)); }
METHOD(umount) { return done(unmount(&machine, text("%s/merged", ID))); }
METHOD(damage) { return done(tamper(&machine, ID, text_of(params, "part"), damage_of(params))); }
METHOD(quit) { return is_over = true, json_object(); }

static const struct { const char *name; json_t *(*perform)(json_t *); } METHODS[] = {
	{"hello", hello}, {"create", create}, {"createReadWrite", create}, {"remove", remove_layer},
	{"get", get}, {"put", put}, {"exists", exists}, {"getMetadata", get_metadata},
	{"status", status}, {"cleanup", cleanup}, {"restart", restart}, {"dump", dump},
	{"file", file}, {"walk", walk}, {"umount", umount}, {"tamper", damage}, {"quit", quit},
};

static json_t *answer(const char *method, json_t *params)
{
	for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++) {
		if (strcmp(METHODS[i].name, method) != 0)
			continue;
		json_t *result = METHODS[i].perform(params);
		return result ? json_pack("{s:o}", "result", result) : json_pack("{s:o}", "error", error_reply());
	}
	return json_pack("{s:{s:s}}", "skipped", "reason", "unknown method");
}

int main(int count, char **arguments)
{
	char *line = NULL;
	size_t room = 0;
	planted = count == 3 && strcmp(arguments[1], "--fault") == 0 ? arguments[2] : "";
	while (!is_over && getline(&line, &room, stdin) > 0) {
		json_t *request = json_loads(line, JSON_ALLOW_NUL, NULL);
		json_t *reply = answer(text_of(request, "method"), json_object_get(request, "params"));
		json_object_set(reply, "id", json_object_get(request, "id"));
		json_dumpf(reply, stdout, JSON_COMPACT);
		puts("");
		fflush(stdout);
		json_decref(reply);
		json_decref(request);
		release(&scratch);
	}
}
