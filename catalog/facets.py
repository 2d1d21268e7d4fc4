"""An application as flat values by the names that files use, so that two can be compared.

Files, a stack's record and a tenant all come down to these; what is in here is what we manage of a
client. Grants and connections are objects of their own.
"""

from collections.abc import Mapping

from catalog import rules
from catalog.models import Application, RefreshToken

Facets = Mapping[str, object]
"""Field -> value: texts, numbers, flags, tuples of texts in their order."""
METADATA = "client_metadata."
KEYS = "private_key_jwt"


def application_facets(application: Application) -> dict[str, object]:
    """What an application is, every default filled in."""
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
    stated = application.refresh_token or RefreshToken()
    rotation = stated.rotation_type or rules.default_rotation(application.auth_method)
    return {
        "refresh_token.rotation_type": rotation,
        "refresh_token.token_lifetime": stated.token_lifetime,
        "refresh_token.idle_token_lifetime": stated.idle_token_lifetime,
        "refresh_token.leeway": stated.leeway,
    }


def facet_differences(declared: Facets, live: Facets) -> dict[str, tuple[object, object]]:
    """What differs: name -> (declared, live); None on the side that has no such thing.

    A property that files leave to the tenant (`signing_algorithm: default`) never differs.
    """
    metadata = [name for name in live if name.startswith(METADATA)]
    names = dict.fromkeys((*declared, *metadata))
    pairs = {name: (declared.get(name), live.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
