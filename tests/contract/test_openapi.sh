#!/bin/sh
# openapi.yaml names exactly the routes that the code has, for exactly the roles that may use them.
# usage: test_openapi.sh SCHEMAS-FOLDER ROUTES-PROGRAM
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

yq . "$1/http/openapi.yaml" >"$work/api.json"
[ "$(jq -r .openapi "$work/api.json")" = 3.1.0 ] || { echo "openapi: not 3.1.0" >&2; exit 1; }

# An {act} stands for one route per word of its list.
jq -r '.paths | to_entries[] | .key as $path | .value | to_entries[] | .key as $method | .value as $route
	| ([$route.parameters[]? | select(.name == "act") | .schema.enum[]] | if . == [] then [""] else . end)[] as $act
	| [($method | ascii_upcase), ($path | sub("\\{act\\}"; $act))] + ($route."x-roles" // ["public"])
	| join(" ")' "$work/api.json" | sort >"$work/documented"
"$2" | sort >"$work/coded"
diff "$work/coded" "$work/documented"

# Whoever must be logged in is said to be; whoever changes something as staff sends the token too.
jq -e '[.paths[] | to_entries[] | select(.value."x-roles") | .key as $method | .value.security[0]
	| has("session") and ($method == "get" or has("csrf"))] | all' "$work/api.json" >/dev/null
# Bodies are closed: what is not written is refused.
jq -e '.components.schemas as $all | [.paths[][] | .requestBody? // empty
	| .content[].schema."$ref" | ltrimstr("#/components/schemas/")
	| $all[.] | (if ."$ref" then $all[."$ref" | ltrimstr("#/components/schemas/")] else . end)
	| .additionalProperties == false] | length > 10 and all' "$work/api.json" >/dev/null
jq -e '. as $api | [.. | objects | ."$ref"? // empty | ltrimstr("#/") | split("/")]
	| all(. as $path | ($api | getpath($path)) != null)' "$work/api.json" >/dev/null
echo "openapi: $(wc -l <"$work/documented") routes, as in the code"
