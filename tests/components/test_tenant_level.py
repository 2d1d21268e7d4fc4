"""Default permissions, promoted connections and the bundle; asserted on recorded inputs."""

import pulumi

from auth0_third_party import (
    DefaultPermissionArgs,
    DefaultPermissions,
    DomainConnections,
    ThirdPartyAccess,
    ThirdPartyApplication,
)
from tests.components.conftest import Register, only
from tests.components.test_third_party_application import CLIENT, GRANT, application

PROMOTION = "auth0-third-party:index:ConnectionPromotion"
CATALOG = DefaultPermissionArgs(
    audience="https://c.test", subject_type="user", scopes=["read:p"], api="catalog"
)


def test_default_permissions_are_for_third_parties(register: Register) -> None:
    seen = register(lambda: DefaultPermissions("defaults", {"permissions": [CATALOG]}))
    grant = only(seen, GRANT)
    assert grant.name == "defaults-catalog-user"
    assert grant.inputs == {
        "defaultFor": "third_party_clients",
        "audience": "https://c.test",
        "subjectType": "user",
        "scopes": ["read:p"],
    }


def test_a_connection_is_promoted_by_its_key(register: Register) -> None:
    args = {"db": "Customers DB", "google": "google-oauth2"}
    seen = register(lambda: DomainConnections("shared", {"connections": args}))
    promoted = {r.name: r.inputs["connection"] for r in seen if r.type == PROMOTION}
    assert promoted == {
        "shared-promotion-db": "Customers DB",
        "shared-promotion-google": "google-oauth2",
    }


def test_promotions_wait_for_what_their_component_depends_on(register: Register) -> None:
    def program() -> None:
        crm = ThirdPartyApplication("crm", application())
        after = pulumi.ResourceOptions(depends_on=[crm])
        DomainConnections("shared", {"connections": {"db": "db"}}, after)

    types = [r.type for r in register(program)]
    assert types.index(GRANT) < types.index(PROMOTION)


def test_the_bundle_wires_application_and_connection(register: Register) -> None:
    args = {**application(), "connections": {"db": "db"}}
    seen = register(lambda: ThirdPartyAccess("crm", args))  # type: ignore[arg-type]
    assert only(seen, CLIENT).name == "crm-client"
    assert only(seen, PROMOTION).name == "crm-connections-promotion-db"
    assert only(seen, PROMOTION).inputs["connection"] == "db"
    types = [r.type for r in seen]
    assert types.index(GRANT) < types.index(PROMOTION)


def test_outputs_are_what_programs_need(register: Register) -> None:
    told: dict[str, object] = {}

    def program() -> None:
        args = {**application(), "connections": {"db": "db"}}
        access = ThirdPartyAccess("crm", args)  # type: ignore[arg-type]
        defaults = DefaultPermissions("defaults", {"permissions": [CATALOG]})
        for name, output in {
            "client_id": access.client_id,
            "grants": access.grants,
            "connections": access.connections,
            "defaults": defaults.grants,
        }.items():
            pulumi.Output.all(name, output).apply(lambda both: told.update({both[0]: both[1]}))

    register(program)
    assert told == {
        "client_id": "tpc_crm-client",
        "grants": {"orders-user": "crm-grant-orders-user-id"},
        "connections": {"db": "con_1"},
        "defaults": {"catalog-user": "defaults-catalog-user-id"},
    }
