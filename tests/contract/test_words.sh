#!/bin/sh
# Every enum of the schemas holds exactly the words that the code knows for that member.
# usage: test_words.sh SCHEMAS-FOLDER WORDS-PROGRAM
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$2" | sort >"$work/coded"
[ -z "$(uniq -d "$work/coded")" ] || { echo "words: one word twice in a list" >&2; exit 1; }
for schema in "$1"/messages/*.schema.json; do
	jq -r '.. | objects | .properties? // empty | to_entries[]
		| .key as $key | (.value | .enum? // .items?.enum? // empty) | .[] | "\($key) \(.)"' "$schema" | sort -u >"$work/documented"
	# A schema that has a list has all of it.
	cut -d ' ' -f 1 "$work/documented" | sort -u >"$work/lists"
	[ -s "$work/lists" ] || continue
	sed 's/.*/^& /' "$work/lists" >"$work/patterns"
	grep -f "$work/patterns" "$work/coded" | diff - "$work/documented" || { echo "words: $schema (<: code, >: schema)" >&2; exit 1; }
	cat "$work/lists" >>"$work/seen"
done
cut -d ' ' -f 1 "$work/coded" | sort -u >"$work/all"
sort -u "$work/seen" | diff "$work/all" -
echo "words: $(wc -l <"$work/coded") in $(wc -l <"$work/all") lists"
