/* The eyes of a technician on the board itself. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/rumah/board_view.h"
#include "tools/rumah/commands.h"
#include "tools/rumah/places.h"
#include "tools/rumah/screen.h"

#define AGAIN_MS 1000  /* a door that went is looked for this often */
#define PLAIN_WIDTH 80 /* where there is no terminal */

struct watch {
	struct call *call;
	struct place place;
	struct doorsock *sock; /* NULL: not connected */
	json_t *picture;       /* the newest; NULL: none yet */
	int64_t heard_ms;
	bool has_new;
};

static void draw(struct watch *watch)
{
	struct board_view view = { .width = term_is_tty() ? term_width() : PLAIN_WIDTH,
		.zone_min = watch->call->zone_min,
		.age_ms = call_mono_ms() - watch->heard_ms,
		.is_connected = watch->sock != NULL,
		.footer = term_is_tty() ? T("q keluar", "q quits") : "" };
	char *lines = watch->picture ? board_view_draw(watch->picture, &view) : NULL;

	if (lines)
		screen_show(lines);
	free(lines);
}

static bool print_object(const json_t *picture)
{
	return json_dumpf(picture, stdout, JSON_COMPACT) == 0 && putchar('\n') == '\n' && fflush(stdout) == 0;
}

static int connect_door(struct watch *watch)
{
	int r = doorsock_open(&watch->sock, watch->place.path);

	if (r == 0)
		r = doorsock_send(watch->sock, json_pack("{s:s}", "do", "watch"));
	if (r < 0) {
		doorsock_close(watch->sock);
		watch->sock = NULL;
	}
	return r;
}

/* Takes all that has come. 0, or -errno with the connection closed. */
static int hear(struct watch *watch)
{
	json_t *picture;
	int r;

	while ((r = doorsock_next(watch->sock, &picture, 0)) == 0) {
		json_decref(watch->picture);
		watch->picture = picture;
		watch->heard_ms = call_mono_ms();
		watch->has_new = true;
		if (watch->call->is_json && !print_object(picture))
			return -EIO;
	}
	if (r == -ETIMEDOUT)
		return 0;
	doorsock_close(watch->sock);
	watch->sock = NULL;
	return r;
}

/* On a terminal the picture stays and says that it is old, until the door is back; a program is told that it
 * ended. */
static int follow(struct watch *watch)
{
	bool stays = term_is_tty() && !watch->call->is_json;

	for (;;) {
		char key = 0;
		enum screen_event event =
			screen_wait(watch->sock ? doorsock_fd(watch->sock) : -1, AGAIN_MS, &key);
		int r = 0;

		if (event == SCREEN_END || (event == SCREEN_KEY && (key == 'q' || key == 'Q' || key == 3)))
			return 0;
		if (watch->sock && event == SCREEN_READY)
			r = hear(watch);
		else if (!watch->sock)
			connect_door(watch);
		if (r < 0 && !stays)
			return r;
		if (!watch->call->is_json && (stays || watch->has_new))
			draw(watch);
		watch->has_new = false;
	}
}

int cmd_board_watch(struct call *call)
{
	struct watch watch = { .call = call };
	int r = place_find(call, &watch.place, PLACE_LOOK);

	if (r != CALL_DONE)
		return r;
	r = connect_door(&watch);
	if (r < 0)
		return place_fail(call, &watch.place, r);
	r = screen_open(!call->is_json);
	if (r == 0)
		r = follow(&watch);
	screen_close();
	doorsock_close(watch.sock);
	json_decref(watch.picture);
	return r < 0 ? place_fail(call, &watch.place, r) : CALL_DONE;
}
