"""`tpa handover`: the page that goes to a partner's developer with the client id."""

import json
from typing import Annotated

import typer

from tpa.handover.pack import pack, page
from tpa.oauth.connect import connect
from tpa.terminal import completion
from tpa.terminal.output import Environment, Json, lines_shown, results

Application = Annotated[
    str, typer.Argument(help="Key of an application.", autocompletion=completion.applications)
]
Domain = Annotated[
    str, typer.Option("--domain", help="The custom domain that partners use, if there is one.")
]


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
