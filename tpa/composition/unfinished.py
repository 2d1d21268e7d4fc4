"""Writes that a failed update left undone, and that the state has as done.

After a failed update the engine keeps the old inputs of a resource, and the official plugin gives
it outputs that are already the wanted ones. Its next update sends some fields only where they
differ from these outputs, and so never again. Here they are written before that update.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pulumi import ResourceHookArgs

from auth0_third_party.management import Credentials, ManagementClient, NotFound
from auth0_third_party.model.client import key_ids
from tpa.environments.stack_state import CLIENT, CREDENTIALS, GRANT

Properties = Mapping[str, Any]
PATHS = {CLIENT: "/clients/{}", CREDENTIALS: "/clients/{}", GRANT: "/client-grants/{}"}
FIELDS: Mapping[str, Mapping[str, str]] = {
    CLIENT: {"clientMetadata": "client_metadata"},
    CREDENTIALS: {"authenticationMethod": "token_endpoint_auth_method"},
    GRANT: {
        "scopes": "scope",
        "allowAllScopes": "allow_all_scopes",
        "organizationUsage": "organization_usage",
    },
}
"""What an update sends only where it changed: name of an input -> property of the API."""
DETACHED = {
    "client_authentication_methods": None,
    "token_endpoint_auth_method": "client_secret_post",
}
"""What a client is without keys, until the plugin attaches them."""


@dataclass(frozen=True)
class Unfinished:
    """The fields of one resource that the state has as written, though the update failed."""

    fields: tuple[str, ...]
    declared: Properties
    before: Properties
    done: Properties
    """What the state has as written."""

    def body(self, kind: str, live: Properties) -> dict[str, Any]:
        """What to write so that the live object is as declared; empty where it is."""
        found = {}
        for name in self.fields:
            wire, wanted = FIELDS[kind][name], self.declared.get(name)
            if not _differ(self.done.get(name), live.get(wire)):
                continue  # the state is right about it, so the plugin writes what changes
            if name == "clientMetadata":
                wanted = {**dict.fromkeys(_plain(self.before.get(name)) or {}), **_plain(wanted)}
                wanted = {k: v for k, v in wanted.items() if (live.get(wire) or {}).get(k) != v}
            elif not _differ(wanted, live.get(wire)):
                continue
            if wanted is not None and wanted != {}:
                found[wire] = wanted
        return found


def unfinished(arguments: ResourceHookArgs) -> Unfinished | None:
    """What the state has as written and was not, of a resource that is about to be updated."""
    before, done = arguments.old_inputs or {}, arguments.old_outputs or {}
    fields = [name for name in FIELDS[arguments.type] if _differ(before.get(name), done.get(name))]
    if not fields:
        return None
    return Unfinished(tuple(fields), arguments.new_inputs or {}, before, done)


def lost_keys(arguments: ResourceHookArgs) -> str | None:
    """Why keys can't be written: the state has keys as registered that never were. Only a refresh
    finds out which of them are.
    """
    before, done = _keys(arguments.old_inputs), _keys(arguments.old_outputs)
    registered = all(key.get("id") for key in done)
    if registered and _pems(before) == _pems(done):
        return None
    return (
        f"{arguments.name}: the last update of its keys failed half-way, so which of them Auth0 has"
        " must be read first. Fix: pulumi up --refresh"
    )


class UnfinishedWrites:
    """Hooks before a write, for many threads at once."""

    def __init__(self, credentials: Credentials) -> None:
        self._client = ManagementClient(credentials)

    def write(self, arguments: ResourceHookArgs) -> None:
        """Before an update: what a failed one left. Without one it makes no request."""
        found = unfinished(arguments)
        if found is None:
            return
        path = PATHS[arguments.type].format(quote(arguments.id, safe="|"))
        try:
            live = self._client.get(path)
        except NotFound:
            return  # the plugin says so itself
        body = found.body(arguments.type, live)
        if live.get("allow_all_scopes") and not found.declared.get("allowAllScopes"):
            # The API refuses scopes as long as all of them are allowed.
            self._client.patch(path, {"allow_all_scopes": False, "scope": []})
            body.pop("allow_all_scopes", None)
        if body:
            self._client.patch(path, body)

    def remove_lost_keys(self, arguments: ResourceHookArgs) -> None:
        """Before keys are registered: those with their names that a run registered before it was
        interrupted; Auth0 takes no key twice. One that authenticates is replaced only where the
        state has none at all.
        """
        declared, held = _keys(arguments.new_inputs), _keys(arguments.old_outputs)
        if _pems(declared) <= _pems(held):
            return
        path = PATHS[CREDENTIALS].format((arguments.new_inputs or {})["clientId"])
        names, used = {key.get("name") for key in declared}, key_ids(self._client.get(path))
        found = self._client.get(f"{path}/credentials")
        lost = [key for key in found if key.get("name") in names]
        if used and not held and {key.get("id") for key in lost} >= set(used):
            self._client.patch(path, DETACHED)
        else:
            lost = [key for key in lost if key.get("id") not in used]
        for key in lost:
            self._client.delete(f"{path}/credentials/{key['id']}")


def _differ(one: Any, other: Any) -> bool:
    """Whether two values differ: none at all and an empty one are the same, lists have no order."""
    one, other = _plain(one), _plain(other)
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) != sorted(map(str, other))
    return one != other and bool(one or other)


def _plain(value: Any) -> Any:
    """Without the engine's own entries."""
    if isinstance(value, Mapping):
        return {k: v for k, v in value.items() if not k.startswith("__")}
    return list(value) if isinstance(value, tuple | list) else value


def _keys(properties: Properties | None) -> Sequence[Properties]:
    return (((properties or {}).get("privateKeyJwt")) or {}).get("credentials") or ()


def _pems(keys: Sequence[Properties]) -> set[str]:
    return {str(key.get("pem") or "") for key in keys}
