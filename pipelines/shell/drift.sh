#!/usr/bin/env bash
# What somebody outside changed in what an environment's stack made, and third parties or ways to
# register one that no file states, as Markdown for an issue. Changes nothing.
# Usage: drift.sh ENVIRONMENT FILE. Exit status 0: nothing, and the file is empty.
set -euo pipefail
PATH="$PATH:$PWD/.venv/bin"
environment="$1" file="$2"
said="$(mktemp)"
trap 'rm -f "$said"' EXIT
source "$(dirname "$0")/section.sh"

code=0
: > "$file"
tpa drift -e "$environment" --markdown "$file" > "$said" 2>&1 || code=$?
cat "$said"
case "$code" in
  0) : > "$file" ;;
  1) [ -s "$file" ] || section "no answer" > "$file" ;;
  *) section "no answer" > "$file" ;;
esac
exit "$code"
