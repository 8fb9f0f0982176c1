/* commands - the one table of what rumah can do. The usage line is what help prints and what arguments are
 * read by (args.h). A handler returns an outcome (call.h). */
#ifndef RUMAH_COMMANDS_H
#define RUMAH_COMMANDS_H

#include "tools/rumah/call.h"
#include "tools/rumah/lang.h"

struct command {
	const char *name; /* one or two words */
	const char *usage;
	struct text help; /* one line */
	struct text more; /* further lines, or NULL */
	int (*run)(struct call *call);
};
extern const struct command commands[];
extern const size_t command_count;

/* The command that argv begins with, and how many words its name took; NULL: none. */
const struct command *command_find(char *const *argv, size_t argc, size_t *words);

int cmd_login(struct call *call), cmd_logout(struct call *call), cmd_whoami(struct call *call);
int cmd_request(struct call *call), cmd_requests(struct call *call), cmd_show(struct call *call);
int cmd_approve(struct call *call), cmd_refuse(struct call *call), cmd_needs(struct call *call);
int cmd_revoke(struct call *call), cmd_finish(struct call *call), cmd_extend(struct call *call);
int cmd_occupant_add(struct call *call), cmd_recode(struct call *call);
int cmd_code(struct call *call), cmd_guest(struct call *call);
int cmd_doors(struct call *call), cmd_mode(struct call *call), cmd_unlock(struct call *call);
int cmd_action(struct call *call);
int cmd_events(struct call *call), cmd_alarms(struct call *call), cmd_ack(struct call *call);
int cmd_unit_add(struct call *call), cmd_unit_list(struct call *call);
int cmd_board_add(struct call *call), cmd_board_list(struct call *call);
int cmd_board_watch(struct call *call), cmd_board_selftest(struct call *call);
int cmd_reader_test(struct call *call);
int cmd_standing_add(struct call *call), cmd_standing_revoke(struct call *call);
int cmd_card_add(struct call *call), cmd_card_remove(struct call *call);
int cmd_staff_put(struct call *call);
int cmd_password(struct call *call);
int cmd_staff_list(struct call *call), cmd_staff_disable(struct call *call);
int cmd_staff_enable(struct call *call), cmd_staff_reset(struct call *call);
int cmd_relink(struct call *call);
int cmd_unit_edit(struct call *call), cmd_unit_hours(struct call *call);
int cmd_unit_close(struct call *call), cmd_unit_closures(struct call *call);
int cmd_unit_open(struct call *call), cmd_unit_remove(struct call *call);
int cmd_unit_busy(struct call *call), cmd_holiday_list(struct call *call);
int cmd_holiday_add(struct call *call), cmd_holiday_remove(struct call *call);
int cmd_board_move(struct call *call);
int cmd_choice_list(struct call *call), cmd_choice_put(struct call *call);
int cmd_sim_press(struct call *call), cmd_sim_door(struct call *call), cmd_sim_rex(struct call *call);
int cmd_sim_line(struct call *call), cmd_sim_fault(struct call *call), cmd_sim_card(struct call *call);
int cmd_sim_show(struct call *call), cmd_sim_watch(struct call *call), cmd_sim_list(struct call *call);
int cmd_health(struct call *call), cmd_help(struct call *call), cmd_version(struct call *call);

#endif
