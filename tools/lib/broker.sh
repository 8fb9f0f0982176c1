# shellcheck shell=bash
# broker.sh - runs the site's broker from a folder that `site-keys broker` filled. Source it; every function returns 0 when done,
# or 1 with the reason on stderr. BROKERDIR/pid names the process, BROKERDIR/mosquitto.log holds what it said: both outlive
# the shell that started it, so that one command can start the broker and another stop it.
#
#   broker_start_on_free_port SITEDIR BROKERDIR   fill the folder for a free loopback port and start
#   broker_start BROKERDIR                        start on the port the folder was filled for; returns when it answers
#   broker_port BROKERDIR                         prints the port
#   broker_is_running BROKERDIR
#   broker_stop BROKERDIR                         ends it in order, within 5 s
#   broker_kill BROKERDIR                         kill -9, as a power cut would
#   broker_restart BROKERDIR                      in order; what a revocation needs to end the sessions that are up

BROKER_SITE_KEYS=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../site-keys

broker_say() { printf 'broker: %s\n' "$*" >&2; }

broker_port() { awk '$1 == "listener" { print $2 }' "$1/mosquitto.conf"; }

# The pid only while it is still that broker: pids are used again, and a pid file outlives a crash.
broker_pid() {
  local pid
  pid=$(cat "$1/pid" 2>/dev/null) && [[ $pid =~ ^[0-9]+$ ]] || return 1
  tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF "$(readlink -f "$1")/mosquitto.conf" && echo "$pid"
}

broker_is_running() { broker_pid "$1" >/dev/null; }

# Does process $1 listen on TCP port $2? Asking the port alone would also be answered by a stranger who holds it.
broker_listens() {
  local hex inode
  hex=$(printf ':%04X' "$2")
  while read -r inode; do
    find "/proc/$1/fd" -lname "socket:\[$inode\]" 2>/dev/null | grep -q . && return 0
  done < <(cat "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null |
    awk -v hex="$hex" '$4 == "0A" && substr($2, length($2) - 4) == hex { print $10 }') # local address, LISTEN, inode
  return 1
}

broker_start() {
  local dir port pid mosquitto tries
  dir=$(readlink -f "$1") && port=$(broker_port "$dir") || return 1
  if broker_is_running "$dir"; then
    return 0
  fi
  # Debian keeps it in sbin, which is not on everybody's path.
  mosquitto=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v mosquitto) ||
    { broker_say "mosquitto is missing (Debian: apt-get install mosquitto)"; return 1; }
  # A session of its own: Ctrl-C in the starter's terminal is not meant for the broker.
  setsid "$mosquitto" -c "$dir/mosquitto.conf" </dev/null >>"$dir/mosquitto.log" 2>&1 &
  pid=$!
  disown "$pid" # the shell still reaps it, and says nothing when it is killed
  echo "$pid" >"$dir/pid"
  for ((tries = 0; tries < 200; tries++)); do
    broker_listens "$pid" "$port" && return 0
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
  broker_say "did not start on port $port; the end of $dir/mosquitto.log:"
  tail -n 5 "$dir/mosquitto.log" >&2
  broker_end "$dir" KILL
  return 1
}

# Loopback only, and below the range from which the kernel picks ports for clients.
broker_start_on_free_port() {
  local port tries
  for ((tries = 0; tries < 20; tries++)); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue
    "$BROKER_SITE_KEYS" broker "$1" --port "$port" --out "$2" || return 1
    : >"$2/mosquitto.log"
    broker_start "$2" && return 0
    grep -q 'Address already in use' "$2/mosquitto.log" || return 1
  done
  broker_say "found no free port"
  return 1
}

# broker_end BROKERDIR SIGNAL: the process is gone when this returns 0
broker_end() {
  local pid tries
  pid=$(broker_pid "$1") || return 0
  kill "-$2" "$pid" 2>/dev/null || : # it may have ended meanwhile
  for ((tries = 0; tries < 100; tries++)); do
    broker_is_running "$1" || break
    sleep 0.05
  done
  if broker_is_running "$1"; then
    broker_say "process $pid does not end"
    return 1
  fi
  rm -f "$1/pid"
}

broker_kill() { broker_end "$1" KILL; }

broker_stop() { broker_end "$1" TERM 2>/dev/null || broker_kill "$1"; }

broker_restart() { broker_stop "$1" && broker_start "$1"; }
