# shellcheck shell=bash disable=SC2154 # tools/test sources these files together; they share its names
# Steps that hold the house's own rules: calls that nobody makes, includes that point one way, and programs
# that are hardened. A rule is a row; a finding names the file, the line and the rule.

# Calls that no line of ours makes: the first run a shell or break a bound, the last draw numbers that can be
# guessed or take stack nobody counted.
forbidden_everywhere='system|popen|strcpy|strcat|sprintf|vsprintf|gets|rand|srand|drand48|lrand48|alloca'
# The cores get their time as a value and keep no other tie to the world.
forbidden_in_cores='time|clock|clock_gettime|gettimeofday|localtime(_r)?|gmtime(_r)?|mktime|getenv|fopen|open|socket|printf|fprintf'

check_calls() {
  local found

  found=$(
    set +o errexit # grep says 1 where there is nothing to say
    our_files '*.c' '*.h' | calls_of "$forbidden_everywhere"
    our_files '*.c' '*.h' | grep -E '^(firmware|gateway)/core/' | calls_of "$forbidden_in_cores"
  )
  [ -z "$found" ] || { say "$found"; fail "calls that this project does not make"; }
}

# calls_of NAMES: where the files on stdin call one of NAMES, in code and not in a comment or a string.
calls_of() {
  local call="(^|[^_[:alnum:].>\"])($1)[[:space:]]*\\(" file

  xargs --no-run-if-empty grep -lE "$call" | while read -r file; do
    strip_comments "$file" | grep -nE "$call" | sed "s|^|$file:|" || true
  done
}

# Blanks the comments and the string literals of a C file and keeps its line numbers.
strip_comments() {
  awk '
    {
      out = ""
      for (i = 1; i <= length($0); i++) {
        c = substr($0, i, 1); two = substr($0, i, 2)
        if (inside) { if (two == "*/") { inside = 0; i++ } }
        else if (quote != "") { if (c == "\\") i++; else if (c == quote) quote = "" }
        else if (two == "/*") { inside = 1; i++ }
        else if (two == "//") break
        else if (c == "\"" || c == "\047") quote = c
        else out = out c
      }
      quote = ""
      print out
    }' "$1"
}

# Who may not include what, and why: a file's path and what stands between the marks of its #include, both as
# Perl's regular expressions, the first matched from the start, the second whole.
include_rules() {
  cat <<'END'
(firmware|gateway)/core/ => (uv|sqlite3|mosquitto|microhttpd|gpiod|time|stdio|unistd|pthread|sys/.*)\.h => a core decides and touches nothing
firmware/core/ => (gateway|firmware/(edge|door|link))/.* => arrows point from the edges to the core
gateway/core/ => (firmware|gateway/(store|service|link|http|wifi))/.* => arrows point from the edges to the core
schemas/ => (firmware|gateway)/.*|(uv|mosquitto|microhttpd|gpiod)\.h => the contract leans on nobody
firmware/edge/ => firmware/(door|link)/.* => arrows point from the programs to what they share
firmware/ => gateway/.* => the board knows the centre by its messages alone
gateway/ => firmware/.* => the centre knows the boards by their messages alone
(schemas|firmware|gateway)/ => (tests|tools)/.* => what is installed leans on no tool and no test
firmware/door/ => mosquitto\.h|(curl|netinet|arpa)/.*|netdb\.h => the door has no network
firmware/link/ => (sqlite3|sodium)\.h|firmware/core/.* => the link has no keys and no memory
gateway/(core|service|link|http)/ => sqlite3\.h => no SQL outside gateway/store
gateway/(core|store|service|http)/ => mosquitto\.h => MQTT is the business of gateway/link
gateway/(core|store|service|link)/ => microhttpd\.h => HTTP is the business of gateway/http
(?!firmware/door/gpio_lines_v) => gpiod\.h => pins are the business of firmware/door/gpio_lines_v*.c
END
}

check_arrows() {
  local rule path what why broken=0 found

  our_files '*.c' '*.h' |
    xargs --no-run-if-empty grep -noE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"][^>"]+' /dev/null |
    sed -E 's/#[[:space:]]*include[[:space:]]*[<"]//; s/[[:space:]]//g' >"$log_dir/includes" # file:line:name
  while read -r rule; do
    path=${rule%% => *} why=${rule##* => }
    what=${rule#* => } what=${what% => *}
    if found=$(grep -P "^(?:$path)[^:]*:\d+:(?:$what)\$" "$log_dir/includes"); then
      say "$why:" "$found"
      broken=1
    fi
  done < <(include_rules)
  [ "$broken" -eq 0 ] || fail "includes that point the wrong way"
}

# The same by what the compiler really read: no library may come into a core through one of our own headers.
check_core_alone() {
  local reached

  reached=$(ninja -C build/dev-clang -t deps | awk '
    !/^    / { object = $1 }
    /^    / && object ~ /^(firmware|gateway)\/core\// && /\/(uv|sqlite3|mosquitto|microhttpd|gpiod)\.h$/ { print object $1 }')
  [ -z "$reached" ] || { say "$reached"; fail "a core reaches a library through our own headers"; }
}

# What the release build must show, program by program, as its own ELF says it.
check_hardened() {
  local program programs=() weak=0 missing

  mapfile -t programs < <(find build/release -path '*/CMakeFiles' -prune -o -path build/release/tests -prune -o \
    -path build/release/stage -prune -o -type f -executable -print)
  for program in "${programs[@]}"; do
    readelf --file-header "$program" >/dev/null 2>&1 || continue
    missing=$(unhardened "$program")
    say "$program: ${missing:-PIE, RELRO, BIND_NOW, NX stack, stack protector, FORTIFY}"
    [ -z "$missing" ] || weak=$((weak + 1))
  done
  [ "${#programs[@]}" -gt 0 ] || fail "build/release holds no program"
  [ "$weak" -eq 0 ] || fail "$weak programs are not hardened"
}

# Names what the ELF file $1 lacks; nothing when it has all.
unhardened() {
  local headers symbols

  headers=$(readelf --wide --file-header --program-headers --dynamic "$1")
  symbols=$(readelf --wide --dyn-syms "$1")
  grep -qE 'Type:[[:space:]]+DYN' <<<"$headers" || printf ' no-PIE'
  grep -q GNU_RELRO <<<"$headers" || printf ' no-RELRO'
  grep -qE 'BIND_NOW|FLAGS_1.*NOW' <<<"$headers" || printf ' no-BIND_NOW'
  grep -E 'GNU_STACK' <<<"$headers" | grep -q 'RW ' || printf ' executable-stack'
  ! grep -qE '\((RPATH|RUNPATH)\)' <<<"$headers" || printf ' RPATH'
  grep -q '__stack_chk_fail' <<<"$symbols" || printf ' no-stack-protector'
  grep -E '__[a-z]+_chk\b' <<<"$symbols" | grep -qv __stack_chk || printf ' no-FORTIFY'
}

# What `cmake --install` puts where, under a folder of its own.
check_install() {
  rm -rf build/release/stage
  DESTDIR=$project_root/build/release/stage cmake --install build/release --strip
  find build/release/stage -type f -printf '%M %8s /%P\n'
}
