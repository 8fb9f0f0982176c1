# shellcheck shell=bash disable=SC2034 # what is set here is used by those who source it
# The demo's own site in a folder of its own, with the programs of the build given as $1: for story.sh and storm.sh.
BUILD=$(readlink -f "$1")
ROOT=$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/../../..")
DIR=$(mktemp -d "/tmp/rumah-$(basename "$0" .sh)-XXXXXX")
checks=0

rumah() { "$DIR/bin/rumah" --lang en "$@"; }
demo() { "$ROOT/tools/demo" --dir "$DIR" --build "$BUILD" "$@"; }

end() {
  local status=$?
  trap - EXIT
  [ -z "${follower:-}" ] || { kill "$follower" && wait "$follower"; } 2>/dev/null || :
  if [ "$status" -ne 0 ]; then
    tail -n 15 "$DIR"/log/*.log || :
    rumah events || :
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

# request UNIT NAME...: sets number and link
request() {
  local unit=$1 name=$2 more=() receipt
  shift 2
  for other in "$@"; do
    more+=(--with "$other")
  done
  receipt=$(rumah request --unit "$unit" --from now --until +2h --name "$name" --phone 081234567890 "${more[@]}" --json)
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
