#!/usr/bin/env bash
# What an environment would take over, as Markdown for a request's comment. Changes nothing.
# Usage: preview.sh ENVIRONMENT. Needs to read the state; for the first environment of a chain the
# tenant's credentials and the stack's secrets provider as well.
# Exit status 0: it is shown, also where the stack will refuse it until the earlier one has it.
# Any other: there is no preview, and the Markdown says why.
set -euo pipefail
environment="$1"
tpa="${TPA:-.venv/bin/tpa}"
said="$(mktemp)"
trap 'rm -f "$said"' EXIT

block() { # TITLE: what was said, in a code block that nothing in it can close
  printf '### %s: %s\n\n``````````\n' "$environment" "$1"
  sed 's/`\{10,\}/`/g' "$said"
  printf '``````````\n'
}

fail() { # EXIT STATUS
  cat "$said" >&2
  block "no preview"
  exit "$1"
}

walk="$("$tpa" environments --json 2> "$said")" || fail "$?"
earlier="$(python3 -c '
import json, sys
rows = {row["environment"]: row for row in json.loads(sys.argv[2])["environments"]}
if sys.argv[1] not in rows:
    sys.exit("there is no environment " + sys.argv[1] + "; one of " + ", ".join(rows))
print(rows[sys.argv[1]]["advances_from"])
' "$environment" "$walk" 2> "$said")" || fail 2

if [ -n "$earlier" ]; then
  # Exit status 1 says that the stack will refuse it until the earlier one has it: no fault here.
  "$tpa" advance "$earlier" "$environment" --markdown 2> "$said" || { [ "$?" = 1 ] || fail 2; }
  cat "$said" >&2
else
  "$tpa" plan -e "$environment" > "$said" 2>&1 || fail "$?"
  block preview
fi
