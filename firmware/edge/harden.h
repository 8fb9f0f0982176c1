/* harden - what a program of a board gives up before it does anything. */
#ifndef RUMAH_EDGE_HARDEN_H
#define RUMAH_EDGE_HARDEN_H

/* No core dump and no debugger (both would show digits and keys), no readable files, no death by a closed
 * socket, and something behind descriptors 0 to 2, so that no file of ours is ever taken for them. Call
 * first. 0 or -errno. */
int harden_process(void);

#endif
