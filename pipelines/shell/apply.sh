#!/usr/bin/env bash
# Applies a plan, unless tenant, stack or files have moved since it was made.
# Usage: apply.sh FILE
set -euo pipefail
"${TPA:-.venv/bin/tpa}" apply "$1"
