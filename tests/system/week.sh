#!/bin/bash
# A board that hears nothing for nine days, on the real processes with clocks that go ahead on command
# (lib/clock_ahead.c says why not in a time namespace). usage: week.sh BUILD
set -o errexit -o nounset -o pipefail

# shellcheck source=tests/system/lib/site.sh
. "$(dirname "$0")/lib/site.sh"

start_clock "$DIR/ahead"

log_in() { cut -d ' ' -f 2 "$DIR/staff" | rumah login "$(cut -d ' ' -f 1 "$DIR/staff")" >/dev/null; }
floor() { journal asrama 'SELECT floor_ms FROM memory'; }
events_at_the_board() { journal asrama "SELECT count(*) FROM event WHERE $1"; }
has_stored() { [ "$(events_at_the_board "$1")" -ge 1 ]; }
# That nobody entered after the last code is news of today, and may stand.
is_forced_nowhere() { rumah doors --json | jq -e '[.doors[].alarms // [] | .[] | select(. == "forced")] == []' >/dev/null; }

# book UNIT TIME: from now on, approved and confirmed; prints the code
book() {
  until=$2 request "$1" 'Bu Ani'
  rumah approve "$number" --wait 30 | grep -q 'the door has it' || fail "the door does not confirm $number"
  code 1
}

give_standing() {
  link=$(rumah standing add --name 'Pak Karta' --board asrama --until +60d --json | jq -r .link)
  until_true 30 is_ready asrama || fail 'the door does not confirm the standing access'
  view "$link" | jq -r .codes[0].digits
}

# The floor a day later is never before the day that it was told.
day() {
  local before
  before=$(floor)
  clock_ahead_days "$1"
  shift
  "$@"
  [ "$(floor)" -ge "$before" ] || fail "the floor went back from $before to $(floor)"
}

second_day() {
  expect accepted_offline asrama "$long" 'on the second day the code of ten opens no more'
  until_true 20 strike_is_off asrama || fail 'the strike stays released'
  expect rejected asrama "$short" 'a code of one day opens on the second'
  rumah sim door open --board asrama >/dev/null
  until_true 10 has_stored "type = $DOOR_FORCED" || fail 'a door that is forced says nothing'
  rumah sim door closed --board asrama >/dev/null
  ok 'two days without a network: who may come comes, whose day is over does not, a forced door is noted'
}

seventh_day() {
  expect accepted_offline asrama "$long" 'on the seventh day the code of ten opens no more'
  expect accepted_offline asrama "$standing" 'on the seventh day standing access opens no more'
  ok 'a week without a network: codes work'
}

ninth_day() {
  expect rejected asrama "$standing" 'standing access opens on the ninth day, with nobody to revoke it'
  has_stored "type = $ACCESS_DENIED AND reason = $OFFLINE_TOO_LONG" || fail 'and not for the time offline'
  expect accepted_offline asrama "$long" 'on the ninth day the code of ten opens no more'
  ok 'nine days: standing access needs to hear from the centre, a booking does not'
}

# No battery keeps the time: what is left is the floor.
power_cut() {
  local told before
  told=$(events_at_the_board 1)
  before=$(floor)
  # A clock that nobody sets is thought to be wrong by up to 9 s a day.
  [ "$before" -gt $(($(now_ms) - 600000)) ] || fail "after nine days the floor is at $before"
  kill -KILL "$(cat "$DIR/pid/door-asrama")"
  demo_start_board asrama || fail 'the door does not start again'
  [ "$(floor)" -ge "$before" ] || fail 'the floor went back in a power cut'
  [ "$(events_at_the_board 1)" -ge "$told" ] || fail 'events are gone after a power cut'
  expect rejected asrama "$short" 'at the floor a code of nine days ago opens'
  expect accepted_offline asrama "$long" 'at the floor the code of ten days opens no more'
  ok 'a power cut: the door begins where time was, and the code still opens'
}


# The centre and the links are started anew: else the test would sit through their waits between two tries, a minute at worst.
catch_up() {
  local board
  demo broker start >/dev/null
  demo gateway start >/dev/null
  for board in "${demo_boards[@]}"; do
    { demo_stop_part "link-$board" && demo_start_board "$board"; } || fail "no link for $board"
  done
  log_in || fail 'the desk cannot log in'
  until_true 60 is_heard 3 || fail 'the doors do not come back'
  until_true 60 has_all_of asrama || fail "the door has $(at_the_board asrama), the gateway $(at_the_gateway asrama)"
  same_row_by_row asrama
  ok "what the gateway has is what the door has, row by row: $(events_at_the_board 1) events"
}

# What was told late says when it was; nothing of it alarms anybody now.
age() {
  local late
  late=$(gateway "SELECT count(*) FROM events WHERE type = $DOOR_FORCED AND received_ms - wall_ms > 6 * $DAY_MS")
  [ "$late" = 1 ] || fail "$late forced doors of days ago"
  rumah events --json --limit 500 | jq -e "[.events[] | select(.type == \"door_forced\")] | length == 1 and
    (.[0] | .received_ms - .wall_ms > 6 * $DAY_MS)" >/dev/null || fail 'the desk does not see the age of an event'
  # Over as it begins: it stands on the list of what nobody has seen to, and never stood as an alarm.
  [ "$(gateway "SELECT count(*), sum(ended_ms IS began_ms) FROM alarms WHERE alarm = 'forced'")" = '1|1' ] ||
    fail "a door that was forced a week ago: $(gateway "SELECT * FROM alarms WHERE alarm = 'forced'")"
  until_true 30 is_forced_nowhere || fail "alarms stand: $(rumah doors --json | jq -c '[.doors[].alarms]')"
  ok 'old events are marked by their age, and none is an alarm of today'
}

demo start >/dev/null || fail 'the site does not start'
use_demo
short=$(book asrama-1 +1d)
long=$(book asrama-2 +12d)
standing=$(give_standing)
demo broker stop >/dev/null
demo gateway stop >/dev/null
day 2 second_day
day 7 seventh_day
day 9 ninth_day
day 9 power_cut
catch_up
age
! grep -rlE 'AddressSanitizer|runtime error' "$DIR/log" || fail 'a sanitizer has spoken'
ok 'no sanitizer has anything to say'
