#!/bin/sh
# Schemas, samples and code agree: an independent JSON Schema validator judges every sample and what our encoders
# write. usage: test_schemas.sh SCHEMAS-FOLDER SPEAK-PROGRAM [SEED]
set -eu

messages=$1/messages
speak=$2
seed=${3:-1}
python=/usr/bin/python3 # Debian's, which has Debian's python3-jsonschema
spoken_each=40
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail()
{
	echo "contract: $*" >&2
	exit 1
}

# Prints, sorted, those of the named files that the schema refuses. The validator answers 1 for any refusal; it also
# checks the schema itself against its metaschema first, and says so in other words.
refused_by()
{
	schema=$1
	shift
	for file; do
		set -- "$@" -i "$file"
		shift
	done
	"$python" -W ignore -m jsonschema -F '{file_name}
' "$@" "$schema" >"$work/out" 2>"$work/refused" || [ $? -eq 1 ] || fail "$schema: the validator broke: $(cat "$work/refused")"
	! grep -v "^/" "$work/refused" >&2 || fail "$schema: not a schema, or a sample that is no JSON"
	sort -u "$work/refused"
}

mkdir "$work/spoken"
"$speak" "$work/spoken" $spoken_each "$seed" || fail "what we encode does not survive (seed $seed)"

count=0
for schema in "$messages"/*.schema.json; do
	kind=$(basename "$schema" .schema.json)
	[ "$(jq -r '."$schema"' "$schema")" = https://json-schema.org/draft/2020-12/schema ] || fail "$kind: not 2020-12"
	[ "$(jq -r '."$id"' "$schema")" = "urn:rumah-guru:message:1:$kind" ] || fail "$kind: \$id"
	[ "$(jq '[.. | objects | select((.type | type) == "string" or (.enum | type) == "array") | select(has("description") | not)] | length' "$schema")" = 0 ] ||
		fail "$kind: a member without a description"

	case $kind in
	seal) spoken="$work/spoken/[!l]*.json" ;; # all but link, which has none
	*) spoken="$work/spoken/$kind-*.json" ;;
	esac
	# All samples at once; what only code can refuse, a schema accepts: else the sample belongs to refused/.
	# shellcheck disable=SC2086 # a pattern of our own, without spaces
	refused_by "$schema" $spoken "$messages/samples/$kind"/*/*.json >"$work/answer"
	find "$messages/samples/$kind/refused" -name '*.json' | sort -u >"$work/expected"
	diff "$work/expected" "$work/answer" >&2 || fail "$kind: the schema refuses other samples than it should (<: should, >: does)"
	count=$((count + 1))
done
[ $count -eq 11 ] || fail "$count schemas: ten kinds and the seal have one each"
echo "contract: $count schemas, $(find "$messages/samples" -name '*.json' | wc -l) samples, $((spoken_each * 10)) messages of ours (seed $seed)"
