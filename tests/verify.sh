#!/bin/sh
# Checks the chain of one run's journal with nothing but a POSIX shell and sha256sum (or shasum).
#
#   tests/verify.sh JOURNAL [HEAD]
#
# JOURNAL is .../runs/YYYY/MM/DD/RUN/journal.jsonl; the run's id is its folder's name. With HEAD, the
# journal must end with that hash: the "head" of the run's last line in ledger.jsonl.
#
# A line is one JSON object ending ,"hash":"<64 hex>"}. What stands before that is its body, and
#   hash = SHA-256("midwatch-journal-v1\n", the hash of the line before, the body)
# where the line before the first has SHA-256("midwatch-journal-v1\n", the run's id).
set -u
LC_ALL=C
export LC_ALL

journal=$1
run=$(basename "$(dirname "$journal")")
sum() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1; }

hash=$(printf 'midwatch-journal-v1\n%s' "$run" | sum)
number=0
while IFS= read -r line; do
    number=$((number + 1))
    body=${line%,\"hash\":\"*}
    hash=$(printf 'midwatch-journal-v1\n%s%s' "$hash" "$body" | sum)
    if [ "$line" != "$body,\"hash\":\"$hash\"}" ]; then
        echo "$journal:$number: does not verify"
        exit 1
    fi
done <"$journal"
if [ -n "$(tail -c 1 "$journal")" ]; then
    echo "$journal:$((number + 1)): is cut short"
    exit 1
fi
if [ $# -gt 1 ] && [ "$hash" != "$2" ]; then
    echo "$journal: ends with $hash, not with $2"
    exit 1
fi
echo "$number records, head $hash"
