#!/bin/bash
# A gateway killed at any moment while staff approve and doors report. usage: gateway_kill.sh BUILD [ROUNDS]
set -o errexit -o nounset -o pipefail

# shellcheck source=tests/system/lib/site.sh
. "$(dirname "$0")/lib/site.sh"
ROUNDS=${2:-20}
LEAF_GAP_MS=200
SLOTS=16 # requests a stranger may send in a row are few

# What must be so in every state of the database: who is approved is on the doors' newest lists, once.
BROKEN="
  SELECT 'approved and on no list', r.number, d.board FROM requests r
    JOIN occupants o ON o.request = r.id JOIN grants g ON g.occupant = o.id JOIN grant_doors d ON d.grant_id = g.id
    LEFT JOIN snapshots s ON s.board = d.board AND s.rev >= d.rev AND instr(s.message, d.grant_id) > 0
    WHERE r.state IN ('disetujui', 'berlangsung') AND g.revoked_ms IS NULL AND s.board IS NULL
  UNION ALL SELECT 'approved without a code', r.number, '' FROM requests r
    WHERE r.state IN ('disetujui', 'berlangsung') AND NOT EXISTS (SELECT 1 FROM grants g JOIN occupants o ON o.id = g.occupant
      WHERE o.request = r.id AND g.revoked_ms IS NULL)
  UNION ALL SELECT 'revoked and on a list', r.number, d.board FROM requests r
    JOIN occupants o ON o.request = r.id JOIN grants g ON g.occupant = o.id JOIN grant_doors d ON d.grant_id = g.id
    JOIN snapshots s ON s.board = d.board AND instr(s.message, d.grant_id) > 0
    WHERE r.state = 'dibatalkan'
  UNION ALL SELECT 'approved twice', r.number, count(*) FROM requests r JOIN transitions t ON t.request = r.id
    WHERE t.act = 'approve' GROUP BY r.id HAVING count(*) > 1
  UNION ALL SELECT 'two codes of one person', r.number, count(*) FROM requests r JOIN occupants o ON o.request = r.id
    JOIN grants g ON g.occupant = o.id WHERE g.revoked_ms IS NULL GROUP BY o.id HAVING count(*) > 1
  UNION ALL SELECT 'rev and list differ', b.id, b.rev FROM boards b JOIN snapshots s ON s.board = b.id WHERE s.rev <> b.rev"

state_of() { gateway "SELECT state FROM requests WHERE number = '$1'"; }

# What staff were told has happened; the last thing they asked for may have happened or not.
check() {
  local broken board acked
  broken=$(gateway "$BROKEN")
  [ -z "$broken" ] || fail "round $1: $broken"
  for board in "${demo_boards[@]}"; do
    acked=$(journal "$board" 'SELECT acked FROM memory')
    [ "$acked" -le "$(gateway "SELECT coalesce(max(upto), 0) FROM logs WHERE board = '$board'")" ] ||
      fail "round $1: $board was told that events up to $acked are safe, and they are not"
  done
}

seconds() { printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)); }

# Its log begins anew each time; asking it by the command would cost more than its start.
has_connected() { grep -qs 'bus: connected' "$DIR/log/gateway.log"; }
start_gateway() {
  demo_run gateway rumah-gateway
  demo_wait_for gateway 30 has_connected || fail 'the gateway does not start'
}

# One thing asked, one kill at a random moment of it. Asked again when it was not answered.
ask() {
  local wanted=$1 asker
  shift
  [ "$(state_of "$number")" != "$wanted" ] || return 0
  rumah "$@" >/dev/null 2>&1 &
  asker=$!
  sleep "$(seconds $((RANDOM % (took_ms * 3 / 2))))"
  kill -KILL "$(cat "$DIR/pid/gateway")"
  if wait "$asker"; then
    answered=$((answered + 1))
    [ "$(state_of "$number")" = "$wanted" ] || fail "$number: staff were told $wanted, and it is $(state_of "$number")"
  fi
  start_gateway
}

# How long staff wait for an answer here and now: kills are to come before, in, and after it.
measure_one() {
  local started
  started=$(now_ms)
  rumah approve "$1" >/dev/null || fail "$1 is not approved"
  took_ms=$(($(now_ms) - started))
}

go_through() {
  local n leaf leaves=() numbers=() board
  for ((n = 0; n < SLOTS; n++)); do
    number=$(rumah request --unit "ruang-$((n % 2 + 1))" --from "+$((n + 1))h" --until "+$((n + 2))h" --name 'Bu Ani' \
      --phone 081234567890 --json | jq -r .number)
    numbers+=("$number")
  done
  for board in "${demo_boards[@]}"; do
    "$BUILD/tests/system/leaf" "$DIR/sock/$board.sock" 100000 "$LEAF_GAP_MS" &
    leaves+=($!)
    helpers+=($!)
  done
  answered=0
  measure_one "${numbers[0]}"
  for ((n = 1; n <= ROUNDS; n++)); do
    number=${numbers[n % SLOTS]}
    if [ "$(state_of "$number")" = diajukan ]; then
      ask disetujui approve "$number"
    else
      ask dibatalkan revoke "$number" --reason off
    fi
    check "$n"
  done
  for leaf in "${leaves[@]}"; do
    kill -0 "$leaf" || fail 'a leaf stopped moving'
    kill "$leaf"
  done
  ok "the gateway was killed $ROUNDS times, and each time held what it had said ($answered answers came in time)"
}

converge() {
  local board
  for board in "${demo_boards[@]}"; do
    until_true 90 has_all_of "$board" ||
      fail "$board has stored $(at_the_board "$board"), the gateway has $(at_the_gateway "$board")"
    same_row_by_row "$board"
  done
  until_true 60 doors_are_confirmed || fail 'not every door has confirmed its list'
  check end
  ok "of $(gateway 'SELECT count(*) FROM events') events none was lost and none doubled, and every door has the newest list"
}
doors_are_confirmed() { [ "$(gateway 'SELECT count(*) FROM boards WHERE confirmed_rev = rev')" = 3 ]; }

demo start >/dev/null || fail 'the site does not start'
use_demo
go_through
converge
! grep -rlE 'AddressSanitizer|runtime error' "$DIR/log" || fail 'a sanitizer has spoken'
ok 'no sanitizer has anything to say'
