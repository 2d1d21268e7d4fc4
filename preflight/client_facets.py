"""A live client in the words that files use (`catalog.facets`).

What the API leaves out has the value that the reference of /clients gives as its default:
https://auth0.com/docs/api/management/v2/clients/post-clients
"""

from collections.abc import Mapping
from typing import Any

from catalog.facets import KEYS, METADATA
from catalog.models import MARKS

FIELDS = (
    *("name", "description", "logo_uri", "app_type", "grant_types", "callbacks"),
    *("allowed_origins", "web_origins", "token_endpoint_auth_method", "jwt_configuration"),
    *("client_authentication_methods", "refresh_token", "client_metadata", "redirection_policy"),
    "require_proof_of_possession",
)
"""What has to be asked for of a client."""
LISTS = ("callbacks", "allowed_origins", "web_origins")
"""Empty where nothing is said; without grant types nobody knows what old clients may do."""
Json = Mapping[str, Any]


def client_facets(item: Json, mode: str) -> dict[str, object]:
    """The facets of a third-party client; `mode` is its security mode."""
    tokens = _mapping(item.get("jwt_configuration"))
    keys = _keys(item)
    method = item.get("token_endpoint_auth_method") or ("" if keys else "none")
    found: dict[str, object] = {
        **{name: str(item.get(name) or "") for name in ("name", "description", "logo_uri")},
        "app_type": str(item.get("app_type") or ""),
        "security_mode": mode,
        "token_endpoint_auth_method": str(method or KEYS),
        "keys": len(keys),
        "require_proof_of_possession": item.get("require_proof_of_possession") is True,
        "access_token_lifetime": tokens.get("lifetime_in_seconds"),
        **{name: _texts(item.get(name)) for name in LISTS},
        "grant_types": _texts(item.get("grant_types")) if "grant_types" in item else None,
    }
    if mode == "strict":
        found["redirection_policy"] = item.get("redirection_policy") or "open_redirect_protection"
    if tokens.get("alg"):
        found["signing_algorithm"] = str(tokens["alg"])
    found |= _refresh_token(_mapping(item.get("refresh_token")))
    metadata = _mapping(item.get("client_metadata"))
    found |= {f"{METADATA}{k}": str(v) for k, v in metadata.items() if k not in MARKS}
    return found


def credential_ids(item: Json) -> tuple[str, ...]:
    """The ids of the public keys that it may sign with."""
    return tuple(str(_mapping(key).get("id", "")) for key in _keys(item))


def _keys(item: Json) -> list[Any]:
    methods = _mapping(item.get("client_authentication_methods"))
    listed = _mapping(methods.get(KEYS)).get("credentials")
    return listed if isinstance(listed, list) else []


def _refresh_token(block: Json) -> dict[str, object]:
    """TP-CREATE-18: the flags for unlimited lifetimes win over the numbers."""
    if not block:
        return {}
    endless = block.get("expiration_type") == "non-expiring"
    total = endless or block.get("infinite_token_lifetime") is True
    idle = endless or block.get("infinite_idle_token_lifetime") is True
    prefix = "refresh_token."
    return {
        f"{prefix}rotation_type": block.get("rotation_type"),
        f"{prefix}token_lifetime": "unlimited" if total else block.get("token_lifetime"),
        f"{prefix}idle_token_lifetime": "unlimited" if idle else block.get("idle_token_lifetime"),
        f"{prefix}leeway": block.get("leeway") or 0,
    }


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else ()
