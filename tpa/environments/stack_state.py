"""A stack's state, however it is read: its outputs, its record, names and ids of its resources."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auth0_third_party.model.names import application_key
from auth0_third_party.rules.hosts import tenant_address
from tpa.errors import TpaError
from tpa.files.environment import Environment
from tpa.files.problems import Problem
from tpa.files.record import Record, UnreadableRecord, read_record

CLIENT = "auth0:index/client:Client"
CREDENTIALS = "auth0:index/clientCredentials:ClientCredentials"
GRANT = "auth0:index/clientGrant:ClientGrant"
AGENT = "auth0:index/clientCimd:ClientCimd"
RATE_LIMIT = "auth0:index/rateLimitPolicy:RateLimitPolicy"
PROMOTION = "auth0-third-party:index:ConnectionPromotion"
ORGANIZATION_ACCESS = "auth0-third-party:index:OrganizationAccess"
ORGANIZATION_CONNECTION = "auth0-third-party:index:OrganizationConnection"
ORGANIZATION_GRANT = "auth0-third-party:index:OrganizationGrant"
REGISTRATION_SETTING = "auth0-third-party:index:RegistrationSetting"
ERROR_PAGE_SETTING = "auth0-third-party:index:ErrorPageSetting"
SCOPE_DESCRIPTION_SETTING = "auth0-third-party:index:ScopeDescriptionSetting"
RESOURCE_INDICATOR_SETTING = "auth0-third-party:index:ResourceIndicatorSetting"
METADATA_DOCUMENT_SETTING = "auth0-third-party:index:MetadataDocumentSetting"
REMEMBERED = "auth0-third-party:index:Remembered"
PROVIDER = "pulumi:providers:auth0"
STACK = "pulumi:pulumi:Stack"
ResourceKey = tuple[str, str]
"""A resource type, and a logical name or an id."""


Lists = Mapping[str, tuple[str, ...]]
"""Property -> its entries, in their order."""
LISTS = {
    "callbacks": "callbacks",
    "allowedOrigins": "allowed_origins",
    "webOrigins": "web_origins",
    "grantTypes": "grant_types",
    "scopes": "scopes",
    "authorizationDetailsTypes": "authorization_details_types",
}
"""Properties that are lists: the plugin's name -> the SDK's."""


class UnreadableState(Exception):
    """The state of a stack can't be read; the text says why."""


@dataclass(frozen=True)
class StateResource:
    """One resource in the state. Known where the state was read as a whole: `parent`, a URN, and
    `failed`, whether its last write did: the outputs may then be what was wanted and is not live.
    `lists`: of clients and grants, where the engine answered a running program.
    """

    urn: str
    type: str
    id: str = ""
    parent: str = ""
    failed: bool = False
    lists: Lists = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True)
class StateResources:
    """All of one stack's resources."""

    resources: tuple[StateResource, ...] = ()
    _by_name: Mapping[ResourceKey, StateResource] = field(init=False, repr=False, compare=False)
    _by_id: Mapping[ResourceKey, StateResource] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {(r.type, r.name): r for r in self.resources})
        object.__setattr__(self, "_by_id", {(r.type, r.id): r for r in self.resources if r.id})

    @property
    def lists(self) -> dict[ResourceKey, Lists]:
        """The lists of each resource, by type and logical name."""
        return {key: each.lists for key, each in self._by_name.items() if each.lists}

    def named(self, resource_type: str, name: str) -> StateResource | None:
        """The resource of that logical name."""
        return self._by_name.get((resource_type, name))

    def with_id(self, resource_type: str, identity: str) -> StateResource | None:
        """The resource of the live object with that id."""
        return self._by_id.get((resource_type, identity))

    @property
    def client_keys(self) -> dict[str, str]:
        """Client id -> key of each application and agent."""
        return {
            held.id: application_key(held.name)
            for held in self.resources
            if held.type in (CLIENT, AGENT) and held.id
        }

    @property
    def in_tenant(self) -> tuple[StateResource, ...]:
        """Those that are objects, or fields of objects, in the tenant."""
        kinds = ("auth0:", "auth0-third-party:")
        return tuple(each for each in self.resources if each.id and each.type.startswith(kinds))

    def component(self, name: str) -> StateResource | None:
        """A component of the library, by its logical name."""
        found = (
            r for r in self.resources if r.name == name and r.type.startswith("auth0-third-party:")
        )
        return next(found, None)

    def urn(self, resource_type: str, name: str, component: str = "") -> str | None:
        """The URN of a resource: the state's, or the one it will have below its component; None
        where neither is in the state.
        """
        held, parent = self.named(resource_type, name), self.component(component)
        if held is not None:
            return held.urn
        if parent is None:
            return None
        return f"{parent.urn.rpartition('::')[0]}${resource_type}::{name}"


@dataclass(frozen=True)
class StackState:
    """What a stack put out after its last good run, and what its state holds now. Both are empty
    where the stack was never applied. Secret outputs are encrypted, or left out.

    `provider_domain`: the tenant that its provider was configured for, also by a run that failed.
    """

    outputs: Mapping[str, Any] = field(default_factory=dict)
    resources: StateResources = field(default_factory=StateResources)
    provider_domain: str = ""

    @property
    def tenant(self) -> str:
        """The domain of the tenant that its objects are in; empty where it has none."""
        if self.provider_domain and self.resources.in_tenant:
            return self.provider_domain
        return str(self.outputs.get("tenant") or "")

    def readable_record(self) -> Record:
        """What the stack applied; empty where it never did.

        Raises:
            UnreadableRecord: another version of this project wrote it.
        """
        names = {resource.name for resource in self.resources.resources}
        return read_record(self.outputs).with_leaving(names).renamed(self._renamed_keys())

    def _renamed_keys(self) -> dict[str, str]:
        """Key of an application at the last update -> its key in the state, where it was renamed
        there since (`pulumi state rename`).
        """
        now, put_out = self.resources.client_keys, self.outputs.get("applications")
        applications = put_out.items() if isinstance(put_out, Mapping) else ()
        ids = {key: str(e.get("client_id")) for key, e in applications if isinstance(e, Mapping)}
        return {key: now[each] for key, each in ids.items() if now.get(each, key) != key}

    def record(self, name: str) -> Record:
        """The same. `name` is the stack's, for the message.

        Raises:
            TpaError: another version of this project wrote it.
        """
        try:
            return self.readable_record()
        except UnreadableRecord as error:
            raise TpaError(
                f"the record of {name} can't be compared: {error}\n  fix: run"
                f" tpa up -e {name} with this version"
            ) from None


def state_in_answers(
    outputs: Mapping[str, Any], resources: Mapping[str, Any] | None = None
) -> StackState:
    """From what the engine answers a running program.

    Args:
        outputs: of `readStackOutputs`; secret ones come in clear, and are left out.
        resources: of `readStackResourceOutputs`; of each its id is kept, and its `LISTS`.
    """
    secret = frozenset(outputs.get("secretOutputNames") or ())
    public = {k: v for k, v in (outputs.get("outputs") or {}).items() if k not in secret}
    answered = ((resources or {}).get("outputs") or {}).items()
    entries = {urn: entry for urn, entry in answered if isinstance(entry, Mapping)}
    found = tuple(_answered(urn, entry) for urn, entry in entries.items())
    return StackState(public, StateResources(found), _provider_domain(entries.values()))


def _answered(urn: str, entry: Mapping[str, Any]) -> StateResource:
    kind, outputs = str(entry.get("type", "")), entry.get("outputs") or {}
    lists = {
        name: tuple(map(str, outputs[wire]))
        for wire, name in (LISTS if kind in (CLIENT, GRANT) else {}).items()
        if isinstance(outputs.get(wire), list)
    }
    return StateResource(urn, kind, _identity(outputs), lists=lists)


def state_in_export(export: str) -> StackState:
    """From what `pulumi stack export` prints; of each resource nothing but its id is kept."""
    entries = json.loads(export).get("deployment", {}).get("resources") or []
    outputs = [entry.get("outputs") for entry in entries if entry.get("type") == STACK]
    found = tuple(
        StateResource(
            str(entry["urn"]),
            str(entry.get("type", "")),
            str(entry.get("id") or ""),
            str(entry.get("parent") or ""),
            bool(entry.get("initErrors")),
        )
        for entry in entries
        if not entry.get("delete")  # replaced, and about to be deleted
    )
    domain = _provider_domain(entry for entry in entries if not entry.get("delete"))
    return StackState((outputs[0] if outputs else None) or {}, StateResources(found), domain)


def exported_state(
    cli: str | Path,
    stack: str,
    folder: Path,
    variables: Mapping[str, str],
    timeout: float | None = None,
) -> StackState:
    """The state of a stack of the project in `folder`, by the engine's own command.

    No passphrase is needed, since secrets stay encrypted. A stack that does not exist has an empty
    state.

    Args:
        variables: the whole environment of the command; they choose backend and credentials.
        timeout: in seconds.

    Raises:
        UnreadableState: why it can't be read.
    """
    try:
        done = subprocess.run(  # noqa: S603
            [str(cli), "stack", "export", "--stack", stack, "--non-interactive"],
            cwd=folder,
            env=variables,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableState(f"there was no answer within {timeout:.0f} seconds") from None
    if done.returncode and "no stack named" in done.stderr:
        return StackState()
    if done.returncode:
        why = done.stderr.strip().removeprefix("error: ")
        raise UnreadableState(why or "pulumi printed no reason")
    return state_in_export(done.stdout)


def _provider_domain(entries: Iterable[Any]) -> str:
    """The domain in the state's entry of the official plugin's provider."""
    for entry in entries:
        if isinstance(entry, Mapping) and entry.get("type") == PROVIDER:
            return str((entry.get("outputs") or {}).get("domain") or "")
    return ""


def _identity(outputs: Mapping[str, Any]) -> str:
    """The id. Resources of our own provider have none in their outputs: theirs is the object's, and
    that of a link is made of both ends.
    """
    if "id" in outputs:
        return str(outputs["id"])
    ends = [outputs.get("organizationId"), outputs.get("connectionId") or outputs.get("grantId")]
    return "::".join(str(end) for end in ends if end)


LOCAL = "localhost:"
"""What an embedded tenant's domain begins with; its port follows."""


def other_tenant(
    environment: Environment, file: str, domain: str, state: StackState
) -> Problem | None:
    """What is wrong where the stack was applied to another tenant than `domain`, completely or
    not.
    """
    recorded = state.tenant
    if not recorded or tenant_address(recorded) == tenant_address(domain):
        return None
    back = f"name {recorded} again"
    if environment.embedded and recorded.startswith(LOCAL):
        back = f"state embedded_port: {recorded.removeprefix(LOCAL)} again"
    return Problem(
        file,
        0,
        ("tenant",),
        f"the stack was applied to {recorded}, and would now go to {domain}",
        "its state holds ids of objects in the old tenant; in the new one, an update would change"
        " or delete by ids that mean nothing there",
        f"use a new environment for {domain}, or {back}",
        rule="ENV-10",
    )
