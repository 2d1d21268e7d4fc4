"""Facets: the properties of an application as flat values, named as in files.

Files, a stack's record and a tenant are compared by them. They cover what this project manages of a
client; grants and connections are objects of their own. A property that the API leaves out has the
default that the reference of /clients gives:
https://auth0.com/docs/api/management/v2/clients/post-clients
"""

from collections.abc import Mapping
from typing import Any

from auth0_third_party import rules
from auth0_third_party.model.application import Application, RefreshToken
from auth0_third_party.model.names import OWNERSHIP_TAGS

Facets = Mapping[str, object]
"""Field -> value: text, number, flag, or tuple of texts in their order."""
METADATA = "client_metadata."
KEYS = "private_key_jwt"


def application_facets(application: Application) -> dict[str, object]:
    """The facets of a declared application, every default filled in."""
    found: dict[str, object] = {
        "name": application.name,
        "description": application.description,
        "logo_uri": application.logo_uri,
        "app_type": application.app_type,
        "security_mode": application.security_mode,
        "grant_types": application.flows(application.subject_types),
        "token_endpoint_auth_method": application.auth_method,
        "keys": len(application.keys),
        "require_proof_of_possession": application.require_proof_of_possession,
        "access_token_lifetime": application.access_token_lifetime,
        "callbacks": application.callbacks,
        "allowed_origins": application.allowed_origins,
        "web_origins": application.web_origins,
    }
    if application.strict:
        found["redirection_policy"] = application.redirection_policy
    if application.signing_algorithm != "default":
        found["signing_algorithm"] = application.signing_algorithm
    found |= _refresh_token(application)
    found |= {f"{METADATA}{name}": text for name, text in application.client_metadata.items()}
    return found


def _refresh_token(application: Application) -> dict[str, object]:
    declared = application.refresh_token or RefreshToken()
    rotation = declared.rotation_type or rules.default_rotation(application.auth_method)
    return {
        "refresh_token.rotation_type": rotation,
        "refresh_token.token_lifetime": declared.token_lifetime,
        "refresh_token.idle_token_lifetime": declared.idle_token_lifetime,
        "refresh_token.leeway": declared.leeway,
    }


def facet_differences(declared: Facets, live: Facets) -> dict[str, tuple[object, object]]:
    """What differs: name -> (declared, live); None where one of them has no such property.

    A property that files leave to the tenant (`signing_algorithm: default`) never differs.
    """
    metadata = [name for name in live if name.startswith(METADATA)]
    names = dict.fromkeys((*declared, *metadata))
    pairs = {name: (declared.get(name), live.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


FIELDS = (
    *("name", "description", "logo_uri", "app_type", "grant_types", "callbacks"),
    *("allowed_origins", "web_origins", "token_endpoint_auth_method", "jwt_configuration"),
    *("client_authentication_methods", "refresh_token", "client_metadata", "redirection_policy"),
    "require_proof_of_possession",
)
"""The properties to request of a client."""
LISTS = ("callbacks", "allowed_origins", "web_origins")
"""Empty where the API leaves them out. Not `grant_types`: what old clients without them may do is
unknown.
"""
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
    found |= _live_refresh_token(_mapping(item.get("refresh_token")))
    metadata = _mapping(item.get("client_metadata"))
    found |= {f"{METADATA}{k}": str(v) for k, v in metadata.items() if k not in OWNERSHIP_TAGS}
    return found


def credential_ids(item: Json) -> tuple[str, ...]:
    """The ids of the public keys that the client authenticates with."""
    return tuple(str(_mapping(key).get("id", "")) for key in _keys(item))


def _keys(item: Json) -> list[Any]:
    methods = _mapping(item.get("client_authentication_methods"))
    listed = _mapping(methods.get(KEYS)).get("credentials")
    return listed if isinstance(listed, list) else []


def _live_refresh_token(block: Json) -> dict[str, object]:
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
