#!/bin/bash
# A broker killed a hundred times under load, and one that brings the past back, on the real processes.
# usage: storm.sh BUILD [KILLS [EVENTS]]
set -o errexit -o nounset -o pipefail

# shellcheck source=tests/system/lib/site.sh
. "$(dirname "$0")/lib/site.sh"
# shellcheck source=tools/lib/broker.sh
. "$ROOT/tools/lib/broker.sh"
KILLS=${2:-100}
EVENTS=${3:-10000}
BOARDS=(ruang-1 ruang-2 asrama)
LEAF_GAP_MS=40 # between two moves of a leaf; each is an event, and a closing after a forced opening is two

rows_at_the_gateway() { gateway "SELECT count(*) FROM events JOIN logs ON logs.id = events.log WHERE board = '$1'"; }

storm() {
  local board pids=() n stored=0 head

  for board in "${BOARDS[@]}"; do
    "$BUILD/tests/system/leaf" "$DIR/sock/$board.sock" $((EVENTS / 4)) "$LEAF_GAP_MS" &
    pids+=($!)
  done
  for ((n = 1; n <= KILLS; n++)); do
    broker_kill "$DIR/broker" || fail "kill $n"
    broker_start "$DIR/broker" || fail "the broker does not start after kill $n"
  done
  for n in "${pids[@]}"; do
    wait "$n" || fail 'a leaf stopped moving'
  done
  for board in "${BOARDS[@]}"; do
    until_true 120 has_all_of "$board" ||
      fail "$board has stored $(at_the_board "$board"), the gateway has $(at_the_gateway "$board")"
    head=$(journal "$board" 'SELECT head FROM memory')
    [ "$(rows_at_the_gateway "$board")" = "$head" ] || fail "$board: $(rows_at_the_gateway "$board") rows for $head events"
    stored=$((stored + head))
  done
  [ "$stored" -ge "$EVENTS" ] || fail "only $stored events"
  ok "of $stored events none was lost and none doubled while the broker was killed $KILLS times"
}

has_refused_the_past() { [ "$(journal ruang-2 'SELECT count(*) FROM event WHERE type = 15 AND reason = 20')" -ge 1 ]; }

# A restored or restarted broker has the snapshot from before the revocation, signed and retained, and nobody contradicts it.
past() {
  local data="$DIR/broker/data/mosquitto.db" code_before

  request ruang-2 'Bu Ani'
  rumah approve "$number" --wait 30 | grep -q 'the door has it' || fail 'the door does not confirm the approval'
  code_before=$(code 1)
  expect accepted ruang-2 "$code_before" 'the code opens no door'
  demo broker stop >/dev/null # orderly: what it holds is on disk
  cp "$data" "$DIR/past.db"
  demo broker start >/dev/null
  until_true 60 is_heard 3 || fail 'the doors do not come back'
  rumah revoke "$number" --reason 'off' --wait 30 >/dev/null || fail 'the door does not confirm the revocation'
  expect rejected ruang-2 "$code_before" 'a revoked code is accepted'
  demo gateway stop >/dev/null
  demo broker kill >/dev/null
  cp "$DIR/past.db" "$data"
  demo broker start >/dev/null
  until_true 60 has_refused_the_past || fail 'the door was not offered the past, or said nothing of it'
  expect rejected ruang-2 "$code_before" 'the past opens the door again'
  ok 'a broker that brings back a snapshot from before a revocation is refused'
  demo gateway start >/dev/null
  until_true 90 is_heard 3 || fail 'the doors do not come back to the gateway'
  ok 'and the gateway finds everything as it was'
}

demo start >/dev/null || fail 'the site does not start'
past
storm
! grep -rlE 'AddressSanitizer|runtime error' "$DIR/log" || fail 'a sanitizer has spoken'
ok 'no sanitizer has anything to say'
