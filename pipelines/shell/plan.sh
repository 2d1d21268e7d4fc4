#!/usr/bin/env bash
# Makes the plan that is looked at, and then applied as it is.
# Usage: plan.sh ENVIRONMENT FILE. Set TPA_PLAN_KEY here and in apply.sh, so that forgery shows.
set -euo pipefail
"${TPA:-.venv/bin/tpa}" plan -e "$1" --save "$2"
