#!/usr/bin/env bash
# Fails when somebody outside changed what an environment's stack made. Changes nothing.
# Usage: drift.sh ENVIRONMENT
set -euo pipefail
"${TPA:-.venv/bin/tpa}" drift -e "$1"
