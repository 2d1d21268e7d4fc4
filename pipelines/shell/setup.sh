#!/usr/bin/env bash
# Installs what the project runs, and nothing for tests. `tpa` gets a pulumi when it first needs one.
set -euo pipefail
if grep -qs '^\.venv/\.ready:' Makefile; then # a checkout of the tool itself
  make --silent .venv/.ready
else
  [ -x .venv/bin/python ] || "${PYTHON:-python3}" -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
fi
