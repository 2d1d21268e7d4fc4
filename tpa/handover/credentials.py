"""`tpa credentials`: one partner's credentials, read live, into a new file of the user's alone."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from pyrage import RecipientError, encrypt, ssh, x25519

from auth0_third_party.management import ManagementClient, remember
from auth0_third_party.rules.violation import nearest
from tpa.engine.session import open_management
from tpa.errors import TpaError
from tpa.files.catalog import Catalog, load_catalog
from tpa.files.regular import read_regular, write_private
from tpa.project import project_folder
from tpa.tenant.reading import read_environment, read_state_if_possible, stack_tag
from tpa.terminal.output import Application, Environment, Json, cell, results
from tpa.terminal.redaction import print_secret

FIELDS = "client_id,client_secret,token_endpoint_auth_method"
STDOUT = Path("-")
Recipient = ssh.Recipient | x25519.Recipient

Output = Annotated[
    Path | None, typer.Option("--out", help="A file that does not exist yet; - prints them.")
]
For = Annotated[
    str,
    typer.Option("--for", help="The partner's public key: age1…, ssh-ed25519 …, or its file."),
]


def credentials(
    key: Application,
    environment: Environment = "dev",
    out: Output = None,
    recipient: For = "",
    as_json: Json = False,
) -> None:
    """Writes one partner's client id and secret into a new file that only you can read.

    They are read from the tenant, which takes the scope read:client_keys, and are neither in the
    outputs of the stack nor on the terminal. `--for` encrypts the file (https://age-encryption.org)
    to the partner's own key. JSON: environment, application, client_id, file, encrypted.

    Examples:
        tpa credentials order-portal -e prod --for "ssh-ed25519 AAAA… dev@acme.example"
        tpa credentials order-portal -e prod --out ~/portal.json
    """
    root = project_folder(environment)
    catalog = load_catalog(root, environment)
    if key not in catalog.applications:
        raise TpaError(
            f"{environment} has no application '{key}': {nearest(key, catalog.applications)}"
        )
    to = _recipient(recipient) if recipient else None
    content = _read(root, catalog, key)
    text = (json.dumps(content, indent=2) + "\n").encode()
    if to is not None:
        text = encrypt(text, [to], armored=True)
    if out == STDOUT:
        print_secret(text.decode())
        return
    ending = "age" if to is not None else "json"
    file = out or Path(f"{key}-{environment}.credentials.{ending}")
    write_private(file, text)
    told = {"environment": environment, "application": key, "client_id": content["client_id"]}
    if as_json:
        typer.echo(json.dumps({**told, "file": str(file), "encrypted": to is not None}, indent=2))
        return
    results().print(cell(f"{key}: client id {content['client_id']}"), soft_wrap=True)
    step = "send it" if to is not None else "send it by your tool for secrets, then delete it"
    results().print(cell(f"wrote {file}; {step}"), soft_wrap=True)


def _read(root: Path, catalog: Catalog, key: str) -> dict[str, Any]:
    """What the partner's code needs. The secret is remembered, so that nothing else prints it."""
    state = read_state_if_possible(root, catalog)
    held = state.resources.client_keys if state else {}
    with open_management(root, catalog) as client:
        view = read_environment(client, catalog, stack_tag(catalog), held)
        if key not in view.managed:
            raise TpaError(f"'{key}' is not in the tenant yet: tpa up -e {catalog.name}")
        live = _client(client, view.managed[key].id)
        return {
            "application": key,
            "environment": catalog.name,
            "domain": client.credentials.domain,
            **live,
        }


def _client(client: ManagementClient, client_id: str) -> dict[str, Any]:
    live = client.get(f"/clients/{client_id}", {"fields": FIELDS, "include_fields": "true"})
    found = live if isinstance(live, dict) else {}
    method = found.get("token_endpoint_auth_method")
    if not method or method == "none":
        raise TpaError(
            f"{client_id} has no secret to hand over: it is public, or signs with keys of its own\n"
            "  fix: the client id above is all that the partner needs"
        )
    secret = found.get("client_secret")
    if not isinstance(secret, str) or not secret:
        raise TpaError(
            f"the tenant does not show the secret of {client_id}\n  fix: grant read:client_keys on"
            " the Management API to the application that signs in here"
        )
    remember(secret)
    return {
        "client_id": client_id,
        "client_secret": secret,
        "token_endpoint_auth_method": method,
    }


def _recipient(stated: str) -> Recipient:
    """An age or SSH public key, or the file that holds one."""
    file = Path(stated).expanduser()
    text = stated
    if not stated.startswith(("age1", "ssh-")) and file.is_file():
        text = read_regular(file).decode(errors="replace")
    text = text.strip()
    try:
        if text.startswith("age1"):
            return x25519.Recipient.from_str(text)
        return ssh.Recipient.from_str(text)
    except RecipientError:
        raise TpaError(
            "--for is no public key that a file can be encrypted to\n"
            "  fix: give the partner's age1… or ssh-ed25519 … key, or a file with one"
        ) from None
