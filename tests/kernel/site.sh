# shellcheck shell=bash disable=SC2154,SC2034 # tools/lib/demo.sh shares its demo_*; the scripts that source this share the rest
# site.sh - a real site around the guest: broker with the golden configuration, gateway, and one board, whose files go into the guest.
# Source tools/lib/{common,broker,demo}.sh first and set `folder` (private) and `build` (whose programs the machine can run).
#
#   site_start              keys, broker, gateway, unit and board; sets BROKER_PORT
#   site_files              FOLDER/guest: what the guest has as /site
#   site_stop               ends what site_start started
#   rumah COMMAND...        the command, logged in
#   request                 one for two hours from now, approved: sets number, link and code
#   is_ready                the board has confirmed its list

site_start() {
  demo_use "$folder/house" "$build" || exit 1
  # shellcheck disable=SC2034 # demo.sh reads it
  demo_boards=(kamar-1)
  demo_san=IP:127.0.0.1,DNS:localhost,DNS:broker
  demo_make_site && demo_start_broker && demo_start_gateway "$(free_port)" && demo_log_in || exit 1
  BROKER_PORT=$(broker_port "$demo_dir/broker")
  export BROKER_PORT
  site_files
  demo_add_unit kamar-1 --name 'Kamar 1' --kind room --capacity 4 || exit 1
  demo_add_board kamar-1 'Kamar 1' kamar-1 || exit 1
}

free_port() {
  local port
  for port in $(seq 18080 18180); do
    demo_port_is_free "$port" && { echo "$port" | tee "$demo_dir/http-port"; return; }
  done
  fail 'no free port for the gateway'
}

# The door's own keys are made here, since the gateway must be told of them before the board first runs.
site_files() {
  local state=$demo_dir/board/kamar-1/state guest=$folder/guest

  mkdir -p "$guest/state"
  cp "$demo_dir/site/ca.crt" "$demo_dir/site/client/kamar-1."{crt,key} "$guest/"
  cp "$demo_dir/gateway/keys/identity.pub" "$guest/gateway.pub"
  cp tests/kernel/guest/door.ini tests/kernel/guest/link.ini tests/kernel/guest/start "$guest/"
  sed "s,^dir = .*,dir = $state," "$guest/door.ini" >"$folder/keys.ini"
  "$(demo_program rumah-door)" --keys-only --config "$folder/keys.ini" >/dev/null || fail 'the door makes no keys'
  cp -r "$state/keys" "$guest/state/"
}

site_stop() {
  local part
  for part in gateway broker; do
    demo_stop_part "$part" || :
  done
}

rumah() { "$demo_rumah" --lang en "$@"; }

request() {
  local receipt
  receipt=$(rumah request --unit kamar-1 --from now --until +2h --name 'Bu Ani' --phone 081234567890 --json)
  number=$(jq -r .number <<<"$receipt")
  link=$(jq -r .link <<<"$receipt")
  rumah approve "$number" --wait 60 >/dev/null || return 1
  code=$(rumah code --json <<<"$link" | jq -r .codes[0].digits)
}

door() { rumah doors --json | jq -r ".doors[0]$1"; }
is_ready() { [ "$(door .is_ready)" = true ]; }
is_online() { [ "$(door .is_online)" = "$1" ]; }
has_alarm() { door '.alarms | map(.kind? // .) | .[]' | grep -qx "$1"; }
has_no_alarm() { ! has_alarm "$1"; }
count_events() { rumah events --limit 500 --json | jq --arg type "$1" '[.events[] | select(.type == $type)] | length'; }
has_events() { [ "$(count_events "$1")" -ge "$2" ]; }
