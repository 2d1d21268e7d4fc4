#!/usr/bin/env bash
# The secrets of one use of one environment, from the store that TPA_SECRETS names. The job has
# signed in to it by its own identity; no key is stored with the code host.
# Usage: credentials.sh ENVIRONMENT USE, where USE is preview, plan or apply. On GitHub later steps
# get them; elsewhere: eval "$(credentials.sh …)".
# The secret auth0-ENVIRONMENT-USE holds JSON: {"AUTH0_CLIENT_ID": …, "AUTH0_CLIENT_SECRET": …,
# "TPA_PLAN_KEY": …}, and PULUMI_CONFIG_PASSPHRASE where the stack uses one.
set -euo pipefail
PATH="$PATH:$PWD/.venv/bin"
name="auth0-$1-$2"
case "${TPA_SECRETS:-}" in
  aws) secret="$(aws secretsmanager get-secret-value --secret-id "$name" \
    --query SecretString --output text)" ;;
  google) secret="$(gcloud secrets versions access latest --secret "$name" \
    --project "$GOOGLE_PROJECT")" ;;
  azure) secret="$(az keyvault secret show --vault-name "$AZURE_KEY_VAULT" --name "$name" \
    --query value --output tsv)" ;;
  pulumi) secret="$(pulumi env open "$PULUMI_ORGANIZATION/tpa/$name" environmentVariables)" ;;
  *)
    echo "no credentials for $1: set the variable TPA_SECRETS to aws, google, azure or pulumi, and" \
      "keep them there as $name (docs/environments.md, Pipelines)" >&2
    exit 2
    ;;
esac
python3 -c '
import json, os, re, shlex, sys
try:
    values = json.loads(sys.stdin.read())
    pairs = [(str(key), str(value)) for key, value in values.items()]
except (ValueError, AttributeError):
    sys.exit(f"the secret {sys.argv[1]} is no JSON object of variables")
for key, value in pairs:
    if not re.fullmatch("[A-Z][A-Z0-9_]*", key) or not value.isprintable():
        sys.exit(f"the secret {sys.argv[1]}: {key!r} is no variable, or has more than one line")
file = os.environ.get("GITHUB_ENV")
for key, value in pairs:
    if file is None:
        print(f"export {key}={shlex.quote(value)}")
        continue
    print("::add-mask::" + value.replace("%", "%25"))
    with open(file, "a", encoding="utf-8") as variables:
        variables.write(f"{key}={value}\n")
' "$name" <<< "$secret"
