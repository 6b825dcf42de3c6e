/*
 * A small overlay driver that keeps its layers on a machine in memory, as careful as profile
 * `strict` asks: whatever fails has changed nothing, damage is refused, and a start mends what it
 * can. It knows nothing of the protocol.
 *
 *   <id>/diff       what the layer holds        l/<link> -> ../<id>/diff
 *   <id>/link       the layer's link id         <id>/lower      l/<link> of every lower, by :
 *   <id>/work       of layers with lowers       <id>/merged     where the layer is mounted
 *   <id>/committed  the layer has a child, so that it may not be written to any more
 */
#ifndef DRIVER_H
#define DRIVER_H

#include "machine.h"

#define BACKING_FS "memory"

struct users {
	const char *id;
	int count;
	struct users *next;
};

/* The layer store. Mounts are views of the machine; who uses them is counted here. */
struct driver {
	struct machine *machine;
	const char *home;
	struct arena arena;
	struct users *users;
};

struct metadata {
	const char *merged, *upper, *work, *lower; /* `lower` is NULL where there is none */
};

/* Starts a driver on a machine, which may have the layers of another one. */
int driver_start(struct driver *driver, struct machine *machine, const char *home);
int driver_create(struct driver *driver, const char *id, const char *parent, bool has_options);
int driver_remove(struct driver *driver, const char *id);
/* Gives the path of a layer, mounted where it lies on others or is committed; NULL: a failure. */
const char *driver_get(struct driver *driver, const char *id, const char *label);
int driver_put(struct driver *driver, const char *id);
bool driver_exists(struct driver *driver, const char *id);
int driver_metadata(struct driver *driver, const char *id, struct metadata *metadata);
int driver_cleanup(struct driver *driver);

#endif
