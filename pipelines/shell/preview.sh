#!/usr/bin/env bash
# What an environment would take over, as Markdown for a request's comment. Changes nothing.
# Usage: preview.sh ENVIRONMENT. Needs to read the state; for the first environment of a chain the
# tenant's credentials and the stack's secrets provider as well.
set -euo pipefail
environment="$1"
tpa="${TPA:-.venv/bin/tpa}"

earlier="$("$tpa" environments --json | python3 -c '
import json, sys
rows = {row["environment"]: row for row in json.load(sys.stdin)["environments"]}
print(rows[sys.argv[1]]["advances_from"])
' "$environment")"

if [ -n "$earlier" ]; then
  # Exit status 1 says that the stack will refuse it until the earlier one has it: no fault here.
  "$tpa" advance "$earlier" "$environment" --markdown || [ "$?" = 1 ]
else
  printf '### %s: preview\n\n``````````\n' "$environment"
  "$tpa" plan -e "$environment"
  printf '``````````\n'
fi
