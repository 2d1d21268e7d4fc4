#!/usr/bin/env bash
# Every environment in its order, each planned, shown and confirmed by a person: for a machine
# without a pipeline. Stops at the first one that fails or is declined.
set -euo pipefail
umask 077
PATH="$PATH:$PWD/.venv/bin"
plan="$(mktemp)"
trap 'rm -f "$plan"' EXIT
while read -r environment; do
  tpa plan -e "$environment" --save "$plan" < /dev/null
  printf 'apply this to %s? [y/N] ' "$environment"
  read -r answer < /dev/tty
  [ "$answer" = y ] || exit 1
  tpa apply "$plan" < /dev/null
done < <("$(dirname "$0")/environments.sh" all)
