/* leaf - moves the leaf of a simulated door to and fro. usage: leaf SOCKET MOVES GAP_MS */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timespec gap = { 0 };
	char line[512];
	FILE *door;
	int fd;

	if (argc != 4 || strlen(argv[1]) >= sizeof(address.sun_path))
		return 2;
	memcpy(address.sun_path, argv[1], strlen(argv[1]));
	gap.tv_nsec = strtol(argv[3], NULL, 10) % 1000 * 1000000;
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return 1;
	door = fdopen(fd, "r+");
	if (!door)
		return 1;
	for (long moves = strtol(argv[2], NULL, 10), n = 0; n < moves; n++) {
		fprintf(door, "{\"do\":\"contact\",\"open\":%s}\n", n % 2 ? "false" : "true");
		if (fflush(door) != 0 || !fgets(line, sizeof(line), door) || !strstr(line, "\"ok\":true"))
			return 1;
		nanosleep(&gap, NULL);
	}
	fclose(door);
	return 0;
}
