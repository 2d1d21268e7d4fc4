"""Default permissions, promoted connections and the bundle; asserted on recorded inputs."""

import pulumi

from auth0_third_party import DefaultPermissions, DomainConnections, ThirdPartyAccess
from auth0_third_party.model.permissions import DefaultPermission
from tests.components.conftest import Register, only
from tests.components.test_third_party_application import CLIENT, GRANT, application

PROMOTION = "auth0-third-party:index:ConnectionPromotion"


def test_default_permissions_are_for_third_parties(register: Register) -> None:
    default = DefaultPermission(
        audience="https://c.test", subject_type="user", scopes=("read:p",), api="catalog"
    )
    grant = only(register(lambda: DefaultPermissions("defaults", [default])), GRANT)
    assert grant.name == "defaults-catalog-user"
    assert grant.inputs == {
        "defaultFor": "third_party_clients",
        "audience": "https://c.test",
        "subjectType": "user",
        "scopes": ["read:p"],
    }


def test_a_shared_connection_is_promoted_once(register: Register) -> None:
    seen = register(lambda: DomainConnections("doors", ["db", "google", "db"], []))
    promoted = {r.name: r.inputs["connection"] for r in seen if r.type == PROMOTION}
    assert promoted == {"doors-db-promotion": "db", "doors-google-promotion": "google"}


def test_the_bundle_wires_application_and_connection(register: Register) -> None:
    seen = register(lambda: ThirdPartyAccess("crm", application(connections=["db"])))
    assert only(seen, CLIENT).name == "crm-client"
    assert only(seen, PROMOTION).inputs["connection"] == "db"
    types = [r.type for r in seen]
    assert types.index(GRANT) < types.index(PROMOTION)


def test_the_promotion_tells_what_it_found(register: Register) -> None:
    told: dict[str, object] = {}

    def program() -> None:
        doors = DomainConnections("doors", ["db"], [])
        outputs = doors.connections["db"]
        pulumi.Output.all(outputs.connection_id, outputs.promoted_by_us).apply(
            lambda values: told.update(id=values[0], by_us=values[1])
        )

    register(program)
    assert told == {"id": "con_1", "by_us": True}
