"""Recorded traffic of the real service, where it lies beside the project, replays alike."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auth0_emulator.clock import Clock, parse
from auth0_emulator.tenant import Tenant
from tests.emulator.cassettes import Interaction, Replay, interactions, plain
from tests.emulator.conftest import ROOT, in_process, new_tenant

FOLDER = ROOT.parent / "shared" / "facts" / "recordings"
FILES = sorted(FOLDER.glob("*.yaml"))

# Properties that the service has learnt to show since these were recorded.
YOUNGER = {
    "TestAccAllowUpdatingTheClientSecret.yaml": ".cross_origin_authentication extra",
    "TestAccOrganizationClientGrant.yaml": ".third_party_client_access extra",
}

Calls = list[Interaction]


def first(calls: Calls, path: str) -> Any:
    """The first answer of a path: where no write came before, what was there before."""
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
            tenant.add("client", one["client_id"], {"client_secret": "was there", **one})
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
    tenant.add("organization", identity, {"id": identity, "name": "was-there"})
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
    tenant.documents.planted[document["client_id"]] = json.dumps(document)


GIVEN: dict[str, Callable[[Tenant, Calls], None]] = {
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
def test_a_recording_replays(file: Path) -> None:
    """The recording tenant was eligible for permissive mode, before that ended."""
    tenant = new_tenant(legacy=True, clock=Clock(parse("2026-08-01")))
    calls = list(interactions(file))
    if file.name in GIVEN:
        GIVEN[file.name](tenant, calls)
    replay = Replay(in_process(tenant))
    younger = YOUNGER.get(file.name)
    wrong = {}
    for call in calls:
        found = [
            one
            for one in replay.differences(call)
            if younger is None or not one.startswith(younger)
        ]
        if found:
            wrong[f"{call.number} {call.method} {call.target}"] = found
    assert not wrong


def test_the_comparison_can_fail() -> None:
    assert plain({"id": 1, "client_secret": "a", "created_at": "2026-01-01T00:00:00.000Z"}) == {
        "id": 1,
        "client_secret": "[blotted]",
        "created_at": "[time]",
    }
    tenant = new_tenant()
    call = Interaction(0, "GET", "/prompts", None, 200, {"identifier_first": "other"})
    found = Replay(in_process(tenant)).differences(call)
    assert any(line.startswith(".identifier_first is") for line in found)
    call = Interaction(0, "GET", "/prompts", None, 404, None)
    assert Replay(in_process(tenant)).differences(call)[0].startswith("status 200, recorded 404")
