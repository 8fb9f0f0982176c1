/* handle - what each route does: read the input, call the service once, say what it answered.
 * Who may is in routes.c; that the request is whole, ours and logged in was seen to before. */
#ifndef RUMAH_GATEWAY_HANDLE_H
#define RUMAH_GATEWAY_HANDLE_H

#include "gateway/http/exchange.h"

/* handle_public.c */
void handle_page(struct exchange *exchange); /* route->what: a page_id of pages.h */
void handle_health(struct exchange *exchange);
void handle_units(struct exchange *exchange);
void handle_request_submit(struct exchange *exchange);
void handle_choices(struct exchange *exchange);
void handle_choice_put(struct exchange *exchange); /* staff's */
void handle_link_view(struct exchange *exchange);
void handle_link_act(struct exchange *exchange); /* route->what: a request_act */

/* handle_letters.c */
/* Whether a letter may come; makes the exchange's upload, or answers. */
bool letter_check(struct exchange *exchange);
void handle_letter_put(struct exchange *exchange);
void handle_letter(struct exchange *exchange);

/* handle_reports.c */
void handle_problem_add(struct exchange *exchange);
void handle_problems(struct exchange *exchange);
void handle_problem_close(struct exchange *exchange);
void handle_suggestions(struct exchange *exchange);
void handle_views(struct exchange *exchange);
void handle_link_views(struct exchange *exchange);
void handle_audit(struct exchange *exchange);
void handle_audit_csv(struct exchange *exchange);
void handle_figures(struct exchange *exchange);
void handle_retention(struct exchange *exchange);
void handle_retention_set(struct exchange *exchange);

/* handle_calendar.c */
void handle_link_calendar(struct exchange *exchange);
void handle_unit_calendar(struct exchange *exchange);
void handle_feed(struct exchange *exchange);
void handle_feed_make(struct exchange *exchange);
void handle_feed_end(struct exchange *exchange);

/* handle_session.c */
void handle_session_new(struct exchange *exchange);
void handle_session(struct exchange *exchange);
void handle_session_end(struct exchange *exchange);
void handle_staff_put(struct exchange *exchange);

/* handle_accounts.c */
void handle_accounts(struct exchange *exchange);
void handle_account_disable(struct exchange *exchange); /* route->what: closes, or opens again */
void handle_account_reset(struct exchange *exchange);
void handle_password(struct exchange *exchange);
/* Puts an exchange in the line of the hash: `r` is what passwords.h answered. */
void wait_for_hash(struct exchange *exchange, int r);

/* handle_requests.c */
void handle_requests(struct exchange *exchange);
void handle_request(struct exchange *exchange);
void handle_request_approve(struct exchange *exchange);
void handle_request_act(struct exchange *exchange); /* route->what: a request_act */
void handle_request_extend(struct exchange *exchange);
void handle_occupant_add(struct exchange *exchange);
void handle_occupant_revoke(struct exchange *exchange);
void handle_occupant_recode(struct exchange *exchange);
void handle_occupant_relink(struct exchange *exchange);

/* handle_site.c */
void handle_unit_add(struct exchange *exchange);
void handle_board_add(struct exchange *exchange);
void handle_standing_add(struct exchange *exchange);
void handle_standing_revoke(struct exchange *exchange);
void handle_standing_relink(struct exchange *exchange);
void handle_card_add(struct exchange *exchange);
void handle_card_remove(struct exchange *exchange);

/* handle_units.c */
void handle_unit_edit(struct exchange *exchange);
void handle_unit_remove(struct exchange *exchange);
void handle_unit_close(struct exchange *exchange);
void handle_unit_hours(struct exchange *exchange);
void handle_unit_busy(struct exchange *exchange);
void handle_closures(struct exchange *exchange);
void handle_closure_end(struct exchange *exchange);
void handle_holidays(struct exchange *exchange);
void handle_holiday_add(struct exchange *exchange);
void handle_holiday_remove(struct exchange *exchange);
void handle_board_move(struct exchange *exchange);

/* handle_doors.c */
void handle_doors(struct exchange *exchange);
void handle_door_mode(struct exchange *exchange);
void handle_door_action(struct exchange *exchange);
void handle_events(struct exchange *exchange);
void handle_alarms(struct exchange *exchange);
void handle_alarm_ack(struct exchange *exchange);
void handle_live(struct exchange *exchange);

/* What handlers need of the server besides the service. */
struct passwords *http_passwords(struct http *http);
struct gate *http_gate(struct http *http);
struct files *http_files(struct http *http);
json_t *http_health_json(struct http *http);
/* Takes one from the address's budget of public requests: 0, or seconds to wait. */
uint32_t http_take_public(struct http *http, const char *address);
/* Sends the answer of an exchange that was waiting. */
void exchange_resume(struct exchange *exchange);

/* Bounds of openapi.yaml that several bodies share. */
#define TEXT(field, needed, max_bytes, to)                                                                   \
	{                                                                                                    \
		field, MEMBER_TEXT, needed, 1, max_bytes, to                                                 \
	}
#define COUNT(members) (sizeof(members) / sizeof((members)[0]))
/* Text of at most n characters is at most 4n bytes. */
#define UTF8(characters) ((characters)*4)

/* Whether a link was sent; answers when it was not. */
bool has_link(struct exchange *exchange);
#define NAMES_MAX 64
/* A list of names; false after having answered. */
bool read_names(struct exchange *exchange, const char *field, const json_t *from, const char **to);
/* One stretch of hours: days, from_min, to_min; false after having answered. */
bool read_stretch(
	struct exchange *exchange, const json_t *hours, int64_t *days, int64_t *from_min, int64_t *to_min);
/* A positive number of at most fifteen digits out of a path or query; 0 when it is none. */
int64_t read_number(const char *text);

#endif
