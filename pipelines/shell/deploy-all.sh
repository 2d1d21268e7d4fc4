#!/usr/bin/env bash
# Every environment in walk order, each planned, shown and confirmed by a person: for a machine
# without a pipeline. Stops at the first one that fails or is declined.
set -euo pipefail
umask 077
here="$(dirname "$0")"
"${TPA:-.venv/bin/tpa}" environments --json | python3 -c '
import json, sys
for wave in json.load(sys.stdin)["waves"]:
    print(*wave, sep="\n")
' | while read -r environment; do
  plan="$(mktemp)"
  trap 'rm -f "$plan"' EXIT
  "$here/preview.sh" "$environment"
  "$here/plan.sh" "$environment" "$plan"
  printf 'apply this to %s? [y/N] ' "$environment"
  read -r answer < /dev/tty
  [ "$answer" = y ] || exit 1
  "$here/apply.sh" "$plan"
  rm -f "$plan"
done
