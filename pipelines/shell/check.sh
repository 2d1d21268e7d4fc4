#!/usr/bin/env bash
# Checks the files of every environment; needs no tenant, no state and no credentials. Leaves
# findings/*.sarif for code scanning, gl-code-quality-report.json for GitLab, and on GitHub shows
# each finding at its line.
set -euo pipefail
PATH="$PATH:$PWD/.venv/bin"
mkdir -p findings
names="$("$(dirname "$0")/environments.sh" all)"
status=0
while read -r name; do
  tpa check --offline -e "$name" --sarif "findings/$name.sarif" \
    --code-quality "findings/$name.json" < /dev/null \
    || { code=$?; [ "$code" -le "$status" ] || status="$code"; }
done <<< "$names"

# Environments share files, and so findings.
python3 -c '
import json, os, sys
found = {each["fingerprint"]: each for file in sys.argv[1:] for each in json.load(open(file))}
with open("gl-code-quality-report.json", "w") as report:
    json.dump([*found.values()], report)

def escaped(text, marks="%\r\n"):
    return "".join(f"%{ord(each):02X}" if each in marks else each for each in text)

for each in found.values() if os.environ.get("GITHUB_ACTIONS") else ():
    kind = "error" if each["severity"] == "critical" else "warning"
    file, line = escaped(each["location"]["path"], "%\r\n:,"), each["location"]["lines"]["begin"]
    title, text = escaped(each["check_name"], "%\r\n:,"), escaped(each["description"])
    print(f"::{kind} file={file},line={line},title={title}::{text}")
' findings/*.json
exit "$status"
