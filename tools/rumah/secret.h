/* secret - reads what must not stand on a command line, where every user of the machine could see it. */
#ifndef RUMAH_SECRET_H
#define RUMAH_SECRET_H

#include <stddef.h>

/* One line: from the terminal without showing it (after `prompt` on stderr), or from standard input when that
 * is no terminal. 0; -ENODATA: nothing; -ECANCELED: Ctrl-C; -EFBIG; -errno. The caller wipes it. */
int secret_read(char *out, size_t size, const char *prompt);

#endif
