#!/bin/bash
# Every kind of answer of the real gateway is as schemas/http/openapi.yaml says, the refusals too.
# usage: http_answers.sh RUMAH-GATEWAY SCHEMAS-FOLDER
set -euo pipefail
gateway=$1 schemas=$2
work=$(mktemp -d /tmp/rumah-test-answers-XXXXXX)
pid=
finish() {
  [[ -z $pid ]] || { kill "$pid" && wait "$pid"; } || true
  rm -rf "$work"
}
trap finish EXIT

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
base=http://127.0.0.1:$port
cat >"$work/gateway.ini" <<END
[gateway]
site = home
database = $work/gateway.db
keys = $work/keys
[http]
port = $port
[codes]
argon_mem_kib = 8
argon_passes = 1
END
"$gateway" --config "$work/gateway.ini" --init >/dev/null
password=$("$gateway" --config "$work/gateway.ini" --staff ani --role manager | sed 's/.* //')
"$gateway" --config "$work/gateway.ini" 2>"$work/log" &
pid=$!
for _ in $(seq 100); do
  curl -sf "$base/api/health" >/dev/null && break
  sleep 0.1
done

# ask SCHEMA STATUS METHOD PATH [BODY [HEADER...]]: one request; its answer is kept to be held against SCHEMA ("": none).
count=0
ask() {
  local schema=$1 status=$2 method=$3 path=$4 body=${5-} got headers=()
  shift $(($# < 5 ? $# : 5))
  for header in "$@"; do headers+=(-H "$header"); done
  [[ -z $body ]] || headers+=(-H 'Content-Type: application/json' --data-binary "$body")
  [[ -z ${csrf-} ]] || headers+=(-H "X-CSRF-Token: $csrf")
  count=$((count + 1))
  answer=$work/answer-$count.json
  got=$(curl -s -m 10 -o "$answer" -w '%{http_code}' -b "$work/jar" -c "$work/jar" -X "$method" "${headers[@]}" "$base$path")
  [[ $got == "$status" ]] || { echo "$method $path: $got instead of $status: $(cat "$answer")"; exit 1; }
  [[ -z $schema ]] || printf '%s %s\n' "$schema" "$answer" >>"$work/kept"
}
member() { jq -r "$1" "$answer"; }

ask Health 200 GET /api/health
ask Units 200 GET /api/units
ask Problem 404 GET /api/nothing
ask Problem 405 DELETE /api/units
ask Problem 401 GET /api/doors
ask Problem 401 GET /api/link
ask Problem 401 POST /api/session '{"name":"ani","password":"wrong"}'
ask Problem 422 POST /api/session '{"name":"ani"}'
ask Problem 400 POST /api/session '{'
ask Session 200 POST /api/session "{\"name\":\"ani\",\"password\":\"$password\"}"
csrf=$(member .csrf)
ask Session 200 GET /api/session

ask '' 204 POST /api/units '{"id":"asrama","name":"Asrama","kind":"dorm","capacity":4}'
ask '' 204 POST /api/units '{"id":"kasur-1","parent":"asrama","name":"Tempat tidur 1","kind":"bed","capacity":1,"before_min":30,"after_min":15}'
ask Problem 422 POST /api/units '{"id":"Kasur 2","name":"2","kind":"bed","capacity":1}'
key=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
agree=hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=
ask '' 204 POST /api/boards "{\"id\":\"gerbang\",\"name\":\"Gerbang\",\"sign\":\"$key\",\"agree\":\"$agree\",\"units\":[\"asrama\"]}"
ask Problem 422 POST /api/boards "{\"id\":\"dua\",\"name\":\"Dua\",\"sign\":\"short\",\"agree\":\"$agree\",\"units\":[\"asrama\"]}"
ask Units 200 GET /api/units
ask Doors 200 GET /api/doors
ask '' 204 POST /api/units/kasur-1/edit '{"description":"Dekat jendela","before_min":15,"keeps_hours":true}'
ask Problem 404 POST /api/units/kasur-9/edit '{"name":"x"}'
ask Problem 422 POST /api/units/kasur-1/edit '{"capacity":0}'
ask '' 204 POST /api/units/asrama/hours '{"weekly":[{"days":127,"from_min":0,"to_min":1440}]}'
ask Problem 422 POST /api/units/asrama/hours '{"weekly":[{"days":0,"from_min":0,"to_min":1440}]}'
ask Problem 409 POST /api/units/asrama/remove '{"reason":"x"}'
ask '' 204 POST /api/units '{"id":"gudang","name":"Gudang","kind":"room","capacity":1,"description":"Di belakang"}'
ask '' 204 POST /api/units/gudang/remove '{"reason":"dibongkar"}'
ask Units 200 GET /api/units
[[ $(member '.units | length') == 2 && $(member '.units[1].hours | length') == 1 ]] || { echo 'the units are not as they were changed'; exit 1; }
later=$((($(date +%s) + 864000) * 1000))
ask '' 204 POST /api/holidays "{\"from_ms\":$later,\"until_ms\":$((later + 86400000)),\"name\":\"Libur\"}"
ask Holidays 200 GET /api/holidays
ask ClosureMade 201 POST /api/units/kasur-1/close "{\"from_ms\":$((later + 86400000)),\"until_ms\":$((later + 172800000)),\"reason\":\"cat\"}"
closure=$(member .id)
ask Closures 200 GET /api/closures
ask Busy 200 GET "/api/units/asrama/busy?from=$later&until=$((later + 172800000))"
[[ $(member '.busy[0].kind') == closed ]] || { echo 'a closed bed leaves the house open'; exit 1; }
ask Problem 422 GET '/api/units/asrama/busy?from=5'
ask Problem 404 GET '/api/units/nirwana/busy?from=5&until=6'
bed='"unit":"kasur-1","activity":"x","kind":"menginap","heads":1,"occupants":[{"name":"Sari","phone":"081234567890"}]'
ask Problem 422 POST /api/requests "{$bed,\"from_ms\":$later,\"until_ms\":$((later + 3600000))}" # a holiday
ask Problem 409 POST /api/requests "{$bed,\"from_ms\":$((later + 86400000)),\"until_ms\":$((later + 90000000))}" # closed
ask '' 204 POST "/api/holidays/$later/remove" '{}'
ask Problem 404 POST "/api/holidays/$later/remove" '{}'
ask '' 204 POST "/api/closures/$closure/end" '{"reason":"selesai"}'
ask Problem 404 POST "/api/closures/$closure/end" '{"reason":"selesai"}'
ask '' 204 POST /api/boards/gerbang/move '{"name":"Gerbang depan","units":["asrama","kasur-1"],"reason":"pindah"}'
ask Problem 422 POST /api/boards/gerbang/move '{"units":["nirwana"],"reason":"pindah"}'
ask Problem 404 POST /api/boards/nirwana/move '{"units":["asrama"],"reason":"pindah"}'

from=$((($(date +%s) + 3600) * 1000)) until=$((($(date +%s) + 10800) * 1000))
person='{"name":"Sari Wulandari","phone":"081234567890"}'
request="{\"unit\":\"kasur-1\",\"activity\":\"Menginap\",\"kind\":\"menginap\",\"from_ms\":$from,\"until_ms\":$until,\"heads\":1,\"occupants\":[$person]"
ask Receipt 201 POST /api/requests "$request,\"organisation\":\"PGRI\",\"email\":\"sari@example.org\",\"letter\":\"Dengan hormat\"}"
number=$(member .number) link=$(member .link)
ask Receipt 201 POST /api/requests "$request}"
rival=$(member .number)
full="$request,\"applicant\":\"organisasi\",\"organisation\":\"PGRI\",\"programme\":\"stem\",\"accessibility\":\"kursi roda\",\"equipment\":\"proyektor\",\"women\":1,\"men\":0,\"nip\":\"198003152005012005\",\"nuptk\":\"4145743644200013\",\"letter_way\":\"made\",\"position\":\"Guru\",\"address\":\"Jalan Merdeka 1\",\"place\":\"Bandung\",\"reference\":\"421/1\""
ask Receipt 201 POST /api/requests "$full,\"website\":\"\"}"
whole=$(member .number) whole_link=$(member .link)
ask RequestWhole 200 GET "/api/requests/$whole"
[[ $(member .nip) == 1980…005 ]] || { echo 'the NIP is not masked'; exit 1; }
ask LinkView 200 GET /api/link '' "Authorization: Bearer $whole_link"
ask Problem 422 POST /api/requests "$full,\"website\":\"http://spam.example\"}"
ask Problem 422 POST /api/requests "${full/4145743644200013/3174051203900002}}"
[[ $(member .code) == nik_refused ]] || { echo 'a NIK is taken'; exit 1; }
ask Problem 422 POST /api/requests "${full/kursi roda/KTP 3174 0512 0390 0002}}"
ask Problem 422 POST /api/requests "${full/stem/sulap}}"
ask Choices 200 GET /api/choices
ask '' 204 POST /api/choices '{"list":"programme","id":"sulap","name":"Sulap","name_en":"Magic","position":9}'
ask Receipt 201 POST /api/requests "${full/stem/sulap}}"
ask '' 204 POST /api/choices '{"list":"programme","id":"sulap","name":"Sulap","name_en":"Magic","is_active":false}'
ask Problem 422 POST /api/requests "${full/stem/sulap}}"
ask Problem 422 POST /api/choices '{"list":"tricks","id":"sulap","name":"Sulap","name_en":"Magic"}'
ask Problem 422 POST /api/requests "$request,\"untill_ms\":1}"
ask Requests 200 GET /api/requests
ask Requests 200 GET '/api/requests?state=diajukan'
ask Problem 422 GET '/api/requests?state=lost'
ask RequestWhole 200 GET "/api/requests/$number"
ask Problem 404 GET /api/requests/RG-0000-00
ask LinkView 200 GET /api/link '' "Authorization: Bearer $link"


# The letter: as a file, looked at, kept, handed out to staff as it came.
send() { # send STATUS FILE [FIELD]: hands a file in
  local got
  answer=$work/answer-letter.json
  got=$(curl -s -m 20 -o "$answer" -w '%{http_code}' -H "Authorization: Bearer $link" -F "${3-letter}=@$2" "$base/api/link/letter")
  [[ $got == "$1" ]] || { echo "letter $2: $got instead of $1: $(cat "$answer")"; exit 1; }
}
printf '%%PDF-1.7\nsurat permohonan\n' >"$work/surat.pdf"
{ printf '\377\330\377\340' && head -c 3000000 /dev/urandom; } >"$work/surat.jpg"
{ printf '%%PDF-' && head -c 5242880 /dev/urandom; } >"$work/big.pdf"
printf '<script>alert(1)</script>' >"$work/page.pdf"
ask Problem 404 GET "/api/requests/$number/letter"
send 204 "$work/surat.pdf"
send 204 "$work/surat.jpg"
send 413 "$work/big.pdf"
send 422 "$work/page.pdf"
: >"$work/empty.pdf"
send 422 "$work/empty.pdf"
send 400 "$work/surat.pdf" website
ask Problem 415 POST /api/link/letter '{}' "Authorization: Bearer $link"
ask LinkView 200 GET /api/link '' "Authorization: Bearer $link"
[[ $(member .surat.type) == jpeg ]] || { echo 'the link does not show the letter'; exit 1; }
curl -s -m 20 -b "$work/jar" -D "$work/head" -o "$work/back.jpg" "$base/api/requests/$number/letter"
cmp "$work/surat.jpg" "$work/back.jpg"
grep -qi '^content-type: image/jpeg' "$work/head" && grep -qi '^x-content-type-options: nosniff' "$work/head" &&
  grep -qi "^content-disposition: attachment; filename=\"$number-surat.jpeg\"" "$work/head"
[[ $(find "$work/letters" -type f -perm 600 | wc -l) == 2 && $(find "$work/letters" -name 'new-*' | wc -l) == 0 ]] ||
  { echo 'the folder of letters:'; ls -l "$work/letters"; exit 1; }

ask '' 204 POST "/api/requests/$number/needs" '{"reason":"Surat belum ada"}'
ask LinkView 200 GET /api/link '' "Authorization: Bearer $link"
ask '' 204 POST /api/link/complete '{}' "Authorization: Bearer $link"
ask '' 204 POST "/api/requests/$number/approve" '{}'
ask Problem 409 POST "/api/requests/$rival/approve" '{}'
ask RequestWhole 200 GET "/api/requests/$number"
ask RequestWhole 200 GET "/api/requests/$rival"
ask LinkView 200 GET /api/link '' "Authorization: Bearer $link"
[[ $(member '.codes | length') == 1 ]] || { echo 'the link shows no code'; exit 1; }
ask '' 204 POST "/api/requests/$number/occupants" '{"name":"Budi"}'
ask '' 204 POST "/api/requests/$number/occupants/2/recode" '{}'
ask LinkTold 200 POST "/api/requests/$number/occupants/1/relink" '{"reason":"ponsel hilang"}'
old_link=$link link=$(member .link)
ask Problem 404 GET /api/link '' "Authorization: Bearer $old_link"
ask LinkView 200 GET /api/link '' "Authorization: Bearer $link"
[[ $(member '.codes | length') == 1 ]] || { echo 'the new link shows no code'; exit 1; }
ask Problem 422 POST "/api/requests/$number/occupants/1/relink" '{}'
ask '' 204 POST "/api/requests/$number/occupants/2/revoke" '{"reason":"pulang"}'
ask LinkView 200 GET /api/link '' "Authorization: Bearer $link"
ask Problem 404 POST "/api/requests/$number/occupants/9/revoke" '{"reason":"x"}'
# Calendars: by the link, for anybody, for staff with a token.
calendar() { # calendar PATH [HEADER]: fetches one, and looks at its ends of lines
  curl -sf -m 10 -o "$work/rumah.ics" -D "$work/head" ${2:+-H "$2"} "$base$1"
  if ! grep -qi '^content-type: text/calendar' "$work/head" || ! head -n 1 "$work/rumah.ics" | grep -q $'^BEGIN:VCALENDAR\r$' ||
    ! tail -n 1 "$work/rumah.ics" | grep -q $'^END:VCALENDAR\r$'; then
    echo "calendar $1"; cat "$work/rumah.ics"; exit 1
  fi
}
calendar /api/link/rumah.ics "Authorization: Bearer $link"
grep -q "^UID:$number@home" "$work/rumah.ics"
calendar /api/units/asrama/busy.ics
[[ $(grep -c ^BEGIN:VEVENT "$work/rumah.ics") == 1 ]] && ! grep -q -e "$number" -e PGRI "$work/rumah.ics"
ask FeedToken 200 POST /api/feed '{}'
feed=$(member .token)
calendar "/api/feed/$feed/rumah.ics"
grep -q "^DESCRIPTION:$number" "$work/rumah.ics" && ! grep -q Sari "$work/rumah.ics"
ask '' 204 POST /api/feed/end '{}'
ask Problem 404 GET "/api/feed/$feed/rumah.ics"
ask Problem 404 GET /api/units/nirwana/busy.ics

ask '' 204 POST /api/link/problem '{"kind":"ac","text":"AC tidak dingin"}' "Authorization: Bearer $link"
ask Problem 422 POST /api/link/problem '{"kind":"meteor","text":"x"}' "Authorization: Bearer $link"
ask Problems 200 GET /api/problems
ask '' 204 POST /api/problems/1/close '{"reason":"filter dibersihkan"}'
ask Problem 404 POST /api/problems/1/close '{"reason":"x"}'
ask Problems 200 GET /api/problems
ask Slots 200 GET "/api/requests/$rival/suggestions"
[[ $(member '.slots | length') == 3 ]] || { echo 'three slots are not suggested'; exit 1; }
ask Problem 422 POST "/api/requests/$rival/refuse" '{"reason":"penuh","refusal":"sulap"}'
ask '' 204 POST "/api/requests/$rival/refuse" '{"reason":"penuh","refusal":"unit_terisi"}'
ask Views 200 GET "/api/requests/$number/views"
ask Views 200 GET /api/link/views '' "Authorization: Bearer $link"
[[ $(member '.views[0].role') == manager && $(member '.views[0].who') == null ]] || { echo 'the teacher does not see who looked'; exit 1; }
ask Audit 200 GET '/api/audit?limit=5'
ask Retention 200 GET /api/retention
ask '' 200 GET '/api/audit.csv?limit=3'
[[ $(wc -l <"$answer") == 4 && $(head -n 1 "$answer") == id,at_ms,who,role,what,subject,detail* ]] || { echo 'the audit is no CSV'; exit 1; }
ask Figures 200 GET /api/figures
[[ $(member .answered) -gt 0 ]] || { echo 'nothing was answered'; exit 1; }
ask Problem 422 GET '/api/figures?from=5&until=4'
ask '' 204 POST /api/retention '{"kind":"people","days":180,"reason":"aturan baru"}'
ask Problem 422 POST /api/retention '{"kind":"audit","days":180,"reason":"x"}'
ask Audit 200 GET "/api/audit?subject=$number&what=read_request"
[[ $(member '.audit | length') -gt 0 ]] || { echo 'reading is not written down'; exit 1; }
ask Problem 422 GET '/api/audit?limit=9999'
ask '' 204 POST "/api/requests/$number/extend" "{\"until_ms\":$((until + 1800000))}"
ask Problem 422 POST "/api/requests/$number/extend" '{}'

ask '' 204 POST /api/doors/gerbang/mode '{"mode":"closed","reason":"libur"}'
ask Problem 422 POST /api/doors/gerbang/mode '{"mode":"hold_open","reason":"kursi"}'
ask Problem 409 POST /api/doors/gerbang/action '{"what":"unlock","why":"test"}'
ask Problem 404 POST /api/doors/nirwana/action '{"what":"unlock","why":"test"}'
ask StandingReceipt 201 POST /api/standing "{\"name\":\"Petugas\",\"boards\":[\"gerbang\"],\"from_ms\":$from,\"until_ms\":$((from + 86400000)),\"weekly\":[{\"days\":31,\"from_min\":360,\"to_min\":960}]}"
standing=$(member .id) standing_link=$(member .link)
ask LinkView 200 GET /api/link '' "Authorization: Bearer $standing_link"
ask LinkTold 200 POST "/api/standing/$standing/relink" '{"reason":"hilang"}'
ask Problem 404 GET /api/link '' "Authorization: Bearer $standing_link"
ask LinkTold 200 POST "/api/standing/$standing/relink" '{"reason":"hilang lagi"}'
standing_link=$(member .link)
ask '' 204 POST "/api/standing/$standing/card" '{"layout":"26","facility":118,"number":1603}'
ask Problem 409 POST "/api/standing/$standing/card" '{"layout":"26","facility":118,"number":1604}'
ask Problem 422 POST "/api/standing/$standing/card" '{"layout":"26","facility":256,"number":1}'
ask Problem 422 POST "/api/standing/$standing/card" '{"layout":"35","number":1}'
ask Problem 404 POST "/api/standing/0123456789abcdef/card" '{"layout":"32","number":1}'
ask '' 204 POST "/api/standing/$standing/card/remove" '{"reason":"hilang"}'
ask Problem 404 POST "/api/standing/$standing/card/remove" '{"reason":"hilang"}'
ask '' 204 POST "/api/standing/$standing/revoke" '{"reason":"selesai"}'
ask LinkView 200 GET /api/link '' "Authorization: Bearer $standing_link"
ask Doors 200 GET /api/doors
ask Events 200 GET '/api/events?limit=10&board=gerbang'
ask Events 200 GET '/api/events?before=5'
ask Alarms 200 GET /api/alarms
ask Problem 404 POST /api/alarms/1/ack '{}'
ask '' 204 POST /api/staff '{"name":"budi","role":"guard","password":"twelve letters"}'
ask Problem 422 POST /api/staff '{"name":"budi","role":"king","password":"twelve letters"}'
ask Problem 422 POST /api/staff '{"name":"budi","role":"guard","password":"short"}'
ask Accounts 200 GET /api/staff
ask '' 204 POST /api/staff/budi/disable '{"reason":"pindah tugas"}'
ask '' 204 POST /api/staff/budi/enable '{"reason":"kembali"}'
ask Problem 409 POST /api/staff/ani/disable '{"reason":"x"}'
ask Problem 404 POST /api/staff/cici/enable '{"reason":"x"}'
ask PasswordOnce 200 POST /api/staff/budi/reset '{"reason":"lupa"}'
once=$(member .password)
# budi: with the one-time password as far as choosing another, and no further.
mv "$work/jar" "$work/jar-ani" && ani=$csrf && csrf=
ask Session 200 POST /api/session "{\"name\":\"budi\",\"password\":\"$once\"}"
csrf=$(member .csrf)
[[ $(member .must_change) == true ]] || { echo 'a one-time password is as good as any'; exit 1; }
ask Problem 403 GET /api/doors
ask Problem 422 POST /api/session/password '{"new_password":"short"}'
ask '' 204 POST /api/session/password '{"new_password":"another twelve letters"}'
ask Session 200 GET /api/session
ask Doors 200 GET /api/doors
ask Problem 422 POST /api/session/password '{"password":"wrong","new_password":"once more twelve"}'
ask '' 204 POST /api/session/password '{"password":"another twelve letters","new_password":"once more twelve"}'
ask '' 204 DELETE /api/session
csrf=
ask Problem 401 POST /api/session "{\"name\":\"budi\",\"password\":\"$once\"}"
mv "$work/jar-ani" "$work/jar" && csrf=$ani

# The stream: its first event is a picture.
curl -s -N -m 1 -b "$work/jar" "$base/api/live" >"$work/stream" || true
grep -m 1 '^event: ' "$work/stream" | grep -q picture
sed -n 's/^data: //p' "$work/stream" | head -n 1 >"$work/picture.json"
echo "Picture $work/picture.json" >>"$work/kept"

ask '' 204 POST "/api/requests/$number/cancel" '{"reason":"sakit"}'
ask LinkView 200 GET /api/link '' "Authorization: Bearer $link"
ask Problem 409 POST "/api/requests/$number/approve" '{}'
ask '' 204 DELETE /api/session
csrf=
ask Problem 401 GET /api/session

yq . "$schemas/http/openapi.yaml" >"$work/api.json"
while read -r schema; do
  jq --arg name "$schema" '{"$schema": "https://json-schema.org/draft/2020-12/schema",
    "$ref": "#/components/schemas/\($name)", components}' "$work/api.json" >"$work/schema-$schema.json"
  mapfile -t files < <(sed -n "s/^$schema //p" "$work/kept")
  python3 -W ignore -m jsonschema "${files[@]/#/--instance=}" "$work/schema-$schema.json" ||
    { echo "not as $schema says:"; cat "${files[@]}"; exit 1; }
done < <(cut -d ' ' -f 1 "$work/kept" | sort -u)

# Nothing of a secret may stand in the log.
if grep -qF -e "$link" -e "$old_link" -e "$password" -e "Sari" -e "twelve letters" -e "$once" -e "$feed" "$work/log"; then
  echo 'the log tells a secret or a name'; exit 1
fi
echo "http answers: $(wc -l <"$work/kept") of $(cut -d ' ' -f 1 "$work/kept" | sort -u | wc -l) kinds, as documented"
