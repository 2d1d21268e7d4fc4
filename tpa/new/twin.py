"""`tpa twin`: plans how a strict application replaces a permissive one, since Auth0 converts none.

See https://auth0.com/docs/get-started/applications/third-party-applications/permissive-mode
"""

import json
from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from auth0_third_party import rules
from auth0_third_party.model.application import Application
from auth0_third_party.rules.violation import nearest
from tpa.errors import TpaError
from tpa.files.catalog import load_catalog
from tpa.project import project_folder
from tpa.terminal import completion
from tpa.terminal.output import Environment, Json, print_line


@dataclass(frozen=True)
class Twin:
    """The plan: what changes for the partner, what is lost, the steps in order."""

    changes: tuple[str, ...]
    losses: tuple[str, ...]
    steps: tuple[str, ...]


def plan_twin(key: str, application: Application) -> Twin:
    return Twin(tuple(_changes(application)), LOSSES, _steps(key))


LOSSES = (
    "every refresh token: users sign in again at their next visit",
    "every consent that users gave: Auth0 asks them again",
    "the client id, wherever the partner, logs or allow-lists name it",
)


def _changes(application: Application) -> list[str]:
    changes = [
        "client id: a new one, tpc_ and 22 characters, 26 in all",
        "PKCE: required on every sign-in, for confidential applications too",
        "OpenID Connect: no id token, no /userinfo, no logout endpoint; access tokens only",
        "API access: a client grant for every API; also on APIs that allow all applications",
        "sign-in: Universal Login only; it does not work with Classic Login, Rules and Hooks",
        "errors at sign-in: Auth0's error page instead of a redirect to the partner",
    ]
    changes += [
        f"grant type {flow}: not available"
        for flow in application.flows
        if flow not in rules.GRANT_TYPES
    ]
    found = [
        *rules.check_redirect_uris(application.app_type, application.callbacks),
        *rules.check_origins("allowed_origins", application.allowed_origins),
        *rules.check_origins("web_origins", application.web_origins),
        *rules.check_auth_method(application.app_type, application.auth_method),
    ]
    changes += [f"{violation.what}: {violation.fix}" for violation in found]
    if not application.grants:
        changes.append("grants: none of its own; only default permissions remain")
    return changes


def _steps(key: str) -> tuple[str, ...]:
    twin = f"{key}-strict"
    return (
        f"copy stacks/applications/{key}.yaml to {twin}.yaml and remove security_mode from it",
        "correct what tpa check then reports; each message says how",
        f"add {twin} to the environment's applications and apply: both are live then",
        "give the new client id to the partner; let it test PKCE and the missing id token in dev",
        "agree on a date for the switch, then watch sign-ins of both client ids",
        f"remove {key} from the environment once its sign-ins have stopped, and apply",
    )


PermissiveKey = Annotated[
    str,
    typer.Argument(help="Key of a permissive application.", autocompletion=completion.applications),
]


def twin(
    application: PermissiveKey, environment: Environment = "dev", as_json: Json = False
) -> None:
    """Plans the strict twin of a permissive application; changes nothing.

    JSON: changes, losses, steps, each a list of sentences.

    Examples:
        tpa twin old-portal -e prod
        tpa twin old-portal --json
    """
    catalog = load_catalog(project_folder(environment), environment)
    found = catalog.applications.get(application)
    if found is None:
        hint = nearest(application, catalog.applications)
        raise TpaError(f"there is no live application '{application}' in {environment}: {hint}")
    if found.strict:
        raise TpaError(f"{application} is strict already; there is nothing to plan")
    plan = plan_twin(application, found)
    if as_json:
        typer.echo(json.dumps(asdict(plan), indent=2))
        return
    for title, lines in (
        ("What changes for the partner", plan.changes),
        ("What is lost", plan.losses),
        ("Steps", plan.steps),
    ):
        typer.echo(f"{title}:")
        for number, line in enumerate(lines, 1):
            text = f"  {number}. {line}" if title == "Steps" else f"  - {line}"
            print_line(text)
        typer.echo()
