# shellcheck shell=bash disable=SC2154 # tools/test sources these files together; they share its names
# Running a list of steps: each is announced, timed, logged and remembered; the end is a table and a count.

log_dir=$project_root/build/log
show_all=no # yes: what a step prints goes to the terminal too, not only to its log

step_names=()
step_results=() # ok, FAILED, left out, SKIPPED
step_seconds=()
tests_passed=0
tests_failed=0
tests_skipped=0

step_result() {
  local i
  for i in "${!step_names[@]}"; do
    if [ "${step_names[i]}" = "$1" ]; then
      printf '%s' "${step_results[i]}"
      return
    fi
  done
}

remember_step() {
  step_names+=("$1")
  step_results+=("$2")
  step_seconds+=("$3")
}

# step NAME NEEDED COMMAND...: runs COMMAND unless the step NEEDED ('-': none) did not go well. A step that
# two plans share runs once. A failure shows the end of the log and lets the other steps go on. A COMMAND that returns
# CANNOT says that this machine cannot do it at all, with the reason in its last line: it and what needs it are skipped.
readonly CANNOT=77
step() {
  local name=$1 needed=$2 started=$SECONDS status log counts
  shift 2

  [ -z "$(step_result "$name")" ] || return 0
  if [ "$needed" != - ] && [ "$(step_result "$needed")" = SKIPPED ]; then
    say "== $name: SKIPPED, for it needs: $needed"
    remember_step "$name" SKIPPED 0
    return 0
  fi
  if [ "$needed" != - ] && [ "$(step_result "$needed")" != ok ]; then
    say "== $name: left out, for it needs: $needed"
    remember_step "$name" 'left out' 0
    return 0
  fi

  log=$log_dir/${name//[^a-z0-9]/-}.log
  counts=$log_dir/counts
  rm -f "$counts"
  say "== $name"
  # In its own shell, so that errexit holds inside and a `fail` ends the step alone.
  set +o errexit
  if [ "$show_all" = yes ]; then
    (set -o errexit -o pipefail; "$@") 2>&1 </dev/null | tee "$log"
    status=${PIPESTATUS[0]}
  else
    (set -o errexit -o pipefail; "$@") >"$log" 2>&1 </dev/null
    status=$?
  fi
  set -o errexit

  if [ "$status" -eq "$CANNOT" ]; then
    remember_step "$name" SKIPPED $((SECONDS - started))
    tests_skipped=$((tests_skipped + 1))
    say "   SKIPPED: $(tail -n 1 "$log")"
    return 0
  fi
  add_counts "$counts" "$status"
  if [ "$status" -eq 0 ]; then
    remember_step "$name" ok $((SECONDS - started))
    # A step tells its figures in lines that begin with two dashes.
    [ "$show_all" = yes ] || sed -n 's/^-- figure: /   /p' "$log"
    say "   ok, $((SECONDS - started)) s"
  else
    remember_step "$name" FAILED $((SECONDS - started))
    [ "$show_all" = yes ] || tail -n 100 "$log" | sed 's/^/   | /'
    say "   FAILED after $((SECONDS - started)) s; all of it is in ${log#"$project_root"/}"
  fi
}

# What a step of tests counted; a step that failed without a failed test counts as one.
add_counts() {
  local passed=0 failed=0 skipped=0

  [ ! -s "$1" ] || read -r passed failed skipped <"$1"
  if [ "$2" -ne 0 ] && [ "$failed" -eq 0 ]; then
    failed=1
  fi
  tests_passed=$((tests_passed + passed))
  tests_failed=$((tests_failed + failed))
  tests_skipped=$((tests_skipped + skipped))
}

# Prints the table and the closing line; returns 1 when a step failed.
summarize() {
  local i skipped='' status=0

  say
  printf '%-34s %-10s %8s\n' step result seconds
  for i in "${!step_names[@]}"; do
    printf '%-34s %-10s %8d\n' "${step_names[i]}" "${step_results[i]}" "${step_seconds[i]}"
    [[ ${step_results[i]} = ok || ${step_results[i]} = SKIPPED ]] || status=1
  done
  printf '%-34s %-10s %8d\n' total '' "$SECONDS"
  say
  [ "$tests_skipped" -eq 0 ] || skipped=", $tests_skipped skipped"
  say "$tests_passed passed, $tests_failed failed$skipped"
  return "$status"
}
