# shellcheck shell=bash disable=SC2154,SC2034,SC2016 # tests/kernel/run sets and reads the rest; the guest expands
# scenarios.sh - what is shown in the guest, in the order in which it happens to one board. Times are the guest kernel's own: its
# trace holds every change of an output line from the kernel's first moment on.

STRIKE_MS=3000 # what a new site has
scenarios=(power_on code lines cable kill chip watchdog power_cut ten_minutes gpio_lines)

make_disk() { # ext4 | f2fs
  disk_kind=$1
  rm -f "$folder/disk"
  truncate -s 64M "$folder/disk"
  PATH=$PATH:/usr/sbin:/sbin "mkfs.$1" -q "$folder/disk" >/dev/null 2>&1 || fail "cannot make a disk of $1"
}

boot() {
  GUEST_APPEND="DISK=$disk_kind ${NO_DOOR:+NO_DOOR=yes}" guest_start "$arch" "$kernel" "$folder/initramfs" "$folder" \
    -drive "file=$folder/disk,format=raw,if=none,id=disk" -device virtio-blk-pci,drive=disk \
    -device i6300esb -action watchdog=reset || not_ok 'the guest does not boot'
}

# Whether the lock line was ever off its rest since the power came, or since the edges were forgotten.
never_released() { [ -z "$(guest_run 'edges door1-lock | grep " 1$"')" ]; }
is_strike_time() { [ "$1" -ge $((STRIKE_MS - 50)) ] && [ "$1" -le $((STRIKE_MS + 50)) ]; } # by the guest's clock
at_rest() { [ "$(guest_run 'level door1-lock')" = 0 ]; }

# In one command, since the strike may be at rest again before the host has asked.
opens() { guest_run "forget_edges; world keys $1#; within 20 was_released && within 20 is_level door1-lock 0"; }

scenario_power_on() {
  local edges

  guest_run 'within 30 grep -q "at the door" /data/rumah-door.log' || not_ok 'the door does not start'
  edges=$(guest_run 'edges door1-lock')
  [ -n "$edges" ] || not_ok 'the trace does not see the lock line at all'
  never_released || not_ok "the lock was released between power-on and the door's start: $edges"
  at_rest || not_ok 'the lock is not at rest'
  ok "from power-on to the door's start the lock line never leaves rest"
  until_true 60 is_ready || not_ok 'the board does not come online'
  ok 'the board is online, over TLS and one port of the host'
}

scenario_code() {
  local ms

  request || not_ok 'the door does not confirm the approval'
  opens "$code" || not_ok 'the code opens nothing, or for ever'
  ms=$(guest_run 'pulse_ms door1-lock')
  is_strike_time "$ms" || not_ok "the strike was released for $ms ms"
  ok "a code in Wiegand frames releases the strike, for $ms ms by the kernel's clock"
  until_true 30 has_events access_granted 1 || not_ok 'the opening is not told'
  ok 'and the gateway is told'

  guest_run 'forget_edges; world keys 13572468#'
  until_true 30 has_events access_denied 1 || not_ok 'a wrong code is not told'
  never_released || not_ok 'a wrong code releases the strike'
  ok 'a wrong code releases nothing, and is told'
}

scenario_lines() {
  guest_run 'low door1-rex; sleep 0.3; high door1-contact; sleep 0.5; high door1-rex; sleep 0.5; low door1-contact'
  until_true 30 has_events rex 1 || not_ok 'the exit button is not told'
  has_no_alarm forced || not_ok 'a door opened from inside counts as forced'
  ok 'the exit button: told, and no alarm when the door is opened'
  guest_run 'sleep 6; high door1-contact' # the button's time is over
  until_true 30 has_alarm forced || not_ok 'a forced door is not told'
  ok 'a door opened without anybody having asked is an alarm'
  guest_run 'low door1-contact'
  until_true 30 has_no_alarm forced || not_ok 'the alarm does not end'
  ok 'which is over when the door is shut'
  guest_run 'world burst door1-contact 32'
  guest_run 'sleep 1'
  [ "$(door .is_contact_open)" != true ] || not_ok 'after 32 fast changes the door is believed open'
  ok 'after 32 fast changes of the contact, more than the kernel queues, the door knows that it is shut'
}

scenario_cable() {
  guest_cable out
  opens "$code" || not_ok 'without a network the code opens nothing'
  ok 'with the cable out the code still opens'
  has_events access_granted 2 && not_ok 'with the cable out the gateway is told'
  guest_cable in
  until_true 120 has_events access_granted 2 || not_ok 'the opening is not told afterwards'
  ok 'with the cable in again the opening is told, once'
}

# kill_in STATE COMMAND STARTS: brings the board into the state, kills the door with SIGKILL, and looks at the lock and at what comes
# back. The shell's loop starts it again, as the unit would.
kill_in() {
  local level
  level=$(guest_run "$2; kill -9 \$(pidof rumah-door); sleep 0.05; level door1-lock" | tail -n 1)
  [ "$level" = 0 ] || not_ok "killed while $1, the lock is not at rest"
  guest_run "has_started() { [ \$(grep -c 'at the door' /data/rumah-door.log) = $3 ]; }; within 30 has_started" ||
    not_ok "killed while $1, the door does not come back"
}

scenario_kill() {
  local starts
  starts=$(guest_run 'grep -c "at the door" /data/rumah-door.log')
  kill_in locked 'true' $((starts + 1))
  kill_in typing "world keys 1234" $((starts + 2))
  kill_in released "world keys $code#; within 20 is_level door1-lock 1" $((starts + 3))
  kill_in open 'sleep 1; high door1-contact; sleep 0.3' $((starts + 4))
  guest_run 'low door1-contact; sleep 0.3'
  ok 'killed with SIGKILL while locked, typing, released and open, the lock is at rest at once and the door comes back'
}

# The chip's driver goes away and comes back, as an expander on a bus may.
scenario_chip() {
  guest_run 'echo 0 >/sys/kernel/config/gpio-sim/board/live; sleep 3; echo 1 >/sys/kernel/config/gpio-sim/board/live; find_board'
  guest_run 'for line in d0 d1 rex hold; do high door1-$line; done'
  guest_run 'sleep 6'
  at_rest || not_ok 'a chip that came back has the lock released'
  opens "$code" || not_ok 'after the chip came back the code opens nothing, or for ever'
  ok 'a chip that goes away and comes back: the lock at rest, and the door works again'
}

# The lines' own test, on a board whose programs do not run.
scenario_gpio_lines() {
  local test

  guest_end
  NO_DOOR=yes boot
  guest_run test_gpio_lines >"$folder/lines" || { cat "$folder/lines"; not_ok 'the test of the lines fails'; }
  while read -r test; do
    ok "gpio_lines: ${test//_/ }"
  done < <(sed -n 's/^\[       OK \] //p' "$folder/lines")
}

# Everything stands still: nobody pets the watchdog, and the machine is reset with the strike released.
scenario_watchdog() {
  guest_run "forget_edges; watchdog -T 4 -t 1 /dev/watchdog; world keys $code#; within 20 is_level door1-lock 1" ||
    not_ok 'the code opens nothing'
  guest_say 'kill -STOP $(pidof watchdog) $(pidof rumah-door) $(pidof rumah-link)'
  guest_answer 20 || :
  guest_ready 120 || not_ok 'the watchdog does not reset the board'
  scenario_after_power 'a watchdog reset with the strike released'
}

scenario_after_power() {
  guest_run 'within 30 grep -q "at the door" /data/rumah-door.log' || not_ok "after $1 the door does not start"
  guest_run 'within 30 pidof rumah-door >/dev/null' || not_ok "after $1 no door runs"
  never_released || not_ok "after $1 the lock was released"
  at_rest || not_ok "after $1 the lock is not at rest"
  ok "after $1 the lock is at rest, and stays so while the board starts"
}

# Power fails at some moment of writing events, several times; nothing that was told is lost and nothing is told twice.
scenario_power_cut() {
  local round before

  for round in 1 2; do
    before=$(count_events rex)
    guest_say 'for i in 1 2 3 4 5 6 7 8 9; do low door1-rex; sleep 0.3; high door1-rex; sleep 0.9; done'
    until_true 60 has_events rex $((before + 2)) || not_ok 'the exit button is not told'
    guest_end
    boot
    scenario_after_power "power cut number $round while writing to $disk_kind"
    until_true 90 is_ready || not_ok 'the board does not come back'
  done
  guest_run 'sleep 3'
  rumah events --limit 500 --json >"$folder/events"
  jq -e '[.events[].seq] | sort == [range(1; length + 1)]' "$folder/events" >/dev/null ||
    not_ok "events are missing or told twice: $(jq -c '[.events[].seq] | sort' "$folder/events")"
  ok "$(jq '.events | length' "$folder/events") events were told, each once and none left out"
  guest_run 'killall rumah-door; sleep 0.1; rumah-door --check --config /site/door.ini | grep -q sound || rumah-door --check --config /site/door.ini' ||
    not_ok 'the journal is damaged'
  ok 'and the journal is sound'
}

# Hours of waiting in seconds: the guest's time leaps. One command, since for the guest the host answers hours later.
scenario_ten_minutes() {
  local story seconds lock tones opened pulse

  guest_end
  WARP=1 BROKER_PORT='' boot
  story='within 30 grep -q "at the door" /data/rumah-door.log; low door1-rex; sleep 0.3; high door1-contact; sleep 0.3;'
  story+=' high door1-rex; read -r t0 _ </proc/uptime; forget_edges; sleep 600; read -r t1 _ </proc/uptime;'
  story+=' lock=$(level door1-lock); tones=$(edges door1-buzzer | grep -c " 1$"); low door1-contact; sleep 10;'
  story+=" forget_edges; world keys $code#; sleep 10; echo \$((\${t1%.*} - \${t0%.*})) \$lock \$tones \$(edges door1-lock |"
  story+=' grep -c " 1$") $(pulse_ms door1-lock)'
  read -r seconds lock tones opened pulse < <(guest_run "$story" | tail -n 1) || :
  [ "${seconds:-0}" -ge 600 ] || not_ok "ten minutes took ${seconds:-0} s"
  [ "$lock" = 0 ] || not_ok 'after ten minutes of an open door the lock is released'
  [ "$tones" -gt 0 ] || not_ok 'a door held open for ten minutes makes no sound'
  if [ "$opened" != 1 ] || ! is_strike_time "$pulse"; then
    not_ok "ten minutes later the code opened $opened times, for $pulse ms"
  fi
  ok "ten minutes of virtual time: the door held open sounds ($tones tones), and then the code opens for $pulse ms"
}
