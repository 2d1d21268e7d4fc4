#!/usr/bin/env bash
# Installs what the project runs, and nothing for tests. `tpa` gets a pulumi when it first needs one.
set -euo pipefail
if grep -qs '^\.venv/\.ready:' Makefile; then # a checkout of the tool itself
  make --silent .venv/.ready
elif ! cmp -s requirements.txt .venv/.requirements; then # else a cache had it
  [ -x .venv/bin/python ] || "${PYTHON:-python3}" -m venv .venv
  # Python compiles what it imports; compiling all takes longer, and more room.
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements.txt
  cp requirements.txt .venv/.requirements
fi
