"""Objects of a tenant, reduced to what checks and comparisons need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from auth0_third_party.management import UnusableAnswer
from auth0_third_party.model.client import (
    Values,
    is_third_party,
    key_ids,
    live_values,
    security_mode,
)
from auth0_third_party.model.fields import at, texts
from auth0_third_party.model.names import TAG_APPLICATION, TAG_OWNER, TAG_STACK

Json = Mapping[str, Any]


class GrantTarget(NamedTuple):
    """What a grant gives access to: an API, as user access or as client access."""

    audience: str
    subject_type: str


class GrantKey(NamedTuple):
    """The natural key of a grant: Auth0 keeps one grant for it (CG-05).

    `client_id` is empty for a default permission.
    """

    client_id: str
    audience: str
    subject_type: str


class Granting(Protocol):
    """A grant, declared or live, or a row of effective access."""

    @property
    def audience(self) -> str: ...

    @property
    def subject_type(self) -> str: ...


def target_of(granting: Granting) -> GrantTarget:
    """The API and the kind of access."""
    return GrantTarget(granting.audience, granting.subject_type)


def key_of(client_id: str, granting: Granting) -> GrantKey:
    """The natural key of that grant for a client; "" for a default permission."""
    return GrantKey(client_id, granting.audience, granting.subject_type)


TOKEN_SETTINGS = (
    *("allow_offline_access", "authorization_details", "authorization_policy", "consent_policy"),
    *("enforce_policies", "proof_of_possession", "signing_alg", "token_dialect"),
    *("token_encryption", "token_lifetime"),
)
"""Properties of an API that change what its tokens hold; see `token_settings`."""


@dataclass(frozen=True)
class Api:
    """`policies`: subject type -> API access policy (CG-14). `system`: one of Auth0's own APIs.
    `described`: the scopes that have a description. `settings`: its `TOKEN_SETTINGS`.
    """

    scopes: frozenset[str] = frozenset()
    policies: Mapping[str, str] = field(default_factory=dict)
    system: bool = False
    described: frozenset[str] = frozenset()
    settings: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Connection:
    """`promoted`: to the domain level, so every third-party application can use it (DC-01)."""

    id: str
    promoted: bool = False


@dataclass(frozen=True)
class Client:
    """`tag`: the ownership tags (application, stack), two empty texts without. `owner`: the
    ownership tag that names the organization behind it. `document`: the address of an agent's
    metadata document. `self_registered`: no administrator created it, as far as the API tells.

    `is_global`: it stands for the tenant's pages (LP-04), not for an application.

    Of third parties only: `mode`, the security mode; `values`, of its fields, by their paths in
    files; `keys`, the ids of its public keys.
    """

    id: str
    name: str = ""
    third_party: bool = False
    mode: str = ""
    tag: tuple[str, str] = ("", "")
    document: str = ""
    values: Values = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    owner: str = ""
    self_registered: bool = False
    is_global: bool = False


@dataclass(frozen=True)
class Organization:
    """`admits`: whether its members may use third-party applications; None: unknown. `access`: what
    the tenant says of that.
    """

    id: str
    admits: bool | None = None
    access: str = ""

    @property
    def known(self) -> bool:
        return self.admits is not None


@dataclass(frozen=True)
class Grant:
    """`client_id` is empty for a default permission."""

    id: str
    client_id: str
    audience: str
    subject_type: str
    scopes: tuple[str, ...] = ()
    all_scopes: bool = False
    details: tuple[str, ...] = ()
    organization_usage: str = ""
    any_organization: bool = False

    @property
    def grants_anything(self) -> bool:
        return bool(self.scopes or self.all_scopes or self.details)

    @property
    def key(self) -> GrantKey:
        """Its natural key."""
        return key_of(self.client_id, self)


@dataclass(frozen=True)
class RateLimitPolicy:
    """`action` is taken beyond `limit` requests."""

    id: str
    action: str = ""
    limit: int = 0


def read_api(item: Json) -> Api:
    listed = item.get("scopes")
    scopes = listed if isinstance(listed, list) else []
    values = frozenset(text(each, "value") for each in scopes)
    described = frozenset(
        text(each, "value") for each in scopes if str(block(each).get("description") or "")
    )
    policies = block(item, "subject_type_authorization")
    found = {name: str(block(rule).get("policy", "")) for name, rule in policies.items()}
    settings = {name: item[name] for name in TOKEN_SETTINGS if item.get(name) is not None}
    return Api(values, found, item.get("is_system") is True, described, settings)


def read_connection(item: Json) -> Connection:
    return Connection(text(item, "id"), item.get("is_domain_connection") is True)


def read_client(item: Json) -> Client:
    third_party = is_third_party(item)
    metadata = block(item, "client_metadata")
    return Client(
        text(item, "client_id"),
        str(item.get("name") or ""),
        third_party,
        security_mode(item) if third_party else "",
        (str(metadata.get(TAG_APPLICATION, "")), str(metadata.get(TAG_STACK, ""))),
        str(item.get("external_client_id") or ""),
        live_values(item) if third_party else {},
        key_ids(item) if third_party else (),
        str(metadata.get(TAG_OWNER, "")),
        third_party and _registered_itself(item, metadata),
        item.get("global") is True,
    )


def _registered_itself(item: Json, metadata: Json) -> bool:
    """DCR-05: what registers itself has no application type, and none of our ownership tags. The
    API says of a metadata document who registered it, and nothing of other clients.
    """
    if item.get("external_client_id"):
        return item.get("external_metadata_created_by") == "client"
    return not (item.get("app_type") or metadata.get(TAG_STACK))


def read_grant(item: Json) -> Grant:
    """CG-04: a grant without a subject type gives client access."""
    return Grant(
        text(item, "id"),
        str(item.get("client_id") or ""),
        text(item, "audience"),
        str(item.get("subject_type") or "client"),
        texts(item.get("scope")),
        item.get("allow_all_scopes") is True,
        texts(item.get("authorization_details_types")),
        str(item.get("organization_usage") or ""),
        item.get("allow_any_organization") is True,
    )


def read_organization(item: Json) -> Organization:
    """ORG-01: `block` is the default, and Auth0 always returns it."""
    access = str(item.get("third_party_client_access") or "")
    return Organization(text(item, "id"), {"allow": True, "block": False}.get(access), access)


def read_rate_limit(item: Json) -> RateLimitPolicy:
    configuration = block(item, "configuration")
    limit = configuration.get("limit")
    number = limit if isinstance(limit, int) else 0
    return RateLimitPolicy(text(item, "id"), str(configuration.get("action", "")), number)


def text(item: Json, name: str) -> str:
    """A property that every such object has.

    Raises:
        UnusableAnswer: this one has not.
    """
    try:
        return str(item[name])
    except (KeyError, TypeError):
        raise UnusableAnswer(f"a listed object has no '{name}'") from None


def block(item: object, *path: str) -> Json:
    """The object at a path of nested ones; empty where there is none."""
    found = at(item, path)
    return found if isinstance(found, Mapping) else {}
