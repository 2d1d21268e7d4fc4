#!/usr/bin/env bash
# Names of environments, one a line, in the order in which they are applied: those with a real
# tenant, since a pipeline can't keep an embedded one. With `all`: those too.
set -euo pipefail
PATH="$PATH:$PWD/.venv/bin"
answer="$(tpa environments --json)"
python3 -c '
import json, sys
for row in json.loads(sys.argv[1])["environments"]:
    if sys.argv[2:] or not row["embedded"]:
        print(row["environment"])
    else:
        print(row["environment"], "has an embedded tenant: no pipeline deploys it", file=sys.stderr)
' "$answer" "$@"
