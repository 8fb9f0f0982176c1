# shellcheck shell=bash
# What the project's shell tools share: how they speak, and how they get the packages they need.
# Source it: cd "$(dirname "$0")/.." && . tools/lib/common.sh

project_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() {
  printf '%s\n' "$*"
}

# Says why on stderr and leaves with 1.
fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

can_be_root() {
  [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# Names the packages of the given groups in tools/packages; without a group, all of them.
packages_in() {
  local group package rest
  while read -r group package rest; do
    case "$group" in '' | '#'*) continue ;; esac
    if [ $# -eq 0 ] || [[ " $* " == *" $group "* ]]; then
      printf '%s\n' "$package"
    fi
  done <"$project_root/tools/packages"
}

# Of the packages named, those that are not installed.
packages_missing() {
  local package
  for package in "$@"; do
    # shellcheck disable=SC2016 # ${Status} is dpkg-query's, not the shell's
    [ "$(dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null)" = 'install ok installed' ] ||
      printf '%s\n' "$package"
  done
}

# need_packages GROUP...: installs what is missing of these groups of tools/packages, and nothing else.
# Asks for root only when something is missing.
need_packages() {
  local missing

  command -v dpkg-query >/dev/null 2>&1 ||
    fail "this is not a Debian: install by hand what tools/packages lists for: $*"
  mapfile -t missing < <(packages_in "$@")
  [ "${#missing[@]}" -gt 0 ] || fail "tools/packages has no group named: $*"
  mapfile -t missing < <(packages_missing "${missing[@]}")
  [ "${#missing[@]}" -gt 0 ] || return 0

  say "Installing ${#missing[@]} Debian packages ($*): ${missing[*]}"
  can_be_root || fail "that needs root: run this as root once, or install sudo"
  install_packages "${missing[@]}"
  mapfile -t missing < <(packages_missing "${missing[@]}")
  [ "${#missing[@]}" -eq 0 ] || fail "still missing after the installation: ${missing[*]}"
}

install_packages() {
  local log package updated=no

  log=$(mktemp)
  for package in "$@"; do
    # A system that never ran apt-get update knows no versions at all.
    if ! apt-cache show --no-all-versions "$package" >/dev/null 2>&1; then
      update_package_lists "$log"
      updated=yes
      break
    fi
  done
  if ! install_without_starting "$@" >"$log" 2>&1; then
    [ "$updated" = no ] || fail_with_log "$log" "apt-get could not install: $*"
    say "  that failed; trying again with fresh package lists" # old lists name files that are gone
    update_package_lists "$log"
    install_without_starting "$@" >"$log" 2>&1 || fail_with_log "$log" "apt-get could not install: $*"
  fi
  rm -f "$log"
}

update_package_lists() {
  say "  apt-get update"
  as_root apt-get update -q >"$1" 2>&1 || fail_with_log "$1" "apt-get update failed: is the network there?"
}

fail_with_log() {
  local log=$1
  shift
  tail -n 30 "$log" >&2
  rm -f "$log"
  fail "$@"
}

# Debian starts a service when it is installed and at each boot. Ours run their own broker on their own
# port, so a mosquitto that came in here must not: Debian's policy-rc.d says no while apt-get runs, and
# it is not enabled after. One that the machine had before is left alone.
install_without_starting() (
  policy=/usr/sbin/policy-rc.d
  new_broker=$(packages_missing mosquitto)

  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    trap 'as_root rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q --yes --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "$@" </dev/null || exit 1
  if [ -n "$new_broker" ] && [ -z "$(packages_missing mosquitto)" ]; then
    as_root update-rc.d mosquitto disable || exit 1 # of systemd's unit too
  fi
)
