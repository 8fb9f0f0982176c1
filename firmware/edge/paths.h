/* paths - names in a folder, bounded. */
#ifndef RUMAH_EDGE_PATHS_H
#define RUMAH_EDGE_PATHS_H

#include <limits.h>

/* Writes dir/name. 0 or -ENAMETOOLONG. */
int path_join(char path[static PATH_MAX], const char *dir, const char *name);
/* Makes the folder, readable by its owner alone, unless it is there. 0 or -errno. */
int path_make_dir(const char *path);
/* Takes the lock file `path`, to be held by at most one process for as long as it lives. Returns a descriptor
 * to keep open, -EWOULDBLOCK when another has it, or -errno. */
int path_lock(const char *path);
/* Makes the socket at `path` its owner's alone (mode 0600), or also the members' of `group` (0660) when that
 * is not "". 0, -ENOENT: no such group, or -errno. */
int path_give_group(const char *path, const char *group);

#endif
