"""What live applications authenticate with, as far as the tenant tells.

The API has names, ages and expiries of keys, and nothing of a secret but itself. The tenant's log,
which Auth0 keeps for some days, has when a secret was made, and when a token was last issued.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from auth0_third_party.management import ManagementClient, MissingScope, NotFound
from tpa.report.model import LAST_USE, Credential
from tpa.tenant.log import Write, last_token, read_writes
from tpa.tenant.objects import Client
from tpa.tenant.snapshot import Unknown
from tpa.tenant.view import EnvironmentView

Keys = Mapping[str, tuple[Credential, ...]]
"""Client id -> its public keys."""


@dataclass(frozen=True)
class Credentials:
    """By client id: public keys; when the secret was made or replaced; when a token was issued
    last. `unknown`: what could not be read.
    """

    keys: Keys = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    last_used: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[Unknown, ...] = ()


def read_credentials(client: ManagementClient, view: EnvironmentView) -> Credentials:
    """One call for each application that has keys, and one for each that may have got a token.

    Raises:
        ManagementError: the tenant can't be read.
    """
    keys, unknown = _public_keys(client, view)
    log = read_writes(client, LAST_USE)
    if log.unknown:
        return Credentials(keys, unknown=(*unknown, log.unknown))
    secrets: dict[str, str] = {}
    for write in log.writes:
        for client_id in _new_secret(write):
            secrets.setdefault(client_id, write.at)
    last_used = {live.id: last_token(client, live.id) for live in _live(view)}
    return Credentials(keys, secrets, last_used, unknown)


def _live(view: EnvironmentView) -> tuple[Client, ...]:
    return (*view.managed.values(), *view.unmanaged)


def _new_secret(write: Write) -> Iterator[str]:
    """The client whose secret a write made or replaced."""
    collection, *rest = write.place or ("",)
    if collection == "clients" and write.method == "POST" and rest[1:] in ([], ["rotate-secret"]):
        yield rest[0] if rest else str(write.answer.get("client_id") or "")
    elif collection == "clients" and write.method == "PATCH" and "client_secret" in write.body:
        yield rest[0]


def _public_keys(
    client: ManagementClient, view: EnvironmentView
) -> tuple[Keys, tuple[Unknown, ...]]:
    """The public keys of live applications; one call for each application that has some. Keys that
    can't be read have their ids for names.
    """
    found: dict[str, tuple[Credential, ...]] = {}
    unknown: tuple[Unknown, ...] = ()
    for live in _live(view):
        if not live.keys:
            continue
        found[live.id] = tuple(Credential(identity, "") for identity in live.keys)
        if unknown:
            continue  # the token lacks the scope for every application
        try:
            listed = client.get(f"/clients/{live.id}/credentials")
        except MissingScope as error:
            unknown = (Unknown("names and ages of keys", " or ".join(error.scopes)),)
        except NotFound:
            continue  # deleted since the clients were listed
        else:
            found[live.id] = _named(listed, live.keys)
    return found, unknown


def _named(listed: object, ids: tuple[str, ...]) -> tuple[Credential, ...]:
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    by_id = {str(item.get("id")): item for item in items}
    return tuple(_named_key(each, by_id.get(each, {})) for each in ids)


def _named_key(identity: str, item: Mapping[str, Any]) -> Credential:
    return Credential(
        str(item.get("name") or item.get("kid") or identity),
        str(item.get("created_at") or ""),
        str(item.get("expires_at") or ""),
    )
