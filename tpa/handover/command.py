"""`tpa handover`: the page that goes to a partner's developer with the client id."""

import json
import shlex
from collections.abc import Mapping
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import typer
from jinja2 import StrictUndefined, Template

from tpa.oauth.deployed import Deployed, connect
from tpa.oauth.requests import (
    AUTHORIZE,
    OFFLINE,
    REVOKE,
    TOKEN,
    Pkce,
    authorization_request,
    client_form,
    code_form,
)
from tpa.terminal.output import Application, Domain, Environment, Json, lines_shown, results


def handover(
    application: Application,
    environment: Environment = "dev",
    as_json: Json = False,
    domain: Domain = "",
) -> None:
    """Prints what a partner's developer needs, as Markdown: addresses, client id, sample requests.

    No secret is in it. JSON: application, name, issuer, metadata, authorization_endpoint,
    token_endpoint, revocation_endpoint, client_id, authentication, proof_of_possession, callbacks,
    access (api, audience, access, scopes), refresh_tokens, access_token_lifetime.

    Examples:
        tpa handover order-portal -e prod
        tpa handover order-portal -e prod --domain login.acme.example --json
    """
    connected = connect(environment, domain)
    (deployed,) = connected.deployed([application])
    if as_json:
        typer.echo(json.dumps(pack(deployed, connected.domain), indent=2))
        return
    ca_file = str(connected.embedded.ca_file) if connected.embedded else ""
    text = lines_shown(page(deployed, connected.domain, ca_file))
    results().print(text, markup=False, soft_wrap=True, end="")


CHALLENGE = "CODE_CHALLENGE"
STATE = "STATE"
PROOF = {
    "none": "none: it is public, PKCE protects it",
    "client_secret_post": "client_secret in the body of each token request",
    "client_secret_basic": "client id and secret by HTTP Basic at each token request",
    "private_key_jwt": "an assertion signed with its private key (RFC 7523)",
}


def pack(deployed: Deployed, domain: str) -> dict[str, Any]:
    """All values; no secret is among them."""
    url, application = f"https://{domain}", deployed.application
    return {
        "application": deployed.key,
        "name": application.name,
        "issuer": f"{url}/",
        "metadata": f"{url}/.well-known/openid-configuration",
        "authorization_endpoint": f"{url}{AUTHORIZE}",
        "token_endpoint": f"{url}{TOKEN}",
        "revocation_endpoint": f"{url}{REVOKE}",
        "client_id": deployed.client_id,
        "authentication": application.auth_method,
        "proof_of_possession": application.require_proof_of_possession,
        "callbacks": list(application.callbacks),
        "access": [
            {
                "api": row.api,
                "audience": row.audience,
                "access": row.subject_type,
                "scopes": list(row.scopes),
            }
            for row in (*deployed.user_access, *deployed.client_access)
        ],
        "refresh_tokens": "refresh_token" in deployed.flows,
        "access_token_lifetime": application.access_token_lifetime,
    }


def page(deployed: Deployed, domain: str, ca_file: str = "") -> str:
    """The same as Markdown, with sample requests.

    Args:
        ca_file: the certificate authority of an embedded tenant.
    """
    text = files("tpa.handover").joinpath("page.md.j2").read_text(encoding="utf-8")
    template = Template(text, undefined=StrictUndefined, trim_blocks=True)
    shown: str = template.render(
        application=deployed.application,
        values=pack(deployed, domain),
        proof=PROOF[deployed.application.auth_method],
        ca_file=ca_file,
        challenge=CHALLENGE,
        **_user_samples(deployed, domain),
        client_request=_client_request(deployed, domain),
    )
    return shown


def _user_samples(deployed: Deployed, domain: str) -> dict[str, str]:
    if not deployed.user_access or not deployed.callback:
        return {"address": "", "exchange": ""}
    row, refresh = deployed.user_access[0], "refresh_token" in deployed.flows
    scopes = (*row.scopes, *((OFFLINE,) if refresh else ()))
    asked = authorization_request(deployed, row, Pkce(), state=STATE, scopes=scopes)
    asked["code_challenge"] = CHALLENGE
    exchange = code_form(deployed.client_id, "CODE", "$VERIFIER", deployed.callback)
    return {
        "address": f"https://{domain}{AUTHORIZE}?{urlencode(asked)}",
        "exchange": _curl(deployed, domain, exchange),
    }


def _client_request(deployed: Deployed, domain: str) -> str:
    if not deployed.client_access:
        return ""
    row = deployed.client_access[0]
    return _curl(deployed, domain, client_form(deployed.client_id, row, row.scopes))


def _curl(deployed: Deployed, domain: str, form: Mapping[str, str]) -> str:
    """A token request; the credential is for the reader to put in."""
    method = deployed.application.auth_method
    start = f"curl https://{domain}{TOKEN}"
    sent = {**form}
    if method == "client_secret_basic":
        start += f' --user "{deployed.client_id}:$CLIENT_SECRET"'
        del sent["client_id"]
    elif method == "client_secret_post":
        sent["client_secret"] = "$CLIENT_SECRET"  # noqa: S105 - a variable of the reader's shell
    elif method == "private_key_jwt":
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        sent |= {"client_assertion_type": kind, "client_assertion": "$ASSERTION"}
    lines = [start, *(f"  --data-urlencode {_word(name, value)}" for name, value in sent.items())]
    return " \\\n".join(lines)


def _word(name: str, value: str) -> str:
    """One word of a shell command; only our own variables are expanded."""
    return f'"{name}={value}"' if value.startswith("$") else shlex.quote(f"{name}={value}")
