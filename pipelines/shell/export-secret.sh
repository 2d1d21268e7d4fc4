#!/usr/bin/env bash
# Prints `export` lines for an environment's secret, and removes the file that held it.
# Usage: eval "$(export-secret.sh FILE)"
set -euo pipefail
trap 'rm -f "$1"' EXIT
python3 -c '
import json, shlex, sys
names = {
    "client_id": "AUTH0_CLIENT_ID",
    "client_secret": "AUTH0_CLIENT_SECRET",
    "plan_key": "TPA_PLAN_KEY",
}
for field, value in json.load(open(sys.argv[1])).items():
    if field in names:
        print(f"export {names[field]}={shlex.quote(value)}")
' "$1"
