#!/bin/bash
# rumah-link between a real broker and a door: see test_link.c; then what a broker can do to it.
# usage: link_broker.sh PROGRAM_DIR RUMAH_LINK
# shellcheck source=tests/system/lib/broker.sh
. "$(dirname "$0")/lib/broker.sh"
programs=$1
export RUMAH_LINK=$2

write_config() { # PORT
  cat >"$TEST_DIR/link.ini" <<INI
[link]
site = home
board = board-b
[broker]
host = localhost
port = $1
ca = $SITE_DIR/ca.crt
cert = $SITE_DIR/client/board-b.crt
key = $SITE_DIR/client/board-b.key
[door]
socket = $TEST_DIR/none.sock
INI
}

# online_within SECONDS: the retained word on board-b becomes true
online_within() {
  local tries
  for ((tries = 0; tries < $1 * 5; tries++)); do
    [[ $(as gateway mosquitto_sub -t rumah/home/board-b/link -C 1 -W 1 2>/dev/null) == *'"online":true'* ]] && return 0
    sleep 0.1
  done
  return 1
}

# Killed brokers come back without what they retained: the word must be said anew.
follows_a_killed_broker() {
  local link i
  write_config "$BROKER_PORT"
  "$RUMAH_LINK" --config "$TEST_DIR/link.ini" 2>>"$TEST_DIR/link.log" &
  link=$!
  online_within 10 || { kill "$link"; return 1; }
  for i in 1 2 3; do
    broker_kill "$BROKER_DIR"
    broker_start "$BROKER_DIR"
    online_within 20 || { echo "after kill $i" >&2; kill "$link"; return 1; }
  done
  kill "$link" && wait "$link"
}

# A server with the site's own certificate that speaks noise, one that says nothing, and one with a stranger's.
survives_a_hostile_broker() {
  local port=$((BROKER_PORT + 1)) link server
  write_config "$port"
  openssl s_server -quiet -naccept 3 -port "$port" -cert "$SITE_DIR/server/broker.crt" -key "$SITE_DIR/server/broker.key" \
    -CAfile "$SITE_DIR/ca.crt" -Verify 1 < <(head -c 3000000 /dev/urandom) >/dev/null 2>&1 &
  server=$!
  "$RUMAH_LINK" --config "$TEST_DIR/link.ini" 2>>"$TEST_DIR/noise.log" &
  link=$!
  sleep 4
  kill "$server" 2>/dev/null || :
  wait "$server" 2>/dev/null || :
  kill -0 "$link" || return 1
  grep -q 'not connected' "$TEST_DIR/noise.log" || { kill "$link"; return 1; }
  ! grep -q 'broker: online' "$TEST_DIR/noise.log" || { kill "$link"; return 1; }
  kill "$link" && wait "$link"
}

# Nobody listens: it says so at once, waits between its tries, and burns no processor meanwhile.
waits_for_an_absent_broker() {
  local link ticks
  write_config $((BROKER_PORT + 3))
  "$RUMAH_LINK" --config "$TEST_DIR/link.ini" 2>>"$TEST_DIR/absent.log" &
  link=$!
  sleep 2
  ticks=$(awk '{ print $14 + $15 }' "/proc/$link/stat")
  kill "$link" && wait "$link"
  if ! grep -q 'Connection refused' "$TEST_DIR/absent.log" || [[ $ticks -gt 50 ]]; then
    echo "used $ticks ticks" >&2
    cat "$TEST_DIR/absent.log" >&2
    return 1
  fi
}

refuses_a_stranger() {
  local port=$((BROKER_PORT + 2)) link server
  "$SITE_KEYS" init "$TEST_DIR/strange" --site home >/dev/null
  "$SITE_KEYS" server "$TEST_DIR/strange" broker >/dev/null
  write_config "$port"
  openssl s_server -port "$port" -cert "$TEST_DIR/strange/server/broker.crt" \
    -key "$TEST_DIR/strange/server/broker.key" </dev/zero >"$TEST_DIR/stranger.heard" 2>/dev/null &
  server=$!
  "$RUMAH_LINK" --config "$TEST_DIR/link.ini" 2>>"$TEST_DIR/stranger.log" &
  link=$!
  sleep 2
  kill "$link" && wait "$link"
  kill "$server" 2>/dev/null || :
  wait "$server" 2>/dev/null || :
  if ! grep -q 'certificate verify failed' "$TEST_DIR/stranger.log" || grep -aq MQTT "$TEST_DIR/stranger.heard"; then
    cat "$TEST_DIR/stranger.log" >&2
    return 1
  fi
}

test_site home board-a board-b
test_broker
expect "bytes pass both ways, and neighbours come and go" "$programs/test_link"
expect "it follows a broker that is killed and comes back empty" follows_a_killed_broker
expect "it waits quietly for a broker that is not there" waits_for_an_absent_broker
expect "it survives a broker that speaks noise" survives_a_hostile_broker
expect "it says nothing to a server with a stranger's certificate" refuses_a_stranger
