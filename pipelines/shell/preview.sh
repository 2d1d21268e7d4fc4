#!/usr/bin/env bash
# What an environment would change, as Markdown for a request's comment. Changes nothing.
# Usage: preview.sh ENVIRONMENT FILE [BYTES]: what is longer is cut, and names TPA_PLAN_LINK. Needs
# the tenant's credentials, to read, and the state. FILE with .txt for .md has the whole as text.
# Exit status 0: it is shown, also where it waits for an earlier environment. Any other: something
# is wrong, and the file says what.
set -euo pipefail
PATH="$PATH:$PWD/.venv/bin"
environment="$1" file="$2" limit="${3:-65000}"
said="$(mktemp)"
trap 'rm -f "$said"' EXIT
source "$(dirname "$0")/section.sh"

answer="$(tpa environments --json 2> "$said")" || fail "no answer" "$?"
earlier="$(python3 -c '
import json, sys
rows = {row["environment"]: row for row in json.loads(sys.argv[2])["environments"]}
if sys.argv[1] not in rows:
    sys.exit("there is no environment " + sys.argv[1] + "; one of " + ", ".join(rows))
print(rows[sys.argv[1]]["advances_from"])
' "$environment" "$answer" 2> "$said")" || fail "no answer" 2

code=0
tpa check -e "$environment" > "$said" 2>&1 || code=$?
case "$code" in
  0) ;;
  1) fail refused 1 ;;
  *) fail "no answer" "$code" ;; # a tenant that can't be read
esac
if [ -n "$earlier" ]; then
  tpa advance "$earlier" "$environment" --markdown > "$file" 2> "$said" || code=$?
  cat "$said" >&2
  case "$code" in
    0) ;;                          # it can be planned
    3) exit 0 ;;                   # it waits, as an ordinary change does until it is merged
    1) exit 1 ;;                   # waiting won't help, and the file says why
    *) fail "no answer" "$code" ;; # a state that can't be read
  esac
fi
: > "$file"
tpa plan -e "$environment" --markdown "$file" --limit "$limit" > "$said" 2>&1 || code=$?
cp "$said" "${file%.md}.txt"
cat "$said"
[ "$code" = 0 ] || [ -s "$file" ] || section "no plan" > "$file" # else it says what is wrong
exit "$code"
