/* mounts - whether the file system below a folder keeps what it was told to keep. */
#ifndef RUMAH_DOOR_MOUNTS_H
#define RUMAH_DOOR_MOUNTS_H

#define MOUNT_RISK_MAX 48

/* Finds the mount that `dir` (absolute, without symbolic links) is on in `mountinfo`, the text of
 * /proc/self/mountinfo, which it changes, and puts at `risk` what of it loses or spoils on power failure what
 * was flushed: "data=writeback", "nobarrier", "tmpfs" ...; "" for nothing. Pure. */
void mount_judge(char *mountinfo, const char *dir, char risk[static MOUNT_RISK_MAX]);
/* The same of the system. "" as well where it cannot be asked. */
void mount_look(const char *dir, char risk[static MOUNT_RISK_MAX]);

#endif
