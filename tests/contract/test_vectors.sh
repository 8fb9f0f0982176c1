#!/bin/sh
# The committed vectors are what the code makes today. usage: test_vectors.sh SCHEMAS-FOLDER MAKE-PROGRAM
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$2" "$work"
diff -r "$1/vectors" "$work"
