"""A live client as the content of a file: only what differs from a default is stated.

Whether the result says the same is not taken for granted: it is loaded like any other file, and its
facets are compared with the live ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auth0_third_party import rules
from auth0_third_party.model.application import RefreshToken
from tpa.drift.accept_grants import grant_content, reason_of
from tpa.drift.states import EVERY
from tpa.files.warnings import UNKNOWN_OWNER
from tpa.tenant.facets import METADATA, Facets
from tpa.tenant.objects import Client, Grant
from tpa.tenant.view import EnvironmentView

LIMITING = ("block", "log")
"""What a file can ask for beyond a limit."""
MOST = 10_000
"""Requests that a file can name."""
OVERLAY = ("callbacks", "allowed_origins", "web_origins")
PLAIN = ("description", "logo_uri")


@dataclass(frozen=True)
class Owner:
    """Who answers for adopted applications, as the person said; empty: as the tenant knows."""

    organization: str = ""
    contact: str = ""

    def of(self, client: Client) -> dict[str, str]:
        return {
            "organization": self.organization or client.owner or UNKNOWN_OWNER,
            "contact": self.contact or UNKNOWN_OWNER,
        }


def definition(
    client: Client,
    grants: list[dict[str, Any]],
    connections: list[str],
    owner: Owner,
    limit: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The content of an application's file, in the order in which people write it."""
    live = client.facets
    content: dict[str, Any] = {"name": live["name"], "owner": owner.of(client)}
    content |= {name: live[name] for name in PLAIN if live[name]}
    content["app_type"] = live["app_type"]
    if client.mode == "permissive":
        content["security_mode"] = "permissive"
    content |= _proof(live)
    content |= dict(_flows(live, grants))
    content |= dict(_tokens(client, live))
    if live.get("redirection_policy") == "allow_always":
        content["redirection_policy"] = "allow_always"
        content["redirection_policy_reason"] = reason_of("found live")
    metadata = {k.removeprefix(METADATA): v for k, v in live.items() if k.startswith(METADATA)}
    if metadata:
        content["client_metadata"] = metadata
    if limit:
        content["rate_limit"] = dict(limit)
    if grants:
        content["grants"] = grants
    if connections and live["app_type"] != "non_interactive":
        content["connections"] = connections
    return content


def overlay(client: Client) -> dict[str, list[str]] | None:
    """What the environment says of it: addresses differ from one environment to the next."""
    found = {name: client.facets.get(name) for name in OVERLAY}
    return {n: list(v) for n, v in found.items() if isinstance(v, tuple) and v} or None


def limit_of(view: EnvironmentView, client: Client) -> Mapping[str, Any]:
    """Its own rate limit as a file says it; empty without one, or where no file can."""
    policies = view.snapshot.rate_limits if view.snapshot else {}
    live = policies.get(f"client_id:{client.id}")
    if live is None or live.action not in LIMITING or not 0 <= live.limit <= MOST:
        return {}
    return {"action": live.action, "limit": live.limit}


def grant_item(key: str, grant: Grant, organizations: list[str]) -> dict[str, Any]:
    """A live grant as an item of `grants`; `key` is the API's."""
    item = grant_content(key, grant.subject_type, EVERY if grant.all_scopes else grant.scopes)
    if grant.details:
        item["authorization_details_types"] = list(grant.details)
    if organizations:
        item["organizations"] = organizations
    return item


def _proof(live: Facets) -> dict[str, Any]:
    found: dict[str, Any] = {}
    method = live["token_endpoint_auth_method"]
    if method != rules.default_auth_method(str(live["app_type"])):
        found["token_endpoint_auth_method"] = method
    if live["require_proof_of_possession"]:
        found["require_proof_of_possession"] = True
    return found


def _flows(live: Facets, grants: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Refresh tokens are stated where they are used, or set to what is no default of ours."""
    flows = live["grant_types"] if isinstance(live["grant_types"], tuple) else ()
    block = _refresh_token(live)
    stated = bool(block) or "refresh_token" in flows
    subjects = [str(grant["subject_type"]) for grant in grants]
    if flows != rules.default_grant_types(str(live["app_type"]), subjects, refresh_tokens=stated):
        yield "grant_types", list(flows)
    if stated:
        yield "refresh_token", block


def _refresh_token(live: Facets) -> Mapping[str, Any]:
    method = str(live["token_endpoint_auth_method"])
    usual = RefreshToken().model_dump() | {"rotation_type": rules.default_rotation(method)}
    found = {name: live.get(f"refresh_token.{name}") for name in usual}
    return {name: v for name, v in found.items() if v is not None and v != usual[name]}


def _tokens(client: Client, live: Facets) -> Iterator[tuple[str, Any]]:
    if live["access_token_lifetime"] not in (None, 3600):
        yield "access_token_lifetime", live["access_token_lifetime"]
    algorithm = live.get("signing_algorithm", "default" if client.mode == "permissive" else "RS256")
    if algorithm != "RS256":
        yield "signing_algorithm", algorithm
