# shellcheck shell=bash disable=SC2154 # tools/test sources these files together; they share its names
# Steps on another kernel or for another processor: tests/kernel in QEMU, and what is compiled for arm64 and armhf.

# need_qemu GROUP: its packages. A machine on which they cannot be installed says so, and the tests are skipped.
need_qemu() {
  if [ "$(dpkg --print-architecture)" != amd64 ]; then
    say "these tests know how to run on amd64 only, and this machine is $(dpkg --print-architecture)"
    return "$CANNOT"
  fi
  (need_packages "$1") 2>&1 || {
    say "QEMU and the cross compilers cannot be installed here, so that no kernel and no other processor is tested"
    return "$CANNOT"
  }
}

fetch_guests() {
  tests/kernel/fetch amd64
  tests/kernel/fetch arm64
  ./tools/sysroot arm64
}

build_cross() {
  ./tools/sysroot "$1"
  build "$1"
}

# What goes into a guest, and no more of it.
build_board() {
  cmake --preset "$1"
  cmake --build --preset "$1" --parallel "$cores" --target rumah-door rumah-link world test_gpio_lines
}

run_kernel() {
  local log=$log_dir/kernel-$1 status=0

  tests/kernel/run "$1" 2>&1 | tee "$log" || status=$?
  printf '%d %d 0\n' "$(grep -c '^ok ' "$log")" "$(grep -c '^not ok ' "$log")" >"$log_dir/counts"
  return "$status"
}
