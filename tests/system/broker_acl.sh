#!/bin/bash
# The golden broker configuration on a real broker: who may connect, say and hear what; what outlives kill -9.
# usage: broker_acl.sh PROGRAM_DIR   where test_broker_acl and test_broker_sessions are
# shellcheck source=tests/system/lib/broker.sh
. "$(dirname "$0")/lib/broker.sh"
programs=$1

# odd NAME SUBJECT FROM UNTIL: a client certificate of the site's CA that tools/site-keys would not make
odd() {
  openssl req -new -newkey ec:<(openssl ecparam -name prime256v1) -nodes -config "$SITE_DIR/ca/openssl.cnf" -subj / \
    -keyout "$ODD_DIR/client/$1.key" -out "$TEST_DIR/odd.csr"
  (cd "$SITE_DIR" && SITE_KEYS_SAN=DNS:localhost openssl ca -config ca/openssl.cnf -batch -notext -extensions client -subj "$2" \
    -startdate "$(date -u -d "$3" +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d "$4" +%Y%m%d%H%M%SZ)" \
    -in "$TEST_DIR/odd.csr" -out "$ODD_DIR/client/$1.crt")
}

make_wrong_certificates() {
  export FOREIGN_DIR=$TEST_DIR/foreign ODD_DIR=$TEST_DIR/odd SITE_KEYS_SAN=DNS:localhost
  "$SITE_KEYS" init "$FOREIGN_DIR" --site home
  "$SITE_KEYS" client "$FOREIGN_DIR" board-a
  "$SITE_KEYS" client "$FOREIGN_DIR" gateway
  "$SITE_KEYS" client "$SITE_DIR" board-r
  "$SITE_KEYS" revoke "$SITE_DIR" board-r
  mkdir -p "$ODD_DIR/client"
  cp "$SITE_DIR/server/broker.crt" "$SITE_DIR/server/broker.key" "$ODD_DIR/client"
  odd past /CN=board-a '3 days ago' '1 day ago'
  odd future /CN=board-a '1 day' '3 days'
  odd 0 '/CN=+' '1 day ago' '1 day'
  odd 1 '/CN=#' '1 day ago' '1 day'
  odd 2 '/CN=board-a\/x' '1 day ago' '1 day'
  openssl req -x509 -newkey ec:<(openssl ecparam -name prime256v1) -nodes -subj /CN=board-a \
    -keyout "$ODD_DIR/client/self.key" -out "$ODD_DIR/client/self.crt"
  openssl req -new -newkey ec:<(openssl ecparam -name prime256v1) -nodes -subj /CN=gateway \
    -keyout "$ODD_DIR/client/child.key" -out "$TEST_DIR/child.csr"
  openssl x509 -req -in "$TEST_DIR/child.csr" -CA "$SITE_DIR/client/board-a.crt" -CAkey "$SITE_DIR/client/board-a.key" \
    -set_serial 1 -out "$TEST_DIR/child.crt"
  cat "$TEST_DIR/child.crt" "$SITE_DIR/client/board-a.crt" >"$ODD_DIR/client/child.crt"
}

# Beside the golden rules: one user who sees everything and may say everything.
let_observer_in() {
  cat >>"$BROKER_DIR/acl" <<'ACL'
user observer
topic readwrite #
topic readwrite $SYS/#
topic readwrite $CONTROL/#
topic readwrite $rumah/#
ACL
}

setting() { awk -v name="$1" '$1 == name { print $2 }' "$BROKER_DIR/mosquitto.conf"; }

# The same client gets in with 1.3, so that it is the version that keeps it out with 1.2
speaks() {
  openssl s_client -connect "127.0.0.1:$BROKER_PORT" "-tls$1" -CAfile "$SITE_DIR/ca.crt" -cert "$SITE_DIR/client/board-a.crt" \
    -key "$SITE_DIR/client/board-a.key" </dev/null 2>/dev/null | grep -q '^New, TLSv1'
}
speaks_only_tls_1_3() { speaks 1_3 && ! speaks 1_2; }

hears_retained() { [[ $(as "$1" mosquitto_sub -t "$2" -C 1 -W 5) == "$3" ]]; }

is_saved_within_a_minute() { [[ $(setting persistence) == true && $(setting autosave_interval) -le 60 ]]; }

# The golden minute, shortened here so that the test need not wait for it.
survives_kill_9() {
  local topic=rumah/home/board-a/snapshot said=revision-7-of-board-a started
  sed -i 's/^autosave_interval .*/autosave_interval 1/' "$BROKER_DIR/mosquitto.conf"
  broker_restart "$BROKER_DIR"
  started=$(date +%s%N)
  as gateway mosquitto_pub -q 1 -r -t "$topic" -m "$said"
  until grep -qF "$said" "$BROKER_DIR/data/mosquitto.db" 2>/dev/null; do
    [[ $(($(date +%s%N) - started)) -lt 10000000000 ]] || return 1
    sleep 0.02
  done
  echo "retained message saved after $((($(date +%s%N) - started) / 1000000)) ms (autosave_interval 1)"
  broker_kill "$BROKER_DIR"
  broker_start "$BROKER_DIR"
  hears_retained board-a "$topic" "$said"
}

# hear_once FILE WORD: publishes WORD to board b until it stands in FILE, since a subscriber takes a moment to be there
hear_once() {
  local tries
  for ((tries = 0; tries < 50; tries++)); do
    as gateway mosquitto_pub -q 1 -t rumah/home/board-b/head -m "$2"
    grep -qx "$2" "$1" && return 0
    sleep 0.1
  done
  return 1
}

# A session that is up outlives its revocation until the broker is restarted.
revocation_ends_a_session() {
  local heard=$TEST_DIR/heard sub
  as board-b mosquitto_sub -t rumah/home/board-b/head -q 1 >"$heard" 2>/dev/null &
  sub=$!
  hear_once "$heard" before
  "$SITE_KEYS" revoke "$SITE_DIR" board-b
  "$SITE_KEYS" broker "$SITE_DIR" --port "$BROKER_PORT" --out "$BROKER_DIR"
  broker_restart "$BROKER_DIR"
  ! hear_once "$heard" after || return 1 # five seconds; mosquitto_sub tries to get back every second
  kill "$sub" 2>/dev/null || :
  wait "$sub" 2>/dev/null || :
  hears_retained board-a rumah/home/board-a/snapshot revision-7-of-board-a
}

will_not_start_without_acl() {
  broker_stop "$BROKER_DIR"
  mv "$BROKER_DIR/acl" "$BROKER_DIR/acl.away"
  ! broker_start "$BROKER_DIR" 2>/dev/null
}

test_site home board-a board-b observer
make_wrong_certificates 2>"$TEST_DIR/openssl.log" || { cat "$TEST_DIR/openssl.log" >&2; exit 1; }
test_broker
let_observer_in
broker_restart "$BROKER_DIR"

expect "rights: what is delivered is what the golden list says" "$programs/test_broker_acl"
expect "sessions: strangers, borrowed names, size, speed" "$programs/test_broker_sessions"
expect "TLS 1.3 is spoken and 1.2 is not" speaks_only_tls_1_3
expect "the golden configuration saves within a minute" is_saved_within_a_minute
expect "a saved retained message survives kill -9" survives_kill_9
expect "a revoked board is out after a restart" revocation_ends_a_session
expect "without its ACL the broker does not start" will_not_start_without_acl
