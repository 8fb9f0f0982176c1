#!/bin/bash
# From an approval to an open door, on the real processes: the demo's own site, with the programs of the build that runs
# this. usage: story.sh BUILD
set -o errexit -o nounset -o pipefail

STRIKE_MS=3000 # what a new site has
# shellcheck source=tests/system/lib/site.sh
. "$(dirname "$0")/lib/site.sh"

# count TYPE: of ruang-1's events
count() { rumah events --board ruang-1 --limit 500 --json | jq --arg type "$1" '[.events[] | select(.type == $type)] | length'; }
has_told() { [ "$(count "$1")" -ge "$2" ]; }
# One that has ended and that nobody has waited for is no process any more.
is_running() { grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status"; }
says_that_the_broker_is_gone() { rumah doors | grep -q 'broker is not connected'; }

story_of_a_room() {
  request ruang-1 'Bu Ani'
  [ "$(rumah requests --state diajukan --json | jq -r '.requests[0].number')" = "$number" ] || fail 'the desk sees no request'
  ok "a teacher asks for a room, and the desk sees it"

  rumah approve "$number" --wait 15 | grep -q 'the door has it' || fail 'the door does not confirm the approval'
  [ "$(rumah requests --json | jq -r '.requests[0].doors[0].is_ready')" = true ] || fail 'not ready on the list'
  ok 'the desk approves, and the door says that it has it'

  room_code=$(code 1)
  [[ $room_code =~ ^[0-9]{8}$ ]] || fail 'the link shows no code'
  rumah code <<<"$link" | grep -q 'the door has it' || fail 'the link does not say that the door has it'
  ok "the teacher's link shows her code, and that the door has it"

  expect accepted ruang-1 "$room_code" 'the code opens no door'
  [ "$(show ruang-1 .releases)" = 1 ] || fail 'the strike did not move'
  ok 'the code opens the door'
  until_true 10 strike_is_off ruang-1 || fail 'the strike stays released'
  local on_ms
  on_ms=$(show ruang-1 .last_on_ms)
  if [ "$on_ms" -gt $((STRIKE_MS + 20)) ] || [ "$on_ms" -lt $((STRIKE_MS / 2)) ]; then
    fail "the strike was on for $on_ms ms"
  fi
  ok "which locks again on time, after $on_ms ms"

  expect rejected ruang-1 13572469 'a wrong code is not rejected'
  strike_is_off ruang-1 || fail 'a wrong code moves the strike'
  ok 'a wrong code is rejected'
}

story_of_a_dead_broker() {
  demo broker kill >/dev/null
  [ "$(press ruang-1 "$room_code")" != rejected ] || fail 'without a broker the code is rejected'
  [ "$(show ruang-1 .releases)" = 2 ] || fail 'without a broker the strike does not move'
  ok 'the broker is killed, and the code still opens the door'
  until_true 10 says_that_the_broker_is_gone || fail 'the desk is not told that the broker is gone'
  ok 'the desk sees that what it sees is old'

  demo broker start >/dev/null
  until_true 60 is_heard 3 || fail 'the doors do not come back'
  until_true 30 has_told unused 2 || fail 'events stay at a door' # the last: nobody went in
  local events
  events=$(rumah events --board ruang-1 --limit 500 --json)
  [ "$(jq '[.events[] | select(.type == "access_granted")] | length' <<<"$events")" = 2 ] || fail 'not two openings'
  [ "$(jq '[.events[] | select(.type == "access_denied")] | length' <<<"$events")" = 1 ] || fail 'not one refusal'
  jq -e '[.events[].seq] | sort == [range(1; length + 1)]' <<<"$events" >/dev/null || fail 'events are missing or told twice'
  jq -e --arg number "$number" '[.events[] | select(.type == "access_granted") | .number] == [$number, $number]' \
    <<<"$events" >/dev/null || fail 'an opening is not told with its request'
  ok 'the broker comes back, and every event is there exactly once'

  until_true 10 follower_has_all || fail "events --follow printed $(wc -l <"$DIR/followed") lines"
  ok 'who follows the events has seen each exactly once, in order'
}

follower_has_all() {
  jq -s -e --argjson events "$(rumah events --board ruang-1 --limit 500 --json)" \
    'map(.id) == ($events.events | map(.id) | sort)' "$DIR/followed" >/dev/null
}

# The first of three rounds that is quick enough counts: other tests may be using the machine.
story_of_a_revocation() {
  local round started took

  for round in 1 2 3; do
    started=$(now_ms)
    rumah revoke "$number" --reason 'the meeting is off' --wait 15 >/dev/null || fail 'the door does not confirm the revocation'
    took=$(($(now_ms) - started))
    expect rejected ruang-1 "$room_code" 'a revoked code is accepted'
    [ "$took" -gt 2000 ] || break
    [ "$round" -lt 3 ] || fail "the door took $took ms to hear of a revocation"
    request ruang-1 'Bu Ani'
    rumah approve "$number" --wait 15 >/dev/null
    room_code=$(code 1)
  done
  ok "a revoked code is refused at the door, which had heard of it within $took ms"
  view "$link" | jq -e '.is_over and (.codes == [])' >/dev/null || fail 'the link still shows a code'
  ok "and the teacher's link shows none any more"
}

story_of_a_dormitory() {
  local codes=() n

  request asrama 'Pak Budi' 'Bu Citra' 'Pak Dedi' 'Bu Eka'
  rumah approve "$number" --wait 15 >/dev/null || fail 'the dormitory does not confirm the approval'
  for n in 1 2 3 4; do
    codes[n]=$(code "$n")
  done
  [ "$(printf '%s\n' "${codes[@]}" | sort -u | wc -l)" = 4 ] || fail 'not four codes'
  expect accepted asrama "${codes[2]}" "an occupant's code does not open the entrance"
  ok "each of four occupants has a link and a code of their own, and it opens the dormitory"

  expect rejected ruang-2 "${codes[1]}" 'it opens a room that nobody gave them'
  ok 'and no other door'

  rumah revoke "$number" --occupant 2 --reason 'went home' --wait 15 >/dev/null || fail 'the dormitory does not confirm'
  expect rejected asrama "${codes[2]}" "a revoked occupant's code is accepted"
  for n in 1 3 4; do
    expect accepted asrama "${codes[n]}" "revoking one took occupant $n's code away"
  done
  ok 'revoking one leaves the others'
}

# By staff, without a code; and the exit button, which nobody has to ask for.
story_of_staff() {
  local before

  before=$(show ruang-2 .releases)
  rumah unlock ruang-2 --why guest_waiting >/dev/null || fail 'the desk cannot unlock'
  [ "$(show ruang-2 .releases)" = $((before + 1)) ] || fail 'unlocking did not move the strike'
  ok 'the desk unlocks a door for a guest'
}

no_secret_is_told() {
  local digits

  for digits in "$@"; do
    ! grep -rlF -e "$digits" "$DIR/log" || fail 'a log holds the digits of a code'
  done
  ! grep -rlF -e "$link" "$DIR/log" || fail "a log holds a guest's link"
  ! grep -rlF -e "$(cut -d ' ' -f 2 "$DIR/staff")" "$DIR/log" || fail 'a log holds a password'
  ok 'no log holds a code, a link or a password'
}

demo start >"$DIR.start" 2>&1 || { cat "$DIR.start"; rm -f "$DIR.start"; fail 'the site does not start'; }
grep -q 'every door has confirmed its list' "$DIR.start" || fail 'start does not say that the doors are ready'
rm -f "$DIR.start"
ok 'a site starts from nothing'
"$DIR/bin/rumah" events --follow --board ruang-1 --json >"$DIR/followed" & # no function: it is ended by its pid
helpers+=($!)

story_of_a_room
story_of_a_dead_broker
story_of_a_revocation
story_of_a_dormitory
story_of_staff
no_secret_is_told "$room_code"

again=$(demo start) || fail 'start does not work twice'
[[ $again == *'every door has confirmed its list'* ]] || fail 'start says nothing of the doors the second time'
ok 'start can be given again'
pids=$(cat "$DIR"/pid/* "$DIR/broker/pid")
demo stop >/dev/null || fail 'stop fails'
for pid in $pids; do
  ! is_running "$pid" || fail "stop left process $pid"
done
ok 'stop leaves no process'
! grep -rlE 'AddressSanitizer|runtime error' "$DIR/log" || fail 'a sanitizer has spoken'
ok 'and no sanitizer has anything to say'
