/* What travels by the protocol: texts, bytes, changes of files, and trees as entries. */
#ifndef WIRE_H
#define WIRE_H

#include "changes.h"
#include "machine.h"
#include <jansson.h>

/* A text of an object; "" where it is absent. */
const char *text_of(json_t *object, const char *key);
/* JSON that is written with single quotes. */
json_t *json_of(const char *plain);
/* What becomes of a part that somebody damages: a text, NULL where it goes. */
const char *damage_of(json_t *params);
/* What `failure` says, as the `error` of a reply. */
json_t *error_reply(void);
int change_of(json_t *json, struct change *change);
/* A look at a tree, its root included, in the order of paths; NULL for NULL. */
json_t *tree_entries(const struct view *view);
/* Everything in the home; of what is mounted the mountpoint alone. */
json_t *home_entries(struct machine *machine);

#endif
