"""Keys of files become the names of one tenant; a key that is not there stands for itself."""

from typing import Any

from auth0_third_party.model.application import RateLimit
from tests.tpa.files.conftest import PORTAL
from tpa.files.declaration import Names
from tpa.files.definitions import AgentDefinition, ApplicationDefinition, GrantDefinition

NAMES = Names({"orders": "https://orders.test"}, {"customers": "db"}, {"north": "northwind"})
GRANT = GrantDefinition(
    api="orders", subject_type="client", scopes=("a", "b"), organizations=("north", "org")
)


def test_an_application_gets_the_names_of_the_tenant() -> None:
    definition = ApplicationDefinition(
        **{**PORTAL, "connections": ["customers", "other"], "grants": [GRANT]}
    )
    found = NAMES.application(definition)
    assert found.connections == ("db", "other")
    assert found.owner == "Acme"
    (grant,) = found.grants
    assert (grant.audience, grant.api) == ("https://orders.test", "orders")
    assert grant.organizations == ("northwind", "org")


def test_the_environment_overrides_the_file() -> None:
    key = {"name": "one", "pem": "PEM"}
    own: dict[str, Any] = {
        "callbacks": ["https://dev.test/cb"],
        "web_origins": [],
        "connections": ["x"],
    }
    own |= {"keys": [key], "rate_limit": {"limit": 5}}
    definition = ApplicationDefinition(**{**PORTAL, "environments": {"dev": own, "prod": {}}})
    found = NAMES.application(definition.live_in("dev"))
    assert found.callbacks == ("https://dev.test/cb",)
    assert found.web_origins == ()
    assert found.connections == ("x",)
    assert found.name == "Portal"
    assert (found.auth_method, found.rate_limit) == ("private_key_jwt", RateLimit(limit=5))
    other = NAMES.application(definition.live_in("prod"))
    assert (other.keys, other.rate_limit) == ((), None)


def test_what_a_file_leaves_out_stays_left_out() -> None:
    """A default that was filled in here would count as stated by the rules."""
    definition = ApplicationDefinition(**PORTAL)
    found = NAMES.application(definition)
    assert "refresh_token" not in found.model_fields_set
    assert "scopes" in found.grants[0].model_fields_set
    every = GrantDefinition(
        api="orders", subject_type="user", allow_all_scopes=True, allow_all_scopes_reason="x"
    )
    assert "scopes" not in NAMES.default_permission(every).model_fields_set


def test_an_agent_gets_the_names_of_the_tenant() -> None:
    definition = AgentDefinition(
        document="https://agent.test/c.json",
        owner=PORTAL["owner"],
        grants=(GRANT,),
        connections=("customers",),
    )
    found = NAMES.agent(definition)
    assert found.connections == ("db",)
    assert found.grants[0].audience == "https://orders.test"
    assert found.owner == "Acme"


def test_a_default_permission_knows_its_api() -> None:
    grant = GrantDefinition(api="unknown", subject_type="user", scopes=("a",))
    found = NAMES.default_permission(grant)
    assert (found.audience, found.scopes) == ("unknown", ("a",))
