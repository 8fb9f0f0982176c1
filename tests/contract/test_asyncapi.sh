#!/bin/sh
# asyncapi.yaml names exactly the kinds that the code knows, with the same direction, flags and bound.
# usage: test_asyncapi.sh SCHEMAS-FOLDER KINDS-PROGRAM
set -eu
api=$1/messages/asyncapi.yaml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

yq . "$api" >"$work/api.json"
[ "$(jq -r .asyncapi "$work/api.json")" = 3.0.0 ] || { echo "asyncapi: not 3.0.0" >&2; exit 1; }

# The gateway's view: it sends what goes down and receives what comes up.
jq -r '.operations as $operations | .channels | to_entries[] | . as $channel
	| ($operations | to_entries[] | select(.value.channel."$ref" == "#/channels/\($channel.key)") | .value) as $operation
	| [$channel.value.address | split("/") | last]
	+ [if $operation.action == "send" then "down" else "up" end]
	+ [if $operation.bindings.mqtt.retain then "retained" else "passing" end]
	+ [if $channel.value."x-sealed" then "sealed" else "plain" end]
	+ [$channel.value."x-bytes-max"] | join(" ")' "$work/api.json" | sort >"$work/documented"
"$2" | sort >"$work/coded"
diff "$work/coded" "$work/documented"

# Every operation is QoS 1, every address has the same shape, every message points at a schema that is there.
jq -e '[.operations[].bindings.mqtt.qos] | all(. == 1)' "$work/api.json" >/dev/null
jq -e '.channels | to_entries | all(.value.address == "rumah/{site}/{board}/\(.key)")' "$work/api.json" >/dev/null
jq -r '.. | objects | ."$ref"? // empty | select(startswith("#") | not)' "$work/api.json" | sort -u >"$work/files"
while read -r file; do
	[ -f "$1/messages/$file" ] || { echo "asyncapi: $file is not there" >&2; exit 1; }
done <"$work/files"
[ "$(wc -l <"$work/files")" -eq 11 ] # ten kinds and the seal
# And no reference within the document points nowhere.
jq -e '. as $api | [.. | objects | ."$ref"? // empty | select(startswith("#/")) | ltrimstr("#/") | split("/")]
	| all(. as $path | ($api | getpath($path)) != null)' "$work/api.json" >/dev/null
echo "asyncapi: $(wc -l <"$work/documented") kinds, as in the code"
