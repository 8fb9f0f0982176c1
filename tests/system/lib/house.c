#include "tests/system/lib/house.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* As long as it may be: a change of a request is then some 700 bytes. */
#define LONG                                                                                                 \
	"Rapat penyusunan kurikulum semester genap bersama pengawas, kepala sekolah dan guru dari tiga "     \
	"kecamatan, "                                                                                        \
	"dilanjutkan dengan pelatihan penilaian dan pembagian tugas untuk tahun ajaran baru"

const char *const house_roles[HOUSE_STAFF] = { "desk", "guard", "manager", "technician", "auditor" };

static void must(struct house *house, const char *path, const char *body)
{
	struct reply reply;
	int status = gateway_ask(&house->gateway, &house->staff[MANAGER], "POST", path, body, NULL, &reply);

	if (status != 204) {
		fprintf(stderr, "house: POST %s: %s\n", path, reply.text);
		exit(1);
	}
	free(reply.text);
}

void house_request(struct house *house, unsigned day, char number[static 16], char link[static 32])
{
	long long from_ms = ((long long)time(NULL) / 86400 + 365 + day) * 86400000 + 2 * 3600000;
	struct reply reply;
	char body[1024], member[128];

	snprintf(body, sizeof(body),
		"{\"unit\":\"ruang-1\",\"activity\":\"" LONG "\",\"organisation\":\"" LONG
		"\",\"kind\":\"rapat\",\"from_ms\":%lld,\"until_"
		"ms\":%lld,"
		"\"heads\":5,\"occupants\":[{\"name\":\"Sari\",\"phone\":\"081234567890\"}]}",
		from_ms, from_ms + 4 * 3600000);
	if (gateway_ask(&house->gateway, NULL, "POST", "/api/requests", body, NULL, &reply) != 201) {
		fprintf(stderr, "house: request: %s\n", reply.text);
		exit(1);
	}
	snprintf(number, 16, "%s", reply_member(&reply, "number", member));
	snprintf(link, 32, "%s", reply_member(&reply, "link", member));
	free(reply.text);
}

int house_make(struct house *house, const char *program)
{
	/* Everything here comes from one address, and much of it at once. */
	gateway_make(&house->gateway, program, "connections_per_address = 1000\n");
	for (unsigned i = 0; i < HOUSE_STAFF; i++)
		gateway_staff(&house->gateway, house_roles[i], house_roles[i], house->passwords[i]);
	gateway_start(&house->gateway);
	for (unsigned i = 0; i < HOUSE_STAFF; i++)
		gateway_log_in(&house->gateway, house_roles[i], house->passwords[i], &house->staff[i]);
	must(house, "/api/units",
		"{\"id\":\"ruang-1\",\"name\":\"Ruang Rapat 1\",\"kind\":\"room\",\"capacity\":20}");
	/* Any two points of the curve do: no board speaks in these tests. */
	must(house, "/api/boards",
		"{\"id\":\"pintu-1\",\"name\":\"Ruang Rapat 1\",\"units\":[\"ruang-1\"],"
		"\"sign\":\"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\","
		"\"agree\":\"hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\"}");
	house_request(house, 0, house->number, house->link);
	return 0;
}

void house_remove(struct house *house)
{
	gateway_end(&house->gateway);
	gateway_remove(&house->gateway);
}
