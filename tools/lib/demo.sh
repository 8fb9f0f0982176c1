# shellcheck shell=bash disable=SC2034,SC2154 # tools/demo and the tests that source this read what it sets
# demo.sh - a site on this machine: a broker, the gateway, and simulated boards, all under one folder. Source
# common.sh and broker.sh first, then call demo_use. Functions return 0 when done, or 1 with the reason on stderr.
#
#   demo_use DIR BUILD          the site's folder (made if need be) and the build whose programs it runs
#   demo_make_site              keys and configuration files; what is there and good stays
#   demo_start_broker | demo_start_gateway PORT | demo_start_board NAME
#   demo_stop_part PART         broker, gateway, or door-NAME and link-NAME; in order, within 5 s
#   demo_part_pid PART          prints the pid while it is still that process
#   demo_log_in                 makes the first member of staff, or logs in again
#   demo_furnish                units and boards, through the HTTP interface
#   demo_wait_for_doors SECONDS until every door confirmed its list
#
#   DIR/site (keys)  DIR/broker  DIR/gateway  DIR/board/NAME  DIR/log/PART.log  DIR/pid/PART  DIR/rumah (the log-in)
#   DIR/bin/rumah: the command, for this site                 DIR/staff (name and password of the first log-in)

demo_site=home
demo_san=IP:127.0.0.1,DNS:localhost # what the broker is called
demo_staff='admin'
demo_boards=(ruang-1 ruang-2 asrama)
demo_parts=(broker gateway)
for demo_board in "${demo_boards[@]}"; do
  demo_parts+=("door-$demo_board" "link-$demo_board")
done

demo_say_why() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

demo_use() {
  demo_dir=$(readlink -m "$1") demo_build=$2
  # Configuration files take no quotes, so that these would end or change a value.
  [[ $demo_dir =~ ^[]A-Za-z0-9/._+@:,=~%[-]+$ ]] ||
    { demo_say_why "the folder's path may hold letters, digits and /._+@:,=~%- only: $demo_dir"; return 1; }
  (umask 077 && mkdir -p "$demo_dir"/{site,gateway,board,log,pid,rumah,bin,sock}) || return 1
  chmod 700 "$demo_dir" || return 1
  demo_sockets=$demo_dir/sock
  # A socket's address has room for 107 bytes: a deeper folder has its sockets elsewhere.
  if [ ${#demo_sockets} -gt 80 ]; then
    demo_sockets=$(cat "$demo_dir/sockets" 2>/dev/null) || demo_sockets=''
    if [ ! -O "$demo_sockets" ]; then
      demo_sockets=$(mktemp -d /tmp/rumah-demo-XXXXXX) || return 1
      echo "$demo_sockets" >"$demo_dir/sockets"
    fi
  fi
  demo_rumah=$demo_dir/bin/rumah
}

demo_program() {
  case $1 in
    rumah) echo "$demo_build/tools/rumah/rumah" ;;
    rumah-gateway) echo "$demo_build/gateway/rumah-gateway" ;;
    rumah-door) echo "$demo_build/firmware/door/rumah-door" ;;
    rumah-link) echo "$demo_build/firmware/link/rumah-link" ;;
  esac
}

# ---- processes

# A pid file outlives a crash, and pids are used again: it counts while that process still reads our file.
demo_part_pid() {
  local pid

  if [ "$1" = broker ]; then
    broker_pid "$demo_dir/broker"
    return
  fi
  pid=$(cat "$demo_dir/pid/$1" 2>/dev/null) && [[ $pid =~ ^[0-9]+$ ]] || return 1
  tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF "$(demo_config "$1")" && echo "$pid"
}

demo_config() {
  case $1 in
    gateway) echo "$demo_dir/gateway/gateway.ini" ;;
    door-*) echo "$demo_dir/board/${1#door-}/door.ini" ;;
    link-*) echo "$demo_dir/board/${1#link-}/link.ini" ;;
  esac
}

# demo_run PART PROGRAM: in a session of its own, so that Ctrl-C in the starter's terminal is not meant for it.
demo_run() {
  local part=$1 log=$demo_dir/log/$1.log pid

  [ ! -s "$log" ] || mv "$log" "$log.1"
  setsid "$(demo_program "$2")" --config "$(demo_config "$part")" </dev/null >"$log" 2>&1 9>&- &
  pid=$!
  disown "$pid" # the shell still reaps it, and says nothing when it ends
  echo "$pid" >"$demo_dir/pid/$part"
}

# demo_wait_for PART SECONDS COMMAND...: until COMMAND succeeds. The reason is why not: it ended, or took too long.
demo_wait_for() {
  local part=$1 deadline=$((SECONDS + $2))
  shift 2

  until "$@" >/dev/null 2>&1; do
    if [ "$part" != - ] && ! demo_part_pid "$part" >/dev/null; then
      demo_say_why "$part ended; the end of $demo_dir/log/$part.log:"
      tail -n 5 "$demo_dir/log/$part.log" >&2
      return 1
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      [ "$part" = - ] || demo_say_why "$part is not ready; the end of $demo_dir/log/$part.log:"
      [ "$part" = - ] || tail -n 5 "$demo_dir/log/$part.log" >&2
      return 1
    fi
    sleep 0.1
  done
}

demo_stop_part() {
  local pid tries signal

  if [ "$1" = broker ]; then
    broker_stop "$demo_dir/broker"
    return
  fi
  for signal in TERM KILL; do
    for ((tries = 0; tries < 100; tries++)); do
      pid=$(demo_part_pid "$1") || { rm -f "$demo_dir/pid/$1"; return 0; }
      [ "$tries" -gt 0 ] || kill "-$signal" "$pid" 2>/dev/null || : # it may have ended meanwhile
      sleep 0.05
    done
  done
  demo_say_why "process $pid ($1) does not end"
  return 1
}

# ---- the site's files

demo_keys() { "$project_root/tools/site-keys" "$@" 2>>"$demo_dir/log/keys.log"; }

demo_make_site() {
  local board

  { demo_keys init "$demo_dir/site" --site "$demo_site" &&
    demo_keys server "$demo_dir/site" broker --san "$demo_san" &&
    demo_keys client "$demo_dir/site" gateway; } ||
    { demo_say_why "the site's keys could not be made; see $demo_dir/log/keys.log"; return 1; }
  demo_write_wrapper
  for board in "${demo_boards[@]}"; do
    demo_keys client "$demo_dir/site" "$board" ||
      { demo_say_why "no key for $board; see $demo_dir/log/keys.log"; return 1; }
    (umask 077 && mkdir -p "$demo_dir/board/$board/state") || return 1
  done
}

# The command for this site: its log-in, its doors, and English unless the locale is Indonesian.
demo_write_wrapper() {
  (
    umask 077
    printf '#!/bin/bash\n# made by tools/demo: rumah for the site in this folder\n'
    printf 'export RUMAH_HOME=%q RUMAH_SIM_DIR=%q RUMAH_LOOK_DIR=%q\n' "$demo_dir/rumah" "$demo_sockets" "$demo_sockets"
    # shellcheck disable=SC2016 # expanded when it runs
    # The demo writes the port down before the gateway listens there.
    printf 'export RUMAH_URL=${RUMAH_URL:-http://127.0.0.1:$(cat %q)}\n' "$demo_dir/http-port"
    # shellcheck disable=SC2016 # these are expanded when it runs
    printf '%s\n' 'case ${RUMAH_LANG:-${LC_ALL:-${LANG:-}}} in id*) RUMAH_LANG=id ;; *) RUMAH_LANG=en ;; esac' \
      'export RUMAH_LANG'
    printf 'exec %q "$@"\n' "$(readlink -m "$(demo_program rumah)")"
  ) >"$demo_rumah"
  chmod 700 "$demo_rumah"
}

demo_write_gateway() { # HTTP-PORT
  local port

  port=$(broker_port "$demo_dir/broker") || return 1
  cat >"$demo_dir/gateway/gateway.ini" <<END
[gateway]
site = $demo_site
database = $demo_dir/gateway/gateway.db
keys = $demo_dir/gateway/keys

[http]
address = 127.0.0.1
port = $1

[broker]
host = 127.0.0.1
port = $port
ca = $demo_dir/site/ca.crt
cert = $demo_dir/site/client/gateway.crt
key = $demo_dir/site/client/gateway.key
END
}

demo_write_board() { # NAME
  local folder=$demo_dir/board/$1 port

  port=$(broker_port "$demo_dir/broker") || return 1
  cat >"$folder/door.ini" <<END
[door]
site = $demo_site
board = $1
dir = $folder/state
gateway = $demo_dir/gateway/keys/identity.pub

[link]
socket = $demo_sockets/$1.link

[look]
socket = $demo_sockets/$1.look

[port]
kind = sim
socket = $demo_sockets/$1.sock
END
  cat >"$folder/link.ini" <<END
[link]
site = $demo_site
board = $1

[broker]
host = 127.0.0.1
port = $port
ca = $demo_dir/site/ca.crt
cert = $demo_dir/site/client/$1.crt
key = $demo_dir/site/client/$1.key

[door]
socket = $demo_sockets/$1.link
END
}

# ---- starting

# On the port of the last time, so that nobody's configuration changes under him; else on a free one.
demo_start_broker() {
  ! broker_is_running "$demo_dir/broker" || return 0
  if [ -f "$demo_dir/broker/mosquitto.conf" ] &&
    demo_keys broker "$demo_dir/site" --port "$(broker_port "$demo_dir/broker")" --out "$demo_dir/broker" &&
    broker_start "$demo_dir/broker" 2>>"$demo_dir/log/broker.log" 9>&-; then
    return 0
  fi
  broker_start_on_free_port "$demo_dir/site" "$demo_dir/broker" 9>&-
}

demo_port_is_free() { ! (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

demo_gateway_is_connected() { "$demo_rumah" health --json | grep -q '"is_broker_connected": true'; }

demo_start_gateway() { # HTTP-PORT
  local pid

  ! demo_part_pid gateway >/dev/null || return 0
  demo_write_gateway "$1" || return 1
  "$(demo_program rumah-gateway)" --config "$demo_dir/gateway/gateway.ini" --init >/dev/null || return 1
  demo_make_staff || return 1
  demo_run gateway rumah-gateway
  demo_wait_for gateway 30 demo_gateway_is_connected
}

# Before the gateway first runs: its password is random and told once, here into a file that only we may read.
demo_make_staff() {
  local said

  [ ! -s "$demo_dir/staff" ] || return 0
  said=$("$(demo_program rumah-gateway)" --config "$demo_dir/gateway/gateway.ini" --staff "$demo_staff" --role manager) ||
    return 1
  (umask 077 && printf '%s %s\n' "$demo_staff" "${said##* }" >"$demo_dir/staff")
}

demo_start_board() { # NAME
  local folder=$demo_dir/board/$1

  demo_write_board "$1" || return 1
  if ! demo_part_pid "door-$1" >/dev/null; then
    demo_run "door-$1" rumah-door
    demo_wait_for "door-$1" 20 "$demo_rumah" sim show --board "$1" || return 1
  fi
  demo_part_pid "link-$1" >/dev/null || demo_run "link-$1" rumah-link
}

# ---- what the site holds

demo_log_in() {
  local name password

  read -r name password <"$demo_dir/staff" || return 1
  "$demo_rumah" login "$name" <<<"$password" >/dev/null
}

demo_has_unit() { "$demo_rumah" unit list --json | grep -qF "\"id\": \"$1\""; }

demo_add_unit() {
  demo_has_unit "$1" || "$demo_rumah" unit add "$@" >/dev/null
}

demo_add_board() { # NAME TITLE UNIT...
  local name=$1 title=$2 units=() unit
  shift 2

  for unit in "$@"; do
    units+=(--unit "$unit")
  done
  "$demo_rumah" doors --json | grep -qF "\"board\": \"$name\"" ||
    "$demo_rumah" board add "$name" --name "$title" --identity "$demo_dir/board/$name/state/keys/identity.pub" \
      "${units[@]}" >/dev/null
}

demo_furnish() {
  local bed beds=()

  demo_add_unit ruang-1 --name 'Ruang Rapat 1' --kind room --capacity 20 || return 1
  demo_add_unit ruang-2 --name 'Ruang Rapat 2' --kind room --capacity 12 || return 1
  demo_add_unit asrama --name 'Asrama Melati' --kind dorm --capacity 4 || return 1
  for bed in 1 2 3 4; do
    demo_add_unit "asrama-$bed" --name "Tempat Tidur $bed" --kind bed --parent asrama || return 1
    beds+=("asrama-$bed")
  done
  demo_add_board ruang-1 'Ruang Rapat 1' ruang-1 || return 1
  demo_add_board ruang-2 'Ruang Rapat 2' ruang-2 || return 1
  demo_add_board asrama 'Asrama Melati' asrama "${beds[@]}"
}

demo_doors_are_ready() {
  [ "$("$demo_rumah" doors --json | grep -cF '"is_ready": true')" -eq "${#demo_boards[@]}" ]
}

demo_wait_for_doors() {
  demo_wait_for - "$1" demo_doors_are_ready && return 0
  demo_say_why "not every door has confirmed its list within $1 s:"
  "$demo_rumah" doors >&2 || :
  return 1
}
