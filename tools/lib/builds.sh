# shellcheck shell=bash disable=SC2154 # tools/test sources these files together; they share its names
# Steps that build, and steps that run what was built. The presets are those of CMakePresets.json.

# Branches that the tests of a core must walk, in per cent.
declare -A branch_goal=([firmware/core]=100 [gateway/core]=100)

cores=$(nproc)

use_ccache() {
  command -v ccache >/dev/null 2>&1 || return 0
  export CMAKE_C_COMPILER_LAUNCHER=ccache
  # So that a second clone of the project finds what the first one built.
  export CCACHE_BASEDIR=$project_root CCACHE_NOHASHDIR=1
}

# build PRESET [TARGET...]: those, or all
build() {
  local preset=$1 targets=()
  shift

  [ $# -eq 0 ] || targets=(--target "$@")
  cmake --preset "$preset"
  cmake --build --preset "$preset" --parallel "$cores" "${targets[@]}" -- -k 0 # says all that is wrong, not the first of it
}

# Sanitizers lay out memory of their own, which newer kernels' wider address randomization runs into.
with_known_addresses() {
  local bits=0

  [ ! -r /proc/sys/vm/mmap_rnd_bits ] || bits=$(cat /proc/sys/vm/mmap_rnd_bits)
  if [ "$bits" -gt 28 ] && setarch -R true 2>/dev/null; then
    setarch -R "$@"
  else
    "$@"
  fi
}

# run_tests PRESET LABEL [PARALLEL [CTEST-ARGUMENT...]]: the tests of one label, counted. No test at all is a
# failure.
run_tests() {
  local preset=$1 label=$2 parallel=${3:-1} results status=0
  shift "$(($# < 3 ? $# : 3))"

  results=$log_dir/$preset-$label.xml
  rm -f "$results"
  with_known_addresses ctest --preset "$preset" --label-regex "^($label)\$" --parallel "$parallel" \
    --no-tests=error --output-junit "$results" "$@" || status=$?
  [ ! -e "$results" ] || count_tests "$results" >"$log_dir/counts"
  return "$status"
}

# The same under the thread sanitizer, which also reads the programs that a test starts: any report fails.
run_tests_threaded() {
  local reports status=0

  rm -f build/tsan/report.*
  run_tests tsan "$@" || status=$?
  # Not those of a program that a test killed with SIGSEGV: that says nothing of threads.
  mapfile -t reports < <(grep -l 'WARNING: ThreadSanitizer' build/tsan/report.* 2>/dev/null)
  if [ "${#reports[@]}" -gt 0 ]; then
    cat "${reports[@]}"
    fail "the thread sanitizer has ${#reports[@]} reports"
  fi
  return "$status"
}

# "passed failed skipped" of ctest's JUnit file. A test that could not start counts as failed there too.
count_tests() {
  local all passed skipped

  all=$(grep -c '<testcase ' "$1" || true)
  passed=$(grep -c '<testcase .* status="run"' "$1" || true)
  skipped=$(grep -c -e '<testcase .* status="disabled"' -e '<skipped message="SKIP_' "$1" || true)
  printf '%d %d %d\n' "$passed" $((all - passed - skipped)) "$skipped"
}

# Branches of the deciding code that unit and contract tests walk. An assertion's branch to abort() is not
# counted: no test can walk it, for it says what cannot happen.
measure_coverage() {
  local report=$log_dir/coverage.json core goal percent short=''

  find build/coverage -name '*.gcda' -delete
  run_tests coverage 'unit|contract' "$cores"
  gcovr --root . --filter firmware/core/ --filter gateway/core/ -j "$cores" \
    --exclude-branches-by-pattern '.*\bassert\(.*' --json-summary "$report" --txt "${report%.json}.txt" \
    --branches build/coverage
  cat "${report%.json}.txt"
  for core in firmware/core gateway/core; do
    goal=${branch_goal[$core]}
    percent=$(jq --arg core "$core/" '[.files[] | select(.filename | startswith($core))]
      | (map(.branch_covered) | add) * 1000 / (map(.branch_total) | add) | floor / 10' "$report")
    say "-- figure: $core: tests walk $percent % of the branches, the goal is $goal %"
    jq --exit-status --null-input "$percent >= $goal" >/dev/null || short="$short $core"
  done
  [ -z "$short" ] || fail "fewer branches are walked than branch_goal asks:$short"
}

# Every measurement beside its limit, in the short form. A goal that is missed is told and fails nothing: a
# machine that others load is no reason to call the code wrong.
measure() {
  tests/bench/run --no-build | sed --unbuffered 's/^/-- figure: /'
}

# Worlds that a campaign of the CI walks; one seed is one history, so a failure names its own.
world_events=10000000

run_worlds() {
  build/release/tests/sim/rumah-worlds --events "$world_events" --jobs "$cores" --cover
}

# Edges of readers on bad cables; the program ends with what was read, dropped and taken for something else.
reader_edges=100000000

run_readers() {
  build/release/tests/sim/rumah-wiegand-campaign --edges "$reader_edges" | sed 's/^/-- figure: /'
}

# The same seeds must be the same histories whatever compiled them: gcc -O1 with sanitizers, clang, gcc -O2, gcc -O0.
compare_worlds() {
  local preset first=''

  for preset in dev dev-clang release coverage; do
    with_known_addresses "build/$preset/tests/sim/rumah-worlds" --seeds 4 --from 100 --hashes >"$log_dir/worlds-$preset"
    first=${first:-$preset}
    cmp "$log_dir/worlds-$first" "$log_dir/worlds-$preset" || fail "$preset tells another history than $first"
  done
  cat "$log_dir/worlds-$first"
}
