#!/bin/bash
# The gateway's side of the bus on a real broker: see test_bus.c; then a broker that is killed.
# usage: bus_broker.sh PROGRAM_DIR
# shellcheck source=tests/system/lib/broker.sh
. "$(dirname "$0")/lib/broker.sh"
programs=$1

finds_a_killed_broker_again() {
  local bus
  "$programs/test_bus" twice >"$TEST_DIR/said" 2>>"$TEST_DIR/bus.log" &
  bus=$!
  for _ in $(seq 100); do
    grep -q connected "$TEST_DIR/said" && break
    sleep 0.1
  done
  broker_kill "$BROKER_DIR"
  sleep 1
  broker_start "$BROKER_DIR"
  wait "$bus" || { cat "$TEST_DIR/bus.log" >&2; return 1; }
}

test_site home board-a
test_broker
expect "what boards say arrives, what is for them reaches them" "$programs/test_bus"
expect "it finds a killed broker again" finds_a_killed_broker_again
