#include "gateway/http/routes.h"

#include "gateway/core/request.h"
#include "gateway/http/handle.h"
#include "gateway/http/pages.h"

#define PUBLIC ROUTE_PUBLIC, 0
#define STAFF ROUTE_STAFF, 0
#define MAY(act) ROUTE_ACT, ROLE_ACT_##act

/* clang-format off */
const struct route routes[] = {
	{ "GET",    "/",                         PUBLIC, handle_page, PAGE_FORM },
	{ "GET",    "/t",                        PUBLIC, handle_page, PAGE_TEACHER },
	{ "GET",    "/staf",                     PUBLIC, handle_page, PAGE_STAFF },
	{ "GET",    "/app.css",                  PUBLIC, handle_page, PAGE_STYLE },
	{ "GET",    "/form.js",                  PUBLIC, handle_page, PAGE_FORM_SCRIPT },
	{ "GET",    "/teacher.js",               PUBLIC, handle_page, PAGE_TEACHER_SCRIPT },
	{ "GET",    "/staff.js",                 PUBLIC, handle_page, PAGE_STAFF_SCRIPT },
	{ "GET",    "/shared.js",                PUBLIC, handle_page, PAGE_SHARED_SCRIPT },

	{ "GET",    "/api/health",               PUBLIC, handle_health },
	{ "GET",    "/api/units",                PUBLIC, handle_units },
	{ "GET",    "/api/units/{unit}/busy",    PUBLIC, handle_unit_busy },
	{ "GET",    "/api/units/{unit}/busy.ics", PUBLIC, handle_unit_calendar },
	{ "GET",    "/api/feed/{token}/rumah.ics", PUBLIC, handle_feed },
	{ "GET",    "/api/holidays",             PUBLIC, handle_holidays },
	{ "GET",    "/api/choices",              PUBLIC, handle_choices },
	{ "POST",   "/api/requests",             PUBLIC, handle_request_submit },
	{ "GET",    "/api/link",                 PUBLIC, handle_link_view },
	{ "POST",   "/api/link/cancel",          PUBLIC, handle_link_act, REQUEST_ACT_CANCEL },
	{ "POST",   "/api/link/finish",          PUBLIC, handle_link_act, REQUEST_ACT_FINISH },
	{ "POST",   "/api/link/extend",          PUBLIC, handle_link_act, REQUEST_ACT_EXTEND },
	{ "POST",   "/api/link/complete",        PUBLIC, handle_link_act, REQUEST_ACT_COMPLETE },

	{ "GET",    "/api/link/rumah.ics",       PUBLIC, handle_link_calendar },
	{ "GET",    "/api/link/views",           PUBLIC, handle_link_views },
	{ "POST",   "/api/link/problem",         PUBLIC, handle_problem_add },
	{ "POST",   "/api/link/letter",          PUBLIC, handle_letter_put, .takes_file = true },

	{ "POST",   "/api/session",              PUBLIC, handle_session_new },
	{ "GET",    "/api/session",              STAFF,  handle_session },
	{ "DELETE", "/api/session",              STAFF,  handle_session_end },
	{ "POST",   "/api/session/password",     STAFF,  handle_password },

	{ "GET",    "/api/requests",             MAY(SEE_LIST), handle_requests },
	{ "GET",    "/api/requests/{number}",    MAY(SEE_PEOPLE), handle_request },
	{ "GET",    "/api/requests/{number}/suggestions", MAY(SEE_LIST), handle_suggestions },
	{ "GET",    "/api/requests/{number}/views", MAY(SEE_AUDIT), handle_views },
	{ "GET",    "/api/requests/{number}/letter", MAY(SEE_PEOPLE), handle_letter },
	{ "POST",   "/api/requests/{number}/approve", MAY(DECIDE), handle_request_approve },
	{ "POST",   "/api/requests/{number}/refuse",  MAY(DECIDE), handle_request_act, REQUEST_ACT_REFUSE },
	{ "POST",   "/api/requests/{number}/needs",   MAY(DECIDE), handle_request_act, REQUEST_ACT_NEEDS },
	{ "POST",   "/api/requests/{number}/cancel",  MAY(DECIDE), handle_request_act, REQUEST_ACT_CANCEL },
	{ "POST",   "/api/requests/{number}/finish",  MAY(DECIDE), handle_request_act, REQUEST_ACT_FINISH },
	{ "POST",   "/api/requests/{number}/extend",  MAY(DECIDE), handle_request_extend },
	{ "POST",   "/api/requests/{number}/occupants", MAY(DECIDE), handle_occupant_add },
	{ "POST",   "/api/requests/{number}/occupants/{occupant}/revoke", MAY(DECIDE), handle_occupant_revoke },
	{ "POST",   "/api/requests/{number}/occupants/{occupant}/recode", MAY(DECIDE), handle_occupant_recode },
	{ "POST",   "/api/requests/{number}/occupants/{occupant}/relink", MAY(DECIDE), handle_occupant_relink },

	{ "POST",   "/api/feed",                 MAY(SEE_LIST), handle_feed_make },
	{ "POST",   "/api/feed/end",             STAFF,  handle_feed_end },
	{ "GET",    "/api/problems",             MAY(SEE_DOORS), handle_problems },
	{ "POST",   "/api/problems/{problem}/close", MAY(ALARM), handle_problem_close },
	{ "GET",    "/api/audit.csv",            MAY(SEE_AUDIT), handle_audit_csv },
	{ "GET",    "/api/figures",              MAY(SEE_AUDIT), handle_figures },
	{ "GET",    "/api/retention",            MAY(SEE_AUDIT), handle_retention },
	{ "POST",   "/api/retention",            MAY(RETENTION), handle_retention_set },
	{ "GET",    "/api/audit",                MAY(SEE_AUDIT), handle_audit },
	{ "POST",   "/api/choices",              MAY(LISTS), handle_choice_put },
	{ "POST",   "/api/units",                MAY(SITE), handle_unit_add },
	{ "POST",   "/api/units/{unit}/edit",    MAY(SITE), handle_unit_edit },
	{ "POST",   "/api/units/{unit}/remove",  MAY(SITE), handle_unit_remove },
	{ "POST",   "/api/units/{unit}/hours",   MAY(SITE), handle_unit_hours },
	{ "POST",   "/api/units/{unit}/close",   MAY(SITE), handle_unit_close },
	{ "GET",    "/api/closures",             MAY(SEE_DOORS), handle_closures },
	{ "POST",   "/api/closures/{closure}/end", MAY(SITE), handle_closure_end },
	{ "POST",   "/api/holidays",             MAY(SITE), handle_holiday_add },
	{ "POST",   "/api/holidays/{from}/remove", MAY(SITE), handle_holiday_remove },
	{ "POST",   "/api/boards",               MAY(SITE), handle_board_add },
	{ "POST",   "/api/boards/{board}/move",  MAY(SITE), handle_board_move },
	{ "GET",    "/api/doors",                MAY(SEE_DOORS), handle_doors },
	{ "POST",   "/api/doors/{board}/mode",   MAY(MODE), handle_door_mode },
	{ "POST",   "/api/doors/{board}/action", MAY(DOOR), handle_door_action },
	{ "POST",   "/api/standing",             MAY(STANDING), handle_standing_add },
	{ "POST",   "/api/standing/{id}/revoke", MAY(STANDING), handle_standing_revoke },
	{ "POST",   "/api/standing/{id}/relink", MAY(STANDING), handle_standing_relink },
	{ "POST",   "/api/standing/{id}/card",   MAY(STANDING), handle_card_add },
	{ "POST",   "/api/standing/{id}/card/remove", MAY(STANDING), handle_card_remove },
	{ "GET",    "/api/events",               MAY(SEE_DOORS), handle_events },
	{ "GET",    "/api/alarms",               MAY(SEE_DOORS), handle_alarms },
	{ "POST",   "/api/alarms/{alarm}/ack",   MAY(ALARM), handle_alarm_ack },
	{ "POST",   "/api/staff",                MAY(STAFF), handle_staff_put },
	{ "GET",    "/api/staff",                MAY(SEE_STAFF), handle_accounts },
	{ "POST",   "/api/staff/{name}/disable", MAY(STAFF), handle_account_disable, true },
	{ "POST",   "/api/staff/{name}/enable",  MAY(STAFF), handle_account_disable, false },
	{ "POST",   "/api/staff/{name}/reset",   MAY(STAFF), handle_account_reset },
	{ "GET",    "/api/live",                 MAY(SEE_DOORS), handle_live },
};
/* clang-format on */
const size_t route_count = sizeof(routes) / sizeof(routes[0]);
