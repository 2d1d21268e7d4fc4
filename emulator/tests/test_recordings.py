"""Recorded traffic of Auth0 gets the same answers here.

The recordings are looked for next to the repository and are not part of it. Their ids, times and
secrets differ from those of a new tenant: ids are learnt from each answer and put into later
requests, the rest is masked on both sides before the comparison.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.tenant import Clock, Tenant, parse_time
from auth0_emulator.testing import ManagementApi

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "facts" / "recordings"
FILES = sorted(FOLDER.glob("*.yaml"))

# Properties that Auth0 shows since these were recorded.
NEWER = {
    "TestAccAllowUpdatingTheClientSecret.yaml": ".cross_origin_authentication extra",
    "TestAccOrganizationClientGrant.yaml": ".third_party_client_access extra",
}

_ID = re.compile(
    r"(?:tpc_[A-Za-z0-9]{22}|(?:cgr|con|org)_[A-Za-z0-9]{16}|cred_[A-Za-z0-9]{22}|rlp_\w{21}"
    r"|[A-Za-z0-9]{32}|[0-9a-f]{24})"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*Z")
# Not compared: secrets, and what the recorder removed.
_MASKED = {"client_secret", "provisioning_ticket_url", "thumbprints", "app_domain"}
# The recorder added signing keys to every client.
_DROPPED = {"tenant", "global", "callback_url_template", "encrypted", "signing_keys"}


@dataclass(frozen=True)
class Interaction:
    number: int
    method: str
    target: str
    body: Any
    status: int
    answer: Any

    @property
    def path(self) -> str:
        return urlsplit(self.target).path


def interactions(file: Path) -> Iterator[Interaction]:
    """The recorded calls; targets are what follows `/api/v2`."""
    for item in yaml.load(file.read_text(), Loader=yaml.CSafeLoader)["interactions"]:
        request, response = item["request"], item["response"]
        yield Interaction(
            item["id"],
            request["method"],
            request["url"].partition("/api/v2")[2],
            _json(request["body"]),
            response["code"],
            _json(response["body"]),
        )


def _json(text: str) -> Any:
    return json.loads(text) if text.strip() else None


@dataclass
class Replay:
    """One recording against one tenant; `known` maps recorded ids to those of the tenant."""

    api: ManagementApi
    known: dict[str, str] = field(default_factory=dict)

    def differences(self, one: Interaction) -> list[str]:
        """Sends a recorded request; how the answer differs from the recorded one, status first."""
        body = self._translated(one.body) if one.method != "GET" else None
        given = self.api(one.method, self._translated(one.target), body)
        answer = given.json() if given.content else None
        if given.status_code != one.status:
            return [f"status {given.status_code}, recorded {one.status}: {given.text[:300]}"]
        self._learn(one.answer, answer)
        return list(_compared(plain(self._translated(one.answer)), plain(answer)))

    def _learn(self, recorded: Any, here: Any) -> None:
        if isinstance(recorded, dict) and isinstance(here, dict):
            for key in recorded.keys() & here.keys():
                self._learn(recorded[key], here[key])
        elif isinstance(recorded, list) and isinstance(here, list):
            for left, right in zip(recorded, here, strict=False):
                self._learn(left, right)
        elif recorded != here and all(_is_id(value) for value in (recorded, here)):
            self.known.setdefault(recorded, here)

    def _translated(self, value: Any) -> Any:
        text = json.dumps(value)
        for recorded, here in self.known.items():
            text = text.replace(recorded, here)
        return json.loads(text)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def plain(value: Any, key: str = "") -> Any:
    """Without times, secrets and what was not recorded."""
    if key in _MASKED:
        return "[masked]"
    if key == "configuration" and isinstance(value, dict) and "action" not in value:
        return dict.fromkeys(value, "[encrypted]")
    if isinstance(value, dict):
        return {k: plain(v, k) for k, v in value.items() if k not in _DROPPED}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return "[time]" if isinstance(value, str) and _TIME.fullmatch(value) else value


def _compared(recorded: Any, here: Any, path: str = "") -> Iterator[str]:
    if isinstance(recorded, dict) and isinstance(here, dict):
        for key in sorted(recorded.keys() | here.keys()):
            if key not in here:
                yield f"{path}.{key} missing, recorded {json.dumps(recorded[key])[:120]}"
            elif key not in recorded:
                yield f"{path}.{key} extra: {json.dumps(here[key])[:120]}"
            else:
                yield from _compared(recorded[key], here[key], f"{path}.{key}")
    elif isinstance(recorded, list) and isinstance(here, list) and len(recorded) == len(here):
        for index, (left, right) in enumerate(zip(recorded, here, strict=True)):
            yield from _compared(left, right, f"{path}[{index}]")
    elif recorded != here:
        yield f"{path} is {json.dumps(here)[:120]}, recorded {json.dumps(recorded)[:120]}"


Calls = list[Interaction]


def first(calls: Calls, path: str) -> Any:
    """The first answer of a path: what existed before, if no write came first."""
    return next(call.answer for call in calls if call.path == path)


def settings(tenant: Tenant, calls: Calls) -> None:
    versions = "sandbox_versions_available"
    answers = [call.answer for call in calls if call.path == "/tenants/settings"]
    known = next(answer[versions] for answer in answers if versions in answer)
    answer = {**answers[0], versions: known}
    tenant.store.replace("settings", "tenant", answer)


def existing_clients(tenant: Tenant, calls: Calls) -> None:
    for call in calls:
        one = call.answer if isinstance(call.answer, dict) else {}
        unknown = tenant.store.get("client", one.get("client_id", "")) is None
        if call.method == "GET" and "jwt_configuration" in one and unknown:
            tenant.add("client", one["client_id"], {"client_secret": "existed", **one})
        if call.method == "GET" and "/credentials/cred_" in call.path:
            owner = call.path.split("/")[2]
            known = tenant.store.get("credential", one["id"])
            created = any(c.method == "POST" and c.answer["id"] == one["id"] for c in calls)
            if known is None and not created:
                tenant.add("credential", one["id"], {**one, "client_id": owner})


def prompts(tenant: Tenant, calls: Calls) -> None:
    tenant.store.replace("settings", "prompts", first(calls, "/prompts"))


def welcome_email(tenant: Tenant, calls: Calls) -> None:
    template = first(calls, "/email-templates/welcome_email")
    tenant.add("email_template", template["template"], template)


def organization(tenant: Tenant, calls: Calls) -> None:
    identity = calls[0].path.split("/")[2]
    tenant.add("organization", identity, {"id": identity, "name": "existed"})
    for call in calls:
        if (
            call.method == "POST"
            and tenant.store.get("connection", call.body["connection_id"]) is None
        ):
            known = {"id": call.body["connection_id"], **call.answer["connection"]}
            tenant.add("connection", known["id"], known)


def metadata_document(tenant: Tenant, calls: Calls) -> None:
    tenant.store.replace("settings", "tenant", {"client_id_metadata_document_supported": True})
    mapped = calls[0].answer["mapped_fields"]
    document = {
        "client_id": mapped["external_client_id"],
        "client_name": mapped["name"],
        "redirect_uris": mapped["callbacks"],
        "logo_uri": mapped["logo_uri"],
        "client_uri": "https://tinywiki.xyz/",
        "grant_types": mapped["grant_types"],
        "application_type": mapped["app_type"],
        "token_endpoint_auth_method": mapped["token_endpoint_auth_method"],
    }
    tenant.documents.provided[document["client_id"]] = json.dumps(document)


PREPARATIONS: dict[str, Callable[[Tenant, Calls], None]] = {
    "TestAccClientCIMD.yaml": metadata_document,
    "TestAccClientCredentialsImport.yaml": existing_clients,
    "TestAccDataSourcePages.yaml": settings,
    "TestAccEmailTemplate.yaml": welcome_email,
    "TestAccOrganizationConnection.filtered.yaml": organization,
    "TestAccPrompt.yaml": prompts,
    "TestAccTenantDefaults.yaml": settings,
    "TestAccTenant_DynamicClientRegistrationSecurityMode.yaml": settings,
}


@pytest.mark.skipif(not FILES, reason=f"no recordings in {FOLDER}")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_recording_gets_the_same_answers(file: Path) -> None:
    """The recorded tenant was eligible for permissive mode, before the migration ended."""
    tenant = new_tenant(legacy=True, clock=Clock(parse_time("2026-08-01")))
    calls = list(interactions(file))
    if file.name in PREPARATIONS:
        PREPARATIONS[file.name](tenant, calls)
    replay = Replay(in_process(tenant))
    newer = NEWER.get(file.name)
    wrong = {}
    for call in calls:
        found = [
            one for one in replay.differences(call) if newer is None or not one.startswith(newer)
        ]
        if found:
            wrong[f"{call.number} {call.method} {call.target}"] = found
    assert not wrong


def test_the_comparison_can_fail() -> None:
    assert plain({"id": 1, "client_secret": "a", "created_at": "2026-01-01T00:00:00.000Z"}) == {
        "id": 1,
        "client_secret": "[masked]",
        "created_at": "[time]",
    }
    tenant = new_tenant()
    call = Interaction(0, "GET", "/prompts", None, 200, {"identifier_first": "other"})
    found = Replay(in_process(tenant)).differences(call)
    assert any(line.startswith(".identifier_first is") for line in found)
    call = Interaction(0, "GET", "/prompts", None, 404, None)
    assert Replay(in_process(tenant)).differences(call)[0].startswith("status 200, recorded 404")
