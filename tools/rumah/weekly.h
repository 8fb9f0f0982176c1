/* weekly - hours of the week as people write them: "senin-jumat 07.00-16.00", "sat,sun 22.00-05.00". Pure. */
#ifndef RUMAH_WEEKLY_H
#define RUMAH_WEEKLY_H

struct weekly {
	unsigned days;             /* bit 0 Monday … bit 6 Sunday */
	unsigned from_min, to_min; /* of the local day; to_min not after from_min runs past midnight */
};

/* 0, or -EINVAL. */
int weekly_read(struct weekly *out, const char *text);

#endif
