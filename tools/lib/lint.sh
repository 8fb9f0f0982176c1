# shellcheck shell=bash disable=SC2154 # tools/test sources these files together; they share its names
# Steps that let a tool read the code. What a tool found once is kept, so that a second run is cheap.

our_folders=(schemas firmware gateway tools tests)

# our_files PATTERN...: our files whose names match one of the patterns, sorted.
our_files() {
  local names=() pattern
  for pattern in "$@"; do
    names+=(-o -name "$pattern")
  done
  find "${our_folders[@]}" -name node_modules -prune -o -type f \( "${names[@]:1}" \) -print | sort
}

check_format() {
  our_files '*.c' '*.h' | xargs --no-run-if-empty -P "$cores" -n 20 clang-format --dry-run -Werror
}

check_scripts() {
  local scripts

  mapfile -t scripts < <(
    grep -rlE --exclude-dir=node_modules --exclude-dir=build '^#!.*\b(ba|da)?sh\b|^# shellcheck shell=' \
      .ci "${our_folders[@]}" | while read -r file; do
      if head -n 1 "$file" | grep -qE '^(#!.*\b(ba|da)?sh\b|# shellcheck shell=)'; then
        printf '%s\n' "$file"
      fi
    done
  )
  shellcheck --external-sources "${scripts[@]}"
}

# clang-tidy over every file of ours that dev-clang compiles. A clean file leaves a mark named after the
# digest of all that could change the answer: the tool, its configuration, the command, and the file with
# everything that it includes.
check_tidy() {
  local marks=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/rumah-guru/tidy todo=$log_dir/tidy.todo total

  mkdir -p "$marks"
  find "$marks" -type f -mtime +30 -delete
  tidy_digests build/dev-clang >"$todo.all"
  while read -r digest file; do
    [ -e "$marks/$digest" ] || printf '%s\n%s\n' "$marks/$digest" "$file"
  done <"$todo.all" >"$todo"
  total=$(wc -l <"$todo.all")
  say "-- figure: $total files, of which $((total - $(wc -l <"$todo") / 2)) have not changed since they were found clean"
  # shellcheck disable=SC2016 # the inner shell expands its own arguments
  if ! xargs --arg-file="$todo" --no-run-if-empty -P "$cores" -n 2 bash -c '
    if clang-tidy -p build/dev-clang --quiet "$1" >"$0.out.$$" 2>/dev/null; then
      mv "$0.out.$$" "$0"
    else
      cat "$0.out.$$"
      rm -f "$0.out.$$"
      exit 1
    fi' >"$todo.out"; then
    cat "$todo.out"
    say 'In short:'
    grep -E '^[^ ]+: (error|warning):' "$todo.out" | sort -u
    fail "clang-tidy finds defects"
  fi
}

# Lines of "digest file" for each of our files in the compile database of the build folder $1.
tidy_digests() {
  local salt

  salt=$( (clang-tidy --version; cat .clang-tidy tests/.clang-tidy) | sha256sum)
  ninja -C "$1" -t deps | sed -n "s|^    ||p" | sort -u >"$log_dir/tidy.includes"
  (cd "$1" && xargs --arg-file="$log_dir/tidy.includes" sha256sum) >"$log_dir/tidy.sums"
  jq -r '.[] | [.output, .file, .command] | @tsv' "$1/compile_commands.json" | sort -t $'\t' -k 2,2 -u \
    >"$log_dir/tidy.commands"
  awk -F '\t' -v root="$project_root/" -v salt="$salt" '
    FILENAME == ARGV[1] { sum[substr($0, 67)] = substr($0, 1, 64); next }
    FILENAME == ARGV[2] {
      if (/^    /)
        seen[object] = seen[object] sum[substr($0, 5)]
      else
        object = substr($0, 1, index($0, ":") - 1)
      next
    }
    index($2, root) == 1 && index($2, root "build/") != 1 {
      gsub(root, "", $3)
      printf "%s\t%s\n", substr($2, length(root) + 1), salt $3 seen[$1]
    }' "$log_dir/tidy.sums" <(ninja -C "$1" -t deps) "$log_dir/tidy.commands" |
    while IFS=$'\t' read -r file what; do
      printf '%s %s\n' "$(sha256sum <<<"$what" | cut -c 1-40)" "$file"
    done
}

check_cppcheck() {
  mkdir -p build/cppcheck
  cppcheck --project=build/dev-clang/compile_commands.json --cppcheck-build-dir=build/cppcheck -j "$cores" \
    --enable=warning,performance,portability --inline-suppr --error-exitcode=1 --quiet \
    --library=std --library=tools/lib/cppcheck.cfg --suppressions-list=tools/lib/cppcheck.txt --template=gcc
}
