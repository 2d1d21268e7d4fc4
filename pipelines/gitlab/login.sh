#!/usr/bin/env bash
# Exchanges a job's identity (TPA_ID_TOKEN) for that of TPA_IDENTITY at the cloud that TPA_SECRETS
# names: a role (AWS), a service account (Google), a client id (Azure), a team (Pulumi). Prints
# `export` lines; no key is stored in GitLab.
set -euo pipefail
umask 077
PATH="$PATH:$PWD/.venv/bin"
token="$(mktemp)"
printf '%s' "$TPA_ID_TOKEN" > "$token"
case "${TPA_SECRETS:-}" in
  aws)
    printf 'export AWS_WEB_IDENTITY_TOKEN_FILE=%q AWS_ROLE_ARN=%q\n' "$token" "$TPA_IDENTITY"
    ;;
  google)
    python3 -c '
import json, sys
token, provider, account = sys.argv[1:]
print(json.dumps({
    "type": "external_account",
    "audience": f"//iam.googleapis.com/{provider}",
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
    "token_url": "https://sts.googleapis.com/v1/token",
    "credential_source": {"file": token},
    "service_account_impersonation_url": "https://iamcredentials.googleapis.com/v1/projects/-/"
    f"serviceAccounts/{account}:generateAccessToken",
}))
' "$token" "$GOOGLE_PROVIDER" "$TPA_IDENTITY" > "$token.json"
    gcloud auth login --quiet --cred-file "$token.json" >&2
    printf 'export GOOGLE_APPLICATION_CREDENTIALS=%q\n' "$token.json"
    ;;
  azure)
    az login --service-principal --username "$TPA_IDENTITY" --tenant "$AZURE_TENANT_ID" \
      --federated-token "$TPA_ID_TOKEN" --allow-no-subscriptions --output none >&2
    ;;
  pulumi)
    pulumi login --oidc-token "file://$token" --oidc-org "$PULUMI_ORGANIZATION" \
      --oidc-team "$TPA_IDENTITY" >&2
    ;;
  *)
    echo "no credentials: set the variable TPA_SECRETS to aws, google, azure or pulumi" \
      "(docs/environments.md, Pipelines)" >&2
    exit 2
    ;;
esac
