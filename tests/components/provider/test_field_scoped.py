"""The provider under the real engine: inline programs, the provider attached."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi import automation

from auth0_third_party import ConnectionPromotion, Provider
from pulumi_toolchain.choice import Choice
from pulumi_toolchain.errors import ToolchainError
from tests.components.provider.conftest import Served
from tests.conftest import LiveTenant

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[3]
Program = Callable[[], None]


class Engine:
    """One stack; every program runs against the tenant `domain`."""

    def __init__(self, domain: str, settings: automation.LocalWorkspaceOptions) -> None:
        self.domain = domain
        self.settings = settings

    def stack(self, connection: pulumi.Input[str] | None, **options: Any) -> automation.Stack:
        """A program with one promotion; None: with nothing."""

        def program() -> None:
            if connection is None:
                return
            tenant = Provider("tenant", domain=self.domain)
            own = pulumi.ResourceOptions(provider=tenant, **options)
            door = ConnectionPromotion("door", connection=connection, opts=own)
            pulumi.export("id", door.connection_id)
            pulumi.export("by_us", door.promoted_by_us)

        return automation.create_or_select_stack(
            "dev", project_name="sample", program=program, opts=self.settings
        )

    def up(self, connection: pulumi.Input[str] | None, **options: Any) -> dict[str, int]:
        """How many resources were created, updated, left the same …, providers aside."""
        return _counted(self.stack(connection, **options).up().summary)

    def refresh(self) -> dict[str, int]:
        return _counted(self.stack(None).refresh().summary)

    def destroy(self) -> None:
        self.stack(None).destroy()

    def state(self) -> str:
        """The file that the backend keeps, word for word."""
        backend = self.settings.env_vars or {}
        folder = Path(backend["PULUMI_BACKEND_URL"].removeprefix("file://"))
        return (folder / ".pulumi" / "stacks" / "sample" / "dev.json").read_text("utf-8")

    def recorded(self) -> dict[str, Any]:
        """The promotion as the state has it."""
        resources = json.loads(self.state())["checkpoint"]["latest"]["resources"]
        (door,) = [one for one in resources if one["type"].endswith(":ConnectionPromotion")]
        found: dict[str, Any] = door
        return found


def _counted(summary: automation.UpdateSummary) -> dict[str, int]:
    return {str(kind): count for kind, count in (summary.resource_changes or {}).items()}


@pytest.fixture
def engine(
    provider: Served, live_tenant: LiveTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Engine:
    try:
        choice = Choice.load(ROOT)
    except ToolchainError as error:
        pytest.skip(str(error))
    path = os.pathsep.join([str(choice.cli.parent), os.environ["PATH"]])
    monkeypatch.setenv("PATH", path)
    (tmp_path / "state").mkdir()
    variables = {
        **choice.process_environment({"PATH": path}),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "correct horse",
        "PULUMI_DEBUG_PROVIDERS": f"auth0-third-party:{provider.port}",
    }
    project = automation.ProjectSettings("sample", runtime="python")
    settings = automation.LocalWorkspaceOptions(
        work_dir=str(tmp_path), project_settings=project, env_vars=variables
    )
    return Engine(live_tenant.domain, settings)


def test_the_life_of_a_promotion(engine: Engine, live_tenant: LiveTenant) -> None:
    before = live_tenant.connection("customers")
    write = [("PATCH", f"/connections/{before['id']}")]
    live_tenant.forget_log()
    assert engine.up("customers")["create"] == 4
    assert live_tenant.writes() == write
    outputs = engine.stack(None).outputs()
    assert {name: value.value for name, value in outputs.items()} == {
        "id": before["id"],
        "by_us": True,
    }

    live_tenant.forget_log()
    assert set(engine.up("customers")) == {"same"}
    assert live_tenant.writes() == []

    live_tenant.promote("customers", promoted=False)
    live_tenant.forget_log()
    assert engine.refresh()["update"] == 2  # the promotion, and what is remembered
    assert engine.recorded()["inputs"]["isDomainConnection"] is False
    assert live_tenant.writes() == []

    assert engine.up("customers")["update"] == 2
    assert live_tenant.writes() == write
    assert engine.recorded()["outputs"]["promotedByUs"] is True

    live_tenant.forget_log()
    engine.destroy()
    assert live_tenant.writes() == write
    assert live_tenant.connection("customers") == before


def test_a_plain_up_does_not_need_a_refresh_to_stay_quiet(
    engine: Engine, live_tenant: LiveTenant
) -> None:
    engine.up("customers")
    live_tenant.forget_log()
    assert set(engine.refresh()) == {"same"}
    assert live_tenant.writes() == []


@pytest.mark.parametrize("by", ["name", "id"])
def test_import_takes_over_what_is_open_and_leaves_it_open(
    engine: Engine, live_tenant: LiveTenant, by: str
) -> None:
    live_tenant.promote("customers", promoted=True)
    before = live_tenant.connection("customers")
    live_tenant.forget_log()
    changes = engine.up(before[by], import_=before["id"])
    assert changes["import"] == 1
    assert engine.recorded()["outputs"]["promotedByUs"] is False
    assert set(engine.up(before[by])) == {"same", "create"}  # it is remembered from now on
    engine.destroy()
    assert live_tenant.writes() == []
    assert live_tenant.connection("customers") == before


def test_from_name_to_id_the_door_stays_open(engine: Engine, live_tenant: LiveTenant) -> None:
    engine.up("customers")
    live_tenant.forget_log()
    assert set(engine.up(live_tenant.connection("customers")["id"])) == {"same"}
    assert live_tenant.writes() == []


def test_another_connection_closes_the_first(engine: Engine, live_tenant: LiveTenant) -> None:
    engine.up("customers")
    assert engine.up("google-oauth2")["replace"] == 2
    assert not live_tenant.connection("customers")["is_domain_connection"]
    assert live_tenant.connection("google-oauth2")["is_domain_connection"]


def test_a_state_from_before_anything_was_remembered(
    engine: Engine, live_tenant: LiveTenant
) -> None:
    """Its own `before` counts; what is remembered from now on found the connection open."""

    def program() -> None:
        own = pulumi.ResourceOptions(provider=Provider("tenant", domain=engine.domain))
        token = "auth0-third-party:index:ConnectionPromotion"
        pulumi.CustomResource(token, "door", {"connection": "customers"}, own)

    automation.create_or_select_stack(
        "dev", project_name="sample", program=program, opts=engine.settings
    ).up()
    live_tenant.forget_log()
    changes = engine.up("customers")
    assert set(changes) == {"same", "create"}
    assert changes["create"] == 1
    assert live_tenant.writes() == []
    assert engine.recorded()["inputs"]["before"] == {"isDomainConnection": True}
    assert engine.recorded()["outputs"]["promotedByUs"] is True
    engine.destroy()
    assert not live_tenant.connection("customers")["is_domain_connection"]


def test_another_stack_signs_users_in_by_it(
    engine: Engine, live_tenant: LiveTenant, provider: Served
) -> None:
    engine.up("customers")
    theirs = {
        "name": "Theirs",
        "app_type": "spa",
        "callbacks": ["https://theirs.example/cb"],
        "is_first_party": False,
        "third_party_security_mode": "strict",
        "client_metadata": {"tpa_application": "theirs", "tpa_stack": "other/dev"},
    }
    live_tenant.api.create("/clients", theirs)
    engine.destroy()
    (said,) = provider.said
    assert "connection 'customers' stays open: Theirs (tpc_" in said
    assert "stack other/dev" in said
    assert live_tenant.connection("customers")["is_domain_connection"]


def test_a_connection_that_is_gone_leaves_the_record(
    engine: Engine, live_tenant: LiveTenant
) -> None:
    engine.up("customers")
    live_tenant.api("DELETE", f"/connections/{live_tenant.connection('customers')['id']}")
    assert engine.refresh()["delete"] == 2


def test_a_refusal_reaches_the_person_as_one_line(
    engine: Engine, live_tenant: LiveTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.up("customers")
    narrow = live_tenant.second_client("read:connections", "read:clients")
    monkeypatch.setenv("AUTH0_CLIENT_ID", narrow.client_id)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", narrow.client_secret)
    with pytest.raises(automation.CommandError) as caught:
        engine.destroy()
    said = [line.strip() for line in str(caught.value).splitlines()]
    identity = live_tenant.connection("customers")["id"]
    assert any(
        f"PATCH /connections/{identity}: the management token lacks the scope update:connections."
        " Fix: grant update:connections on the Management API" in line
        for line in said
    )
    assert "Traceback" not in str(caught.value)


def test_secrets_are_not_in_the_state(engine: Engine, live_tenant: LiveTenant) -> None:
    def program() -> None:
        own = live_tenant.credentials
        tenant = Provider(
            "tenant", domain=own.domain, client_id=own.client_id, client_secret=own.client_secret
        )
        named = pulumi.Output.secret("customers")
        options = pulumi.ResourceOptions(provider=tenant)
        ConnectionPromotion("door", connection=named, opts=options)

    stack = automation.create_or_select_stack(
        "dev", project_name="sample", program=program, opts=engine.settings
    )
    stack.up()
    assert live_tenant.credentials.client_secret not in engine.state()
    for recorded in (engine.recorded()["inputs"], engine.recorded()["outputs"]):
        assert "ciphertext" in recorded["connection"], recorded
