"""The way back from drift: which resources an update has to look at again, and what it can't see.

The engine restores what its state holds. A grant that somebody added to an application of ours is
in no state; it is taken away through the API. What is another's stays.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from catalog.holdings import (
    AGENT,
    CLIENT,
    CREDENTIALS,
    GRANT,
    ORGANIZATION_ACCESS,
    PROMOTION,
    RATE_LIMIT,
    Holdings,
    Place,
)
from catalog.names import (
    DEFAULTS,
    client_name,
    credentials_name,
    grants_name,
    promotion_name,
    rate_limit_name,
    slug,
)
from survey.drift import Difference
from survey.view import View

PROOF = ("token_endpoint_auth_method", "keys")
SETTINGS: Mapping[str, Place] = {
    "dynamic_client_registration": (
        "auth0apps:index:DynamicRegistration",
        "dynamic-registration-switch",
    ),
    "scope_descriptions_at_consent": ("auth0apps:index:ScopeDescriptions", "scope-descriptions"),
    "error_page": ("auth0apps:index:ErrorPage", "error-page-page"),
    "rate_limit": (RATE_LIMIT, rate_limit_name("")),
}
FOREIGN_DOOR = "it was opened outside, maybe for others; close it in the dashboard, or name it here"


@dataclass
class Restoration:
    """`targets`: URNs of resources to refresh and update. `grants`: ids of grants to delete, with
    the paths that they stand for. `left`: path -> why it stays as it is.

    `reborn`: applications that would be made anew, with another client id.
    """

    targets: list[str] = field(default_factory=list)
    grants: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    reborn: list[str] = field(default_factory=list)


def restoration(view: View, holdings: Holdings, chosen: Iterable[Difference]) -> Restoration:
    """What restoring these differences takes."""
    found = Restoration()
    for each in chosen:
        kind, _, rest = each.path.partition("/")
        if each.declared is None and kind in ("grants", "default_permissions"):
            _extra(view, found, each)
        elif each.declared is None and kind == "connections":
            found.left[each.path] = FOREIGN_DOOR
        else:
            place = _place(view, kind, rest)
            held = holdings.named(*place)
            if held is None:
                found.left[each.path] = "the stack does not hold it yet: the next update makes it"
            elif held.urn not in found.targets:
                found.targets.append(held.urn)
            if kind == "applications" and "/" not in rest and each.live is None:
                found.reborn.append(rest)
                found.targets += _with(holdings, rest, found.targets)
    return found


def _extra(view: View, found: Restoration, each: Difference) -> None:
    """A grant that no file states, on an application of ours or on all third parties."""
    kind, *rest = each.path.split("/")
    client = view.ours.get(rest[0]) if kind == "grants" else None
    api, subject = unquote(rest[-2]), rest[-1]
    for grant in view.grants.get(client.id if client else "", ()):
        if (view.api(grant.audience), grant.subject_type) == (api, subject):
            found.grants[grant.id] = each.path


def _with(holdings: Holdings, key: str, known: list[str]) -> list[str]:
    """What hangs on an application: it is made again with it."""
    urns = (r.urn for r in holdings.resources if r.name.startswith(f"{key}-"))
    return [urn for urn in urns if urn not in known]


def _place(view: View, kind: str, rest: str) -> Place:
    """The resource that stands for a path."""
    if kind == "connections":
        return PROMOTION, promotion_name(rest)
    return PLACES[kind](view, [unquote(part) for part in rest.split("/")])


def _client(_view: View, parts: list[str]) -> Place:
    if len(parts) > 1 and parts[1] in PROOF:
        return CREDENTIALS, credentials_name(parts[0])
    return CLIENT, client_name(parts[0])


def _access(view: View, parts: list[str]) -> Place:
    named = view.catalog.environment.organizations.items()
    keys = (key for key, organization in named if organization.name == parts[0])
    return ORGANIZATION_ACCESS, f"organization-{next(keys, parts[0])}-access"


PLACES: Mapping[str, Callable[[View, list[str]], Place]] = {
    "applications": _client,
    "agents": lambda _, parts: (AGENT, client_name(parts[0])),
    "grants": lambda _, parts: (GRANT, f"{grants_name(parts[0])}-{slug(parts[1])}-{parts[2]}"),
    "default_permissions": lambda _, parts: (GRANT, f"{DEFAULTS}-{slug(parts[0])}-{parts[1]}"),
    "organizations": _access,
    "tenant": lambda _, parts: SETTINGS[parts[0]],
}
