#!/bin/bash
# Boards, broker and gateway with a network between them that delays, cuts and half-closes (proxy.c), while people
# approve, revoke and go through doors. usage: bad_network.sh BUILD [SECONDS [SEED]]
set -o errexit -o nounset -o pipefail

# shellcheck source=tests/system/lib/site.sh
. "$(dirname "$0")/lib/site.sh"
BAD_S=${2:-15}
SEED=${3:-$((RANDOM * 32768 + RANDOM))}
LEAF_GAP_MS=150

# Everybody but the broker itself then connects by way of the proxy.
put_proxy_between() {
  local board port
  port=$(broker_port "$DIR/broker")
  "$BUILD/tests/system/proxy" "$port" "$SEED" >"$DIR/proxy.out" &
  proxy=$!
  helpers+=("$proxy")
  until_true 10 test -s "$DIR/proxy.out" || fail 'no proxy'
  proxy_port=$(head -n 1 "$DIR/proxy.out")
  broker_port() { echo "$proxy_port"; }
  for board in "${demo_boards[@]}"; do
    { demo_stop_part "link-$board" && demo_start_board "$board"; } || fail "no link for $board"
  done
  { demo_stop_part gateway && demo_start_gateway "$(cat "$DIR/http-port")"; } || fail 'the gateway does not start'
  until_true 60 is_heard 3 || fail 'the doors are not heard through the proxy'
}

# Whether a door has heard of it by now is no matter: in the end each has the newest.
decide() {
  decisions=0
  while [ "$SECONDS" -lt "$1" ]; do
    [ "$decisions" = 0 ] || rumah revoke "$number" --reason off >/dev/null || fail "$number is not revoked"
    request ruang-1 'Bu Ani'
    rumah approve "$number" >/dev/null || fail "$number is not approved"
    decisions=$((decisions + 1))
  done
}

doors_are_as_wanted() {
  [ "$(gateway 'SELECT count(*) FROM boards WHERE confirmed_rev = rev')" = 3 ] || return 1
  [ "$(rumah doors --json | jq '[.doors[] | select(.is_online and .is_ready and .queue == 0)] | length')" = 3 ]
}

go_through() {
  local board leaves=() leaf end=$((SECONDS + BAD_S)) is_bad

  kill -USR1 "$proxy"
  for board in "${demo_boards[@]}"; do
    "$BUILD/tests/system/leaf" "$DIR/sock/$board.sock" $((BAD_S * 1000 / LEAF_GAP_MS)) "$LEAF_GAP_MS" &
    leaves+=($!)
    helpers+=($!)
  done
  decide "$end"
  for leaf in "${leaves[@]}"; do
    wait "$leaf" || fail 'a leaf stopped moving'
  done
  kill -USR2 "$proxy"
  is_bad=$(gateway 'SELECT count(*) FROM boards WHERE confirmed_rev = rev')
  ok "$BAD_S s of a bad network, seed $SEED: $decisions decisions, $is_bad of 3 doors up to date at its end"
}

converge() {
  local board
  until_true 120 doors_are_as_wanted || fail "the doors do not converge: $(rumah doors --json | jq -c .doors)"
  for board in "${demo_boards[@]}"; do
    until_true 60 has_all_of "$board" ||
      fail "$board has stored $(at_the_board "$board"), the gateway has $(at_the_gateway "$board")"
    same_row_by_row "$board"
  done
  ok "then a good one: every door has the newest list, of $(gateway 'SELECT count(*) FROM events') events none is lost, none doubled"
}

tell_of_the_network() {
  local told
  kill "$proxy"
  wait "$proxy" || fail 'the proxy failed'
  told=$(tail -n 1 "$DIR/proxy.out")
  [[ $told =~ cut\ ([0-9]+)\ half\ ([0-9]+)\ late\ ([0-9]+) ]] || fail "the proxy says $told"
  [ $((BASH_REMATCH[1] * BASH_REMATCH[3])) -gt 0 ] || fail "the network was not bad: $told"
  ok "$told"
}

demo start >/dev/null || fail 'the site does not start'
use_demo
put_proxy_between
go_through
converge
tell_of_the_network
! grep -rlE 'AddressSanitizer|runtime error' "$DIR/log" || fail 'a sanitizer has spoken'
ok 'no sanitizer has anything to say'
