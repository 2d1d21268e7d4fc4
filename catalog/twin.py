"""What it takes to replace a permissive application by a strict one: Auth0 never converts one.

See https://auth0.com/docs/get-started/applications/third-party-applications/permissive-mode
(TP-CREATE-24, TP-CREATE-29, section 8 of the comparison of the modes).
"""

from dataclasses import dataclass

from catalog import rules
from catalog.models import Application

KEPT_GRANTS = rules.GRANT_TYPES


@dataclass(frozen=True)
class Twin:
    """A plan for people: what changes for the partner, what is lost, the steps in order."""

    changes: tuple[str, ...]
    losses: tuple[str, ...]
    steps: tuple[str, ...]


def plan_twin(key: str, application: Application) -> Twin:
    """The plan for one permissive application."""
    return Twin(tuple(_changes(application)), LOSSES, _steps(key))


LOSSES = (
    "every refresh token: users sign in again at their next visit",
    "every consent that users gave: they are asked again",
    "the client id, wherever the partner, logs or allow-lists name it",
)


def _changes(application: Application) -> list[str]:
    flows = application.flows(application.subject_types)
    changes = [
        "client id: a new one, tpc_ and 22 characters, 26 in all",
        "PKCE: required on every sign-in, for confidential applications too",
        "OpenID Connect: no id token, no /userinfo, no logout endpoint; access tokens only",
        "API access: a client grant for every API; an API that allows all does not admit it",
        "sign-in: Universal Login only; Classic Login, Rules and Hooks don't work with it",
        "errors at sign-in: Auth0's error page instead of a redirect to the partner",
    ]
    changes += [f"grant type {flow}: not available" for flow in flows if flow not in KEPT_GRANTS]
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
        "correct what tpa then refuses; each message says how",
        f"add {twin} to the environment's applications and apply: both live side by side",
        "hand the new client id to the partner; have PKCE and the missing id token tried in dev",
        "agree on a date, switch the partner's code over, watch sign-ins of both client ids",
        f"remove {key} from the environment once its sign-ins have stopped, and apply",
    )
