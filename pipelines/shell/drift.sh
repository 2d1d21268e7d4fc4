#!/usr/bin/env bash
# Fails when somebody changed by hand what an environment's stack made. Changes nothing.
# Usage: drift.sh ENVIRONMENT
set -euo pipefail
eval "$("${TPA:-.venv/bin/tpa}" env -e "$1")"
pulumi preview --stack "$1" --refresh --expect-no-changes --non-interactive
