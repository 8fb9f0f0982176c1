# shellcheck shell=bash disable=SC2054,SC2119,SC2120 # QEMU's options have commas; others give guest_ready its time
# lib.sh - a guest in QEMU and the host's hand in it. Source tools/lib/common.sh first.
#
#   guest_start ARCH KERNEL INITRAMFS FOLDER [QEMU-OPTION...]   returns when its agent answers; logs and pipes are in FOLDER (ours)
#   guest_run COMMAND [SECONDS]     runs a line of shell in the guest; prints what it printed, returns its status
#   guest_say COMMAND               begins it, without waiting; guest_answer [SECONDS] waits
#   guest_ready [SECONDS]           waits for the agent, as after guest_qmp system_reset
#   guest_qmp COMMAND [ARGUMENTS]   QEMU's machine protocol, e.g. guest_qmp set_link '"name": "net0", "up": false'
#   guest_end                       the power is cut: SIGKILL, so that nothing is written any more
#
# Environment: BROKER_PORT, the only port of the host's loopback that the guest reaches, as broker:8883; WARP=1: the guest's time
# leaps over its idle waits. Waits are five times what a loaded machine was seen to need.

GUEST_PATIENCE=${GUEST_PATIENCE:-180}
guest_pid=''

guest_start() {
  local arch=$1 kernel=$2 initramfs=$3 options net
  guest_folder=$4
  shift 4

  options=(-nodefaults -no-user-config -display none -smp 1 -m 256 -accel tcg,thread=single
    -kernel "$kernel/kernel" -initrd "$initramfs")
  local append="quiet loglevel=1 panic=-1 cryptomgr.notests random.trust_cpu=on"
  append+=" trace_clock=mono trace_event=gpio:gpio_value,gpio:gpio_direction ${GUEST_APPEND:-}"
  case $arch in
    amd64) options=(qemu-system-x86_64 -M q35 -cpu max "${options[@]}" -append "console=ttyS0 mitigations=off nokaslr $append") ;;
    # With pointer authentication, as "max" has it, emulation is five times slower.
    arm64) options=(qemu-system-aarch64 -M virt -cpu cortex-a53 "${options[@]}" -append "console=ttyAMA0 $append") ;;
  esac
  # The guest's time goes by what its processor does, 2 ns an instruction, so that a loaded host cannot tear a reader's frame
  # apart: waits take as long as they say, work takes the time of a board.
  if [ -n "${WARP:-}" ]; then
    options+=(-icount shift=1,sleep=off -rtc clock=vm)
  else
    options+=(-icount shift=1,sleep=on)
  fi

  rm -f "$guest_folder"/{ctl,qmp}.{in,out}
  mkfifo "$guest_folder"/{ctl,qmp}.{in,out}
  # Read and write, so that opening waits for nobody.
  exec {guest_ctl_in}<>"$guest_folder/ctl.in" {guest_ctl_out}<>"$guest_folder/ctl.out" \
    {guest_qmp_in}<>"$guest_folder/qmp.in" {guest_qmp_out}<>"$guest_folder/qmp.out"
  net=user,id=n0,ipv6=off,restrict=on
  [ -z "${BROKER_PORT:-}" ] || net+=",guestfwd=tcp:10.0.2.100:8883-cmd:socat - TCP:127.0.0.1:$BROKER_PORT"
  "${options[@]}" -serial "file:$guest_folder/console.log" -chardev "pipe,id=qmp,path=$guest_folder/qmp" -mon chardev=qmp,mode=control \
    -device virtio-serial-pci -chardev "pipe,id=ctl,path=$guest_folder/ctl" -device virtserialport,chardev=ctl,name=ctl \
    -netdev "$net" -device virtio-net-pci,netdev=n0,id=net0,romfile= "$@" \
    </dev/null >>"$guest_folder/qemu.log" 2>&1 &
  guest_pid=$!
  printf '{"execute": "qmp_capabilities"}\n' >&"$guest_qmp_in"
  guest_ready
}

# Until the agent's "=> STATUS".
guest_answer() {
  local line empty='' deadline=$((SECONDS + ${1:-$GUEST_PATIENCE}))

  while [ "$SECONDS" -lt "$deadline" ]; do
    if ! IFS= read -r -t 1 line <&"$guest_ctl_out"; then
      kill -0 "$guest_pid" 2>/dev/null || { guest_complain 'the guest is gone'; return 125; }
      continue
    fi
    line=${line%$'\r'}
    case $line in
      '=> ready') return 0 ;;
      '=> '*) return "${line#=> }" ;;
    esac
    # The agent puts a newline before its mark, for outputs that lack one.
    if [ -n "$line" ]; then
      printf '%s%s\n' "$empty" "$line"
      empty=''
    else
      empty+=$'\n'
    fi
  done
  guest_complain "no answer from the guest for ${1:-$GUEST_PATIENCE} s"
  return 124
}

guest_complain() {
  printf '%s; the end of its console:\n' "$1" >&2
  tail -n 15 "$guest_folder/console.log" "$guest_folder/qemu.log" >&2 || :
}

guest_ready() { guest_answer "$@"; }

guest_say() { printf '%s\n' "$1" >&"$guest_ctl_in"; }

guest_run() {
  guest_say "$1"
  guest_answer "${2:-}"
}

guest_qmp() {
  local line

  printf '{"execute": "%s", "arguments": {%s}, "id": "%s"}\n' "$1" "${2:-}" "$RANDOM$RANDOM" | tee "$guest_folder/qmp.asked" >&"$guest_qmp_in"
  while IFS= read -r -t 20 line <&"$guest_qmp_out"; do
    case $line in
      *'"id": "'"$(sed 's/.*"id": "\([0-9]*\)".*/\1/' "$guest_folder/qmp.asked")"'"'*)
        [[ $line != *'"error"'* ]] && return 0
        printf '%s: %s\n' "$1" "$line" >&2
        return 1 ;;
    esac
  done
  printf '%s: no answer\n' "$1" >&2
  return 1
}

guest_cable() { # in | out
  guest_qmp set_link "\"name\": \"net0\", \"up\": $([ "$1" = in ] && echo true || echo false)"
}

guest_end() {
  [ -n "$guest_pid" ] || return 0
  kill -KILL "$guest_pid" 2>/dev/null || :
  wait "$guest_pid" 2>/dev/null || :
  guest_pid=''
  exec {guest_ctl_in}>&- {guest_ctl_out}>&- {guest_qmp_in}>&- {guest_qmp_out}>&-
}
