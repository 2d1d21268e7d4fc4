#!/usr/bin/env bash
# Fails when somebody outside changed what an environment's stack made, when a third party or a way to
# register one is there that no file states, or when the client may not read all of it. Changes nothing.
# Usage: drift.sh ENVIRONMENT
set -euo pipefail
"${TPA:-.venv/bin/tpa}" drift -e "$1"
