"""APIs that live grants are for, as `stacks/apis.yaml` names them; made there where it does not."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from catalog.names import slug
from catalog.sources import APIS_FILE
from catalog.staging import Stage
from survey.view import View


def api_key(stage: Stage, view: View, audience: str, scopes: Sequence[str]) -> str:
    """The key of an API in the staged files, with these scopes among those it may ever have."""
    apis = stage.data(APIS_FILE).get("apis") or {}
    overrides = stage.data(view.catalog.file).get("audiences") or {}
    for key, api in apis.items():
        if overrides.get(key, api.get("audience")) == audience:
            for scope in scopes:
                if scope not in api["scopes"]:
                    stage.append(APIS_FILE, ("apis", key, "scopes"), scope)
            return str(key)
    fresh = free_key(slug(_short(audience)) or "api", apis)
    known = {"audience": audience, "scopes": list(dict.fromkeys(scopes))}
    stage.set(APIS_FILE, ("apis", fresh), known)
    return fresh


def every_scope(view: View, audience: str) -> tuple[str, ...]:
    """The scopes that an API has now."""
    api = view.snapshot.apis.get(audience) if view.snapshot else None
    return tuple(sorted(api.scopes)) if api else ()


def free_key(wanted: str, taken: object) -> str:
    """`wanted` as a key of ours, with a number where it is taken already."""
    base = slug(wanted)[:50].strip("-") or "application"
    number, key = 1, base
    while key in taken:  # type: ignore[operator]
        number += 1
        key = f"{base}-{number}"
    return key


def _short(audience: str) -> str:
    """`https://orders.example.com/v1` -> `orders-v1`; anything else whole."""
    parts = urlsplit(audience)
    if not parts.hostname:
        return audience
    labels = [each for each in parts.hostname.split(".") if each not in ("www", "api")]
    return f"{(labels or ['api'])[0]}{parts.path}"
