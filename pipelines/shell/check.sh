#!/usr/bin/env bash
# Checks the files of every environment; needs no tenant, no state and no credentials.
set -euo pipefail
tpa="${TPA:-.venv/bin/tpa}"

names="$("$tpa" environments --json | python3 -c '
import json, sys
print(*(row["environment"] for row in json.load(sys.stdin)["environments"]))
')"

status=0
for name in $names; do
  "$tpa" check --offline -e "$name" || { code=$?; [ "$code" -le "$status" ] || status="$code"; }
done
exit "$status"
