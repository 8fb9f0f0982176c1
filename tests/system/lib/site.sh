# shellcheck shell=bash disable=SC2034 # what is set here is used by those who source it
# The demo's own site in a folder of its own, with the programs of the build given as $1: for the scripts beside this folder.
BUILD=$(readlink -f "$1")
ROOT=$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/../../..")
DIR=$(mktemp -d "/tmp/rumah-$(basename "$0" .sh)-XXXXXX")
checks=0
helpers=() # pids of what a script started besides the site

rumah() { "$DIR/bin/rumah" --lang en "$@"; }
demo() { "$ROOT/tools/demo" --dir "$DIR" --build "$BUILD" "$@"; }

end() {
  local status=$? helper
  trap - EXIT
  for helper in "${helpers[@]}"; do
    { kill "$helper" && wait "$helper"; } 2>/dev/null || :
  done
  if [ "$status" -ne 0 ]; then
    tail -n 15 "$DIR"/log/*.log || :
    rumah events --limit 20 || :
  fi
  [ ! -d "$DIR/site" ] || demo stop >/dev/null || :
  rm -rf -- "$DIR"
  exit "$status"
}
trap end EXIT
trap 'exit 130' INT TERM

ok() {
  checks=$((checks + 1))
  printf 'ok %d - %s\n' "$checks" "$*"
}
fail() {
  printf 'not ok - %s\n' "$*"
  exit 1
}

now_ms() { date +%s%3N; }

# until_true SECONDS COMMAND...
until_true() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.2
  done
}

# request UNIT NAME...: for two hours, or until $until; sets number and link
request() {
  local unit=$1 name=$2 more=() receipt
  shift 2
  for other in "$@"; do
    more+=(--with "$other")
  done
  receipt=$(rumah request --unit "$unit" --from now --until "${until:-+2h}" --name "$name" --phone 081234567890 "${more[@]}" --json)
  number=$(jq -r .number <<<"$receipt")
  link=$(jq -r .link <<<"$receipt")
}

# What a link shows; it goes in by standard input.
view() { rumah code --json <<<"$1"; }
# code N: of the N-th person, by the link of their own that the first one hands on
code() {
  local own=$link
  [ "$1" = 1 ] || own=$(view "$link" | jq -r --argjson n "$1" '.people[] | select(.occupant == $n) | .link')
  view "$own" | jq -r .codes[0].digits
}

# press BOARD CODE: what the keypad answers
# Slowly: keys less than 100 ms apart are a machine's, and a busy one's come in bunches.
press() { rumah sim press --board "$1" --gap 250 --json <<<"$2#" | jq -r .verdict; }
# expect VERDICT BOARD CODE WHAT-IS-WRONG-ELSE
expect() {
  local verdict
  verdict=$(press "$2" "$3") || :
  [ "$verdict" = "$1" ] || fail "$4: $verdict"
}
show() { rumah sim show --board "$1" --json | jq -r "$2"; }
strike_is_off() { [ "$(show "$1" .strike)" = false ]; }
is_heard() { [ "$(rumah doors --json | jq "[.doors[] | select(.is_online)] | length")" = "$1" ]; }
is_ready() { rumah doors --json | jq -e --arg board "$1" '.doors[] | select(.board == $board) | .is_ready' >/dev/null; }

# ---- below the commands: the demo's functions, and what the databases hold

# Parts of the demo can be started alone then.
use_demo() {
  # shellcheck source=tools/lib/common.sh
  . "$ROOT/tools/lib/common.sh"
  # shellcheck source=tools/lib/broker.sh
  . "$ROOT/tools/lib/broker.sh"
  # shellcheck source=tools/lib/demo.sh
  . "$ROOT/tools/lib/demo.sh"
  demo_use "$DIR" "$BUILD"
}

journal() { sqlite3 -readonly "file:$DIR/board/$1/state/journal.db" "$2"; }
gateway() { sqlite3 -readonly "file:$DIR/gateway/gateway.db" "$1"; }

# What a board has stored and what the gateway has of it: the last event and the chain's hash there say everything.
at_the_board() { journal "$1" 'SELECT head, hex(hash) FROM memory'; }
at_the_gateway() { gateway "SELECT upto, hex(hash) FROM logs WHERE board = '$1'"; }
has_all_of() { [ "$(at_the_board "$1")" = "$(at_the_gateway "$1")" ]; }

# same_row_by_row BOARD: every event of the journal, and nothing else
same_row_by_row() {
  local columns='seq, boot, mono_ms, wall_ms, bound_ms, trust, type, reason, n, grant_id' differ
  differ=$(
    sqlite3 -readonly "file:$DIR/gateway/gateway.db" "
      ATTACH 'file:$DIR/board/$1/state/journal.db?mode=ro' AS board;
      CREATE TEMP VIEW there AS SELECT $columns FROM main.events
        WHERE log = (SELECT max(id) FROM main.logs WHERE board = '$1');
      SELECT 'only at the board', * FROM (SELECT $columns FROM board.event EXCEPT SELECT * FROM there);
      SELECT 'only at the gateway', * FROM (SELECT * FROM there EXCEPT SELECT $columns FROM board.event);
      SELECT 'counts' WHERE (SELECT count(*) FROM there) <> (SELECT count(*) FROM board.event);"
  ) || fail "the databases of $1 cannot be compared"
  [ -z "$differ" ] || fail "$1: $differ"
}

# Columns of both databases hold codes of schemas/wire/event.h.
DOOR_FORCED=9 ACCESS_DENIED=3 OFFLINE_TOO_LONG=14 DAY_MS=86400000

# ---- time

# start_clock FILE: everything that is started from now on has a clock that clock_ahead_days moves (lib/clock_ahead.c).
start_clock() {
  clock_file=$1
  clock_ahead_days 0
  export CLOCK_AHEAD=$1 LD_PRELOAD=$BUILD/tests/system/libclock_ahead.so
  # The sanitizer's runtime wants to be loaded first, for fear of what this one might replace.
  export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
}

# Eight bytes in one write, so that nobody reads half of it.
clock_ahead_days() {
  local hex bytes='' i
  printf -v hex '%016x' $(($1 * DAY_MS))
  for ((i = 14; i >= 0; i -= 2)); do # little-endian, as every board is
    bytes+="\\x${hex:i:2}"
  done
  printf '%b' "$bytes" 1<>"$clock_file"
}
