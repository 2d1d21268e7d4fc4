"""Properties of a client, in the words of files, as the body of a request that changes them.

What is not asked for is not in the body. Two blocks are written whole, since the API takes some of
their parts together only (TP-CREATE-18): with what is live beside what was asked for.
"""

from collections.abc import Mapping
from typing import Any

from catalog.facets import METADATA, Facets

TOKENS = ("access_token_lifetime", "signing_algorithm")
REFRESH = "refresh_token."


def client_body(live: Facets, wanted: Facets) -> dict[str, Any]:
    """The body that makes a client with these facets have the wanted ones; None removes a text of
    `client_metadata`.
    """
    body: dict[str, Any] = {}
    both = {**live, **wanted}
    for name, value in wanted.items():
        if name.startswith(METADATA):
            body.setdefault("client_metadata", {})[name.removeprefix(METADATA)] = value
        elif name in TOKENS:
            body["jwt_configuration"] = _tokens(both)
        elif name.startswith(REFRESH):
            body["refresh_token"] = _refresh_token(both)
        else:
            body[name] = list(value) if isinstance(value, tuple) else value
    return body


def _tokens(facets: Facets) -> dict[str, Any]:
    parts = {
        "lifetime_in_seconds": facets.get("access_token_lifetime"),
        "alg": facets.get("signing_algorithm"),
    }
    return {name: value for name, value in parts.items() if value is not None}


def _refresh_token(facets: Facets) -> dict[str, Any]:
    """As the component writes it: the number beside an unlimited lifetime is left as it is."""
    stated = {name: facets.get(f"{REFRESH}{name}") for name in ("rotation_type", "leeway")}
    total, idle = facets[f"{REFRESH}token_lifetime"], facets[f"{REFRESH}idle_token_lifetime"]
    endless = total == idle == "unlimited"
    return {
        **stated,
        "expiration_type": "non-expiring" if endless else "expiring",
        **_lifetime("", total),
        **_lifetime("idle_", idle),
    }


def _lifetime(which: str, value: object) -> Mapping[str, object]:
    flag, number = f"infinite_{which}token_lifetime", f"{which}token_lifetime"
    return {flag: True} if value == "unlimited" else {flag: False, number: value}
