"""An application as a client of the Management API, by the table of its fields.

https://auth0.com/docs/api/management/v2/clients/post-clients
"""

from collections.abc import Callable, Mapping
from typing import Any

from auth0_third_party.model.application import Application, ApplicationSettings, live_keys
from auth0_third_party.model.fields import Json, at, fields_of
from auth0_third_party.model.names import OWNERSHIP_TAGS
from auth0_third_party.rules.violation import Path

FIELDS = tuple(fields_of(ApplicationSettings))
METADATA = "client_metadata"
Values = Mapping[Path, object]
"""Field -> value: text, number, flag, or tuple of texts in their order."""


def declared_values(application: Application) -> dict[Path, object]:
    """What a declared application is, every default filled in. What it leaves to the tenant, such
    as `signing_algorithm: default`, is left out.
    """

    def stated(*path: str) -> Any:
        return at(application, path)

    return _values(lambda field: field.stated(stated, application), strict=application.strict)


def live_values(item: Json) -> dict[Path, object]:
    """The same of a third-party client, without what the API does not tell."""
    mode = security_mode(item)
    values = _values(lambda field: field.live(item), strict=mode == "strict")
    return values | {("security_mode",): mode}


def requested_properties() -> tuple[str, ...]:
    """The properties of a client that `live_values` reads."""
    return tuple(dict.fromkeys(field.wire[0] for field in FIELDS))


def key_ids(item: Json) -> tuple[str, ...]:
    """The ids of the public keys that a client authenticates with."""
    return tuple(str(key.get("id", "")) for key in live_keys(item) if isinstance(key, Mapping))


def client_arguments(value: Callable[..., Any], application: ApplicationSettings) -> dict[str, Any]:
    """The arguments of the official plugin's client, ownership tags and metadata aside.

    `value(*path)` gives what is stated, which may be unknown still.
    """
    found: dict[str, Any] = {}
    for field in FIELDS:
        if field.row.written and (application.strict or not field.row.strict_only):
            *parents, last = field.wire
            block = found
            for parent in parents:
                block = block.setdefault(parent, {})
            for name, part in field.row.write(field.stated(value, application)).items():
                block[name or last] = list(part) if isinstance(part, tuple) else part
    block = found["refresh_token"]
    endless = block["infinite_token_lifetime"] and block["infinite_idle_token_lifetime"]
    return {
        **found,
        "refresh_token": {**block, "expiration_type": "non-expiring" if endless else "expiring"},
    }


def is_third_party(item: Json) -> bool:
    """CIMD-04, TP-CREATE-03: the API tells no ownership of clients that can have only one."""
    return item.get("is_first_party", not _strict_by_kind(item)) is False


def security_mode(item: Json) -> str:
    """The mode of a third-party client. Those of metadata documents are strict, and the API does
    not tell their mode; those from before the modes are permissive (MIG-04).
    """
    implied = "strict" if _strict_by_kind(item) else "permissive"
    return str(item.get("third_party_security_mode") or implied)


def _strict_by_kind(item: Json) -> bool:
    """Only strict third parties have such a document, or such an id."""
    named = str(item.get("client_id", "")).startswith("tpc_")
    return named or item.get("external_metadata_type") == "cimd"


def _values(value: Callable[[Any], object], *, strict: bool) -> dict[Path, object]:
    found: dict[Path, object] = {}
    for field in FIELDS:
        each = None if field.row.strict_only and not strict else value(field)
        if isinstance(field.default, dict):  # every entry is a field of its own
            each = each if isinstance(each, Mapping) else {}
            entries = ((name, text) for name, text in each.items() if name not in OWNERSHIP_TAGS)
            found |= {(*field.path, name): text for name, text in entries}
        elif each is not None:
            found[field.path] = each
    return found
