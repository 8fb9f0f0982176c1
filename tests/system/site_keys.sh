#!/bin/bash
# tools/site-keys: what it makes is good for its purpose and nothing else, what it refuses, and that it can be run again.
# shellcheck source=tests/system/lib/broker.sh
. "$(dirname "$0")/lib/broker.sh"

refuses() { ! "$SITE_KEYS" "$@" 2>/dev/null; }

refuses_every_bad_name() {
  local name
  for name in '' a A board_a -board board.a 'board a' board/a ../board + '#' %u "board"$'\n' "$(printf 'b%.0s' {1..33})"; do
    refuses client "$SITE_DIR" "$name" || { echo "took the name \"$name\""; return 1; }
  done
}

refuses_every_bad_option() {
  refuses && refuses nothing "$SITE_DIR" && refuses init "$TEST_DIR/new" && refuses init "$TEST_DIR/new" --site NEW &&
    refuses client "$SITE_DIR" board-a extra && refuses client "$SITE_DIR" board-a --san DNS:x &&
    refuses client "$TEST_DIR" board-a && refuses server "$SITE_DIR" broker --san 'DNS:x,email:y' &&
    refuses server "$SITE_DIR" broker --san && refuses broker "$SITE_DIR" --port 70000 --out "$TEST_DIR/x" &&
    refuses broker "$SITE_DIR" --port 1883 && refuses broker "$SITE_DIR" --port 1883 --out "$TEST_DIR/x" --listen 'a b' &&
    refuses broker "$SITE_DIR" --port 1883 --out "$TEST_DIR/x" --server other && refuses revoke "$SITE_DIR" never-seen
}

says_how_it_is_used() { "$SITE_KEYS" -help | grep -q '^usage: site-keys init'; }

# for_client CERT, for_server CERT: does it pass for that purpose, revocations and all?
passes() {
  openssl verify -CAfile "$SITE_DIR/ca.crt" -CRLfile "$SITE_DIR/crl.pem" -crl_check -purpose "$1" "$2" >/dev/null 2>&1
}
for_client() { passes sslclient "$1"; }
for_server() { passes sslserver "$1"; }

purposes_are_apart() {
  local board=$SITE_DIR/client/board-a.crt broker=$SITE_DIR/server/broker.crt
  for_client "$board" && ! for_server "$board" && for_server "$broker" && ! for_client "$broker"
}

secrets_are_the_owners() {
  [[ -z $(find "$SITE_DIR" -name '*.key' ! -perm 600) && -z $(find "$SITE_DIR" -type d ! -perm 700) ]]
}

lasts_thirteen_months() {
  local crt=$SITE_DIR/client/board-a.crt
  openssl x509 -in "$crt" -noout -checkend $((390 * 86400)) >/dev/null &&
    ! openssl x509 -in "$crt" -noout -checkend $((397 * 86400)) >/dev/null
}

changes_nothing_the_second_time() {
  local before
  before=$(find "$SITE_DIR" -type f ! -name lock -exec sha256sum {} + | sort)
  "$SITE_KEYS" init "$SITE_DIR" --site home
  "$SITE_KEYS" server "$SITE_DIR" broker
  "$SITE_KEYS" client "$SITE_DIR" board-a
  [[ $(find "$SITE_DIR" -type f ! -name lock -exec sha256sum {} + | sort) == "$before" ]]
}

a_new_address_renews_the_brokers() {
  "$SITE_KEYS" server "$SITE_DIR" broker --san DNS:door.example,IP:192.0.2.1
  openssl x509 -in "$SITE_DIR/server/broker.crt" -noout -checkhost door.example | grep -q 'does match' &&
    for_server "$SITE_DIR/server/broker.crt"
}

one_that_is_nearly_over_is_renewed() {
  local crt=$SITE_DIR/client/board-a.crt old=$TEST_DIR/old.crt
  export SITE_KEYS_SAN=DNS:localhost # what ca/openssl.cnf asks for
  openssl req -new -key "$SITE_DIR/client/board-a.key" -config "$SITE_DIR/ca/openssl.cnf" -subj / -out "$TEST_DIR/old.csr"
  (cd "$SITE_DIR" && openssl ca -config ca/openssl.cnf -batch -notext -extensions client -subj /CN=board-a -days 149 \
    -in "$TEST_DIR/old.csr" -out "$old" 2>/dev/null)
  for_client "$old"
  cp "$old" "$crt"
  "$SITE_KEYS" client "$SITE_DIR" board-a
  ! cmp -s "$old" "$crt" && lasts_thirteen_months && for_client "$crt"
}

revoking_ends_every_certificate_of_a_name() {
  local crt
  cp "$SITE_DIR/client/board-a.crt" "$TEST_DIR/old.crt"
  "$SITE_KEYS" revoke "$SITE_DIR" board-a
  "$SITE_KEYS" revoke "$SITE_DIR" board-a
  for crt in "$TEST_DIR/old.crt" "$SITE_DIR"/ca/issued/*.pem; do
    ! openssl x509 -in "$crt" -noout -subject | grep -q 'CN = board-a$' || ! for_client "$crt" || return 1
  done
  for_client "$SITE_DIR/client/gateway.crt"
}

a_name_comes_back_with_another_key() {
  local old
  old=$(sha256sum <"$SITE_DIR/client/board-a.key")
  "$SITE_KEYS" client "$SITE_DIR" board-a
  for_client "$SITE_DIR/client/board-a.crt" && [[ $(sha256sum <"$SITE_DIR/client/board-a.key") != "$old" ]]
}

any_path_will_do() {
  mkdir -p "$TEST_DIR/a & b"
  broker_start_on_free_port "$SITE_DIR" "$BROKER_DIR"
  broker_is_running "$BROKER_DIR"
  broker_stop "$BROKER_DIR"
  ! broker_is_running "$BROKER_DIR"
}

a_stale_pid_ends_nobody() {
  local other
  sleep 60 &
  other=$!
  echo "$other" >"$BROKER_DIR/pid"
  broker_kill "$BROKER_DIR"
  kill "$other" # fails if it is gone
}

test_site home board-a
expect "it says how it is used" says_how_it_is_used
expect "names that do not fit are refused" refuses_every_bad_name
expect "options that do not fit are refused" refuses_every_bad_option
expect "another site's name for the same folder is refused" refuses init "$SITE_DIR" --site other
expect "a board's certificate is no broker's, nor the other way round" purposes_are_apart
expect "keys can be read by their owner alone" secrets_are_the_owners
expect "a certificate lasts thirteen months" lasts_thirteen_months
expect "the second time changes nothing" changes_nothing_the_second_time
expect "a broker with another address gets another certificate" a_new_address_renews_the_brokers
expect "a certificate is renewed before it runs out" one_that_is_nearly_over_is_renewed
expect "revoking ends every certificate of a name" revoking_ends_every_certificate_of_a_name
expect "a revoked name comes back with another key" a_name_comes_back_with_another_key
BROKER_DIR="$TEST_DIR/a & b/\\1|broker"
expect "a broker runs in a folder of any name" any_path_will_do
expect "a stale pid file ends nobody" a_stale_pid_ends_nobody
