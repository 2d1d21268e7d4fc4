"""Writes that a failed update left undone, and that the state has as done.

After a failed update the engine keeps the old inputs of a resource, and the official plugin gives
it outputs that are already the wanted ones. Its next update sends some fields only where they
differ from these outputs, and so never again. Here they are written before that update.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from urllib.parse import quote

from pulumi import ResourceHookArgs

from auth0_third_party.management import Credentials, ManagementClient, NotFound
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
KEYS = "privateKeyJwt"


@dataclass(frozen=True)
class Unfinished:
    """The fields of one resource that the state has as written, though the update failed."""

    fields: tuple[str, ...]
    declared: Properties
    before: Properties

    def body(self, kind: str, live: Properties) -> dict[str, Any]:
        """What to write so that the live object is as declared; empty where it is."""
        found = {}
        for name in self.fields:
            wire, wanted = FIELDS[kind][name], self.declared.get(name)
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
    return Unfinished(tuple(fields), arguments.new_inputs or {}, before)


def lost_keys(arguments: ResourceHookArgs) -> str | None:
    """Why keys can't be written: the state has keys as registered that never were. Only a refresh
    finds out which of them are.
    """
    before, done = arguments.old_inputs or {}, arguments.old_outputs or {}
    if _pems(before) == _pems(done):
        return None
    return (
        f"{arguments.name}: the last update of its keys failed half-way, so which of them Auth0 has"
        " must be read first. Fix: pulumi up --refresh"
    )


def write_unfinished(credentials: Credentials) -> Callable[[ResourceHookArgs], None]:
    """A hook before an update, thread-safe. It makes no request unless an update failed before."""
    management = cache(partial(ManagementClient, credentials))

    def write(arguments: ResourceHookArgs) -> None:
        found = unfinished(arguments)
        if found is None:
            return
        client = management()
        path = PATHS[arguments.type].format(quote(arguments.id, safe="|"))
        try:
            live = client.get(path)
        except NotFound:
            return  # the plugin says so itself
        body = found.body(arguments.type, live)
        if live.get("allow_all_scopes") and not found.declared.get("allowAllScopes"):
            # The API refuses scopes as long as all of them are allowed.
            client.patch(path, {"allow_all_scopes": False, "scope": []})
            body.pop("allow_all_scopes", None)
        if body:
            client.patch(path, body)

    return write


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


def _pems(properties: Properties) -> set[str]:
    keys = ((properties.get(KEYS) or {}).get("credentials")) or ()
    return {str(key.get("pem") or "") for key in keys}
