# shellcheck shell=bash
# broker.sh - a throw-away site and its broker for system tests, on top of tools/lib/broker.sh. Source it from a script in tests/system:
#
#   . "$(dirname "$0")/lib/broker.sh"
#   test_site home board-a board-b      # $TEST_DIR (private, removed at the end), $SITE_DIR, $BROKER_DIR; keys for the broker, the
#                                       # gateway and the boards named
#   test_broker                         # starts it on a free port, $BROKER_PORT
#   expect "what should hold" command args ...
#
# When the script ends, however it ends, the broker is stopped and $TEST_DIR is gone; after a failure the broker's log is shown.
set -euo pipefail

ROOT=$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/../../..")
SITE_KEYS=$ROOT/tools/site-keys
# shellcheck source=tools/lib/broker.sh
. "$ROOT/tools/lib/broker.sh"

test_end() {
  local status=$?
  if [[ $status -ne 0 && -s $BROKER_DIR/mosquitto.log ]]; then
    echo "the end of the broker's log:" >&2
    tail -n 20 "$BROKER_DIR/mosquitto.log" >&2
  fi
  broker_stop "$BROKER_DIR" || :
  rm -rf "$TEST_DIR"
  exit "$status"
}

test_site() {
  local site=$1 board
  shift
  TEST_DIR=$(mktemp -d)
  export SITE_DIR=$TEST_DIR/site BROKER_DIR=$TEST_DIR/broker
  trap test_end EXIT
  trap 'exit 1' HUP INT TERM
  "$SITE_KEYS" init "$SITE_DIR" --site "$site"
  "$SITE_KEYS" server "$SITE_DIR" broker
  for board in gateway "$@"; do
    "$SITE_KEYS" client "$SITE_DIR" "$board"
  done
}

test_broker() {
  broker_start_on_free_port "$SITE_DIR" "$BROKER_DIR"
  BROKER_PORT=$(broker_port "$BROKER_DIR")
  export BROKER_PORT
}

# expect WHAT COMMAND...: ends the test when the command fails. In a subshell outside any condition, or else bash would
# let a function go on after a command in it has failed.
expect() {
  local what=$1 status
  shift
  set +e
  (
    set -e
    "$@"
  )
  status=$?
  set -e
  if [[ $status -ne 0 ]]; then
    echo "FAILED: $what" >&2
    exit 1
  fi
  echo "ok: $what"
}

# as CN PROGRAM ARGS...: mosquitto_pub or mosquitto_sub with the certificate of CN
as() {
  local cn=$1 program=$2
  shift 2
  "$program" -h 127.0.0.1 -p "$BROKER_PORT" --cafile "$SITE_DIR/ca.crt" \
    --cert "$SITE_DIR/client/$cn.crt" --key "$SITE_DIR/client/$cn.key" -i "$cn" "$@"
}
