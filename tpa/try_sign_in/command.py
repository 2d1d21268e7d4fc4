"""`tpa try`: signs in as a user of the partner's application; `tpa users`: who can, locally."""

import json
import webbrowser
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console

from tpa.errors import TpaError
from tpa.oauth.credentials import find_credential, variable_of
from tpa.oauth.deployed import Connected, Deployed, connect
from tpa.oauth.http import Answer, TenantHttp
from tpa.oauth.requests import OFFLINE
from tpa.oauth.tokens import TokenClient, token_in
from tpa.terminal.output import Application, Domain, Environment, Json, Rows, cell, results, say
from tpa.try_sign_in.attempt import (
    Attempt,
    call_api,
    check_api,
    loopback_callback,
    row_of,
)

Api = Annotated[str, typer.Option("--api", help="Key of an API; default: its first one.")]
Scope = Annotated[str, typer.Option("--scope", help="Scopes; default: all that it is granted.")]
Call = Annotated[str, typer.Option("--call", metavar="URL", help="Then GET this with the token.")]
ShowTokens = Annotated[bool, typer.Option("--show-tokens", help="Print the tokens themselves.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Only print the address.")]
Timeout = Annotated[float, typer.Option("--timeout", help="Seconds that the user has.")]


def try_(
    application: Application,
    environment: Environment = "dev",
    as_json: Json = False,
    *,
    api: Api = "",
    scope: Scope = "",
    call: Call = "",
    show_tokens: ShowTokens = False,
    no_browser: NoBrowser = False,
    timeout: Timeout = 300,
    domain: Domain = "",
) -> None:
    """Signs a user in to an application, in the browser, and shows what its code would get.

    The application needs a callback on this machine: `http://127.0.0.1/…` of a native application
    (any port), or `http://localhost:PORT/…`, in dev alone. Its secret is found as by `tpa probe`. A
    refresh token is revoked again, unless the tokens are printed. JSON: environment, application,
    api, audience, scopes, refused_scopes, lifetime, refresh_token (whether there is one), header,
    claims, called (address, status; with --call), tokens (with --show-tokens).

    Examples:
        tpa try courier-app
        tpa try courier-app -e dev --api orders --no-browser
        tpa try courier-app --call https://orders.example.com/orders --json
    """
    if call:
        check_api(call)
    connected = connect(environment, domain)
    (deployed,) = connected.deployed([application])
    row = row_of(deployed, api)
    loopback_callback(deployed)
    with TenantHttp(connected.domain, connected.trust) as http:
        client = _client(connected, deployed, http)
        _tell_users(connected)
        opens: Callable[[str], bool] = (lambda _: False) if no_browser else webbrowser.open
        try:
            attempt = Attempt(client, row, tuple(scope.split()), timeout, opens)
            answer = attempt.run()
        except KeyboardInterrupt:
            say("\ntpa: stopped before the sign-in was over; nothing was changed")
            raise typer.Exit(130) from None
        found = result(environment, attempt, answer, show_tokens=show_tokens)
        if call:
            status = call_api(client, call, str(answer.json.get("access_token", "")))
            found["called"] = {"url": call, "status": status}
        refresh = str(answer.json.get("refresh_token", ""))
        if refresh and not show_tokens:
            client.revoke(refresh)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        show(results(), found)


try_.__name__ = "try"  # the command's name, which is a word of Python's


def result(
    environment: str, attempt: Attempt, answer: Answer, *, show_tokens: bool = False
) -> dict[str, Any]:
    """What came back, as the documented JSON; tokens only when asked for."""
    body, token = answer.json, token_in(answer)
    scopes = list(token.scopes) or str(body.get("scope", "")).split()
    refresh = "refresh_token" in body
    asked = [each for each in attempt.asked if each != OFFLINE or not refresh]
    found: dict[str, Any] = {
        "environment": environment,
        "application": attempt.client.deployed.key,
        "api": attempt.row.api,
        "audience": list(token.audiences) or [attempt.row.audience],
        "scopes": scopes,
        "refused_scopes": [each for each in asked if each not in scopes],
        "lifetime": body.get("expires_in"),
        "refresh_token": refresh,
        "header": dict(token.header),
        "claims": dict(token.claims),
    }
    if show_tokens:
        names = ("access_token", "refresh_token", "id_token")
        found["tokens"] = {name: body[name] for name in names if name in body}
    return found


def show(console: Console, found: dict[str, Any]) -> None:
    """The same in lines."""
    lifetime = found["lifetime"]
    lines = {
        "application": found["application"],
        "API": f"{found['api']} ({', '.join(found['audience'])})",
        "scopes": " ".join(found["scopes"]) or "none",
        "not granted": " ".join(found["refused_scopes"]),
        "lifetime": f"{lifetime} s" if lifetime else "not told",
        "refresh token": "yes" if found["refresh_token"] else "no",
    }
    if "called" in found:
        lines["called"] = f"{found['called']['url']}: {found['called']['status']}"
    for name, value in lines.items():
        if value:
            console.print(cell(f"{name:<14} {value}"), soft_wrap=True)
    if found["claims"]:
        console.print(cell("claims"), soft_wrap=True)
        for name, value in found["claims"].items():
            console.print(cell(f"  {name:<12} {value}"), soft_wrap=True)
    for name, value in found.get("tokens", {}).items():
        console.print(cell(name), soft_wrap=True)
        console.print(cell(f"  {value}"), soft_wrap=True)


def users(environment: Environment = "dev", as_json: Json = False) -> None:
    """Prints the users that an embedded tenant was made with, for a sign-in by hand.

    Their passwords are the same everywhere; the tenant listens on this machine alone. JSON:
    environment, users (email, password).

    Examples:
        tpa users
        tpa users -e staging --json
    """
    connected = connect(environment)
    if connected.embedded is None:
        raise TpaError(f"{environment} has a real tenant, whose users have passwords of their own")
    if as_json:
        listed = [{"email": each.email, "password": each.password} for each in connected.people()]
        typer.echo(json.dumps({"environment": environment, "users": listed}, indent=2))
        return
    table = Rows("user", "password")
    for person in connected.people():
        table.add_row(cell(person.email), cell(person.password))
    table.show(results())


def _client(connected: Connected, deployed: Deployed, http: TenantHttp) -> TokenClient:
    application = deployed.application
    stored = {} if application.public else connected.stored_secrets([deployed])
    credential = find_credential(deployed, stored)
    if credential is None and not application.public:
        raise TpaError(
            f"{deployed.key} authenticates by {application.auth_method}, and its credential is not"
            f" at hand\n  fix: set {variable_of(deployed)} in this shell"
        )
    return TokenClient(http, deployed, credential)


def _tell_users(connected: Connected) -> None:
    people = connected.people()
    if people:
        told = ", ".join(f"{person.email} / {person.password}" for person in people)
        say(f"users of this embedded tenant: {told}")
