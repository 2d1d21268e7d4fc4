"""Login and error page on the engine: our fields come and go, their neighbours stay."""

import base64
from typing import Any

import pytest

from tests.e2e.conftest import Live, Project

pytestmark = pytest.mark.e2e
DIGEST = "sha384-" + base64.b64encode(bytes(48)).decode()
ERROR_PAGE = {"url": "https://acme.test/sign-in-failed"}
LOGIN_PAGE = {"lock": {"version": "14.3.0", "integrity": DIGEST}}
WHOLE = {"html": "", "url": "https://acme.test/sign-in-failed", "show_log_link": False}


class Pages:
    """A project whose stack is the two pages."""

    def __init__(self, project: Project) -> None:
        self.project = project
        project.edit("stacks/dev.yaml", organizations=None)
        project.nothing_live("dev")
        project.edit("stacks/apis.yaml", default_permissions=None)
        self.declare(error_page=ERROR_PAGE, login_page=LOGIN_PAGE)
        self.tenant: Live = project.tenant()

    def declare(self, **fields: Any) -> None:
        """`stacks/tenant.yaml` anew."""
        (self.project.folder / "stacks/tenant.yaml").write_text("{}", encoding="utf-8")
        self.project.edit("stacks/tenant.yaml", **fields)

    def settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = self.tenant.get("tenants/settings")
        return settings

    def everything(self) -> dict[str, Any]:
        """The global client, which carries the login page."""
        (client,) = self.tenant.get("clients", is_global="true")
        found: dict[str, Any] = client
        return found

    def change(self, *, client: dict[str, Any], settings: dict[str, Any]) -> None:
        """What another administrator might do."""
        self.tenant.patch(f"clients/{self.everything()['client_id']}", client)
        self.tenant.patch("tenants/settings", settings)

    def pulumi(self, *arguments: str) -> str:
        done = self.project.pulumi(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def down(self) -> str:
        """What was said; the tenant is there again afterwards."""
        said = self.project.down()
        self.tenant = self.project.tenant()
        return said


@pytest.fixture
def deployed(project: Project) -> Pages:
    return Pages(project)


OLD_LOGIN = {"custom_login_page_on": False, "custom_login_page": "<p>as it was</p>"}
OLD_ERROR = {"html": "<p>as it was</p>", "url": "", "show_log_link": True}


@pytest.mark.parametrize("error_page", [None, OLD_ERROR, {"html": "<p>as it was</p>"}])
def test_lp_04_orp_07_neighbours_stay_through_it_all(
    deployed: Pages, error_page: dict[str, Any] | None
) -> None:
    deployed.change(client=OLD_LOGIN, settings={"error_page": error_page})
    before = deployed.settings(), deployed.everything()
    deployed.tenant.forget_log()
    deployed.project.up()
    client_path = f"/api/v2/clients/{before[1]['client_id']}"
    written = [("PATCH", client_path), ("PATCH", "/api/v2/tenants/settings")]
    assert sorted(deployed.tenant.writes()) == written
    assert deployed.settings()["error_page"] == WHOLE
    assert deployed.everything()["custom_login_page_on"] is True
    assert "__useTenantInfo" in deployed.everything()["custom_login_page"]

    by_hand = {"change_password": {"enabled": True, "html": "<p>new</p>"}, "session_lifetime": 12}
    deployed.change(client={"sso": True, "callbacks": ["https://acme.test/"]}, settings=by_hand)
    now = deployed.settings(), deployed.everything()
    deployed.tenant.forget_log()
    deployed.pulumi("refresh", "--yes", "--expect-no-changes")
    deployed.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert deployed.tenant.writes() == []
    assert (deployed.settings(), deployed.everything()) == now

    deployed.down()
    restored = {key: value for key, value in now[0].items() if key != "error_page"}
    assert deployed.settings() == restored | (
        {} if error_page is None else {"error_page": before[0]["error_page"]}
    )
    assert deployed.everything() == now[1] | OLD_LOGIN


def test_a_page_that_leaves_the_file_leaves_the_tenant(deployed: Pages) -> None:
    before = deployed.settings(), deployed.everything()
    deployed.project.up()
    deployed.declare(login_page=LOGIN_PAGE)
    deployed.project.up()
    assert deployed.settings() == before[0]
    deployed.declare()
    deployed.project.up()
    # The API takes no null for a page: one that never was is empty afterwards.
    assert deployed.everything() == {"custom_login_page": "", **before[1]}


def test_what_somebody_changed_on_a_page_is_seen_and_mended(deployed: Pages) -> None:
    deployed.project.up()
    page = deployed.everything()["custom_login_page"]
    deployed.change(client={"custom_login_page": "<p>theirs</p>"}, settings={"error_page": None})
    deployed.pulumi("refresh", "--yes")
    deployed.project.up()
    assert deployed.everything()["custom_login_page"] == page
    assert deployed.settings()["error_page"] == WHOLE


def test_what_is_no_longer_ours_is_left_and_said(deployed: Pages) -> None:
    deployed.project.up()
    theirs = {"html": "<p>theirs</p>", "url": "", "show_log_link": False}
    deployed.change(client={"custom_login_page": "<p>theirs</p>"}, settings={"error_page": theirs})
    said = deployed.down()
    assert deployed.everything()["custom_login_page"] == "<p>theirs</p>"
    assert deployed.settings()["error_page"] == theirs
    assert "custom_login_page was changed outside" in said
    assert "error_page was changed outside" in said


def test_lp_01_an_old_lock_is_refused_before_anything_starts(deployed: Pages) -> None:
    old = {"lock": {"version": "10.6.1", "integrity": DIGEST}}
    deployed.declare(login_page=old)
    deployed.tenant.forget_log()
    done = deployed.project.tpa("up", "-e", "dev")
    assert done.returncode == 1
    assert "login_page.lock.version" in done.stderr + done.stdout
    assert "use 10.7.0 or newer" in done.stderr + done.stdout
    assert deployed.tenant.writes() == []
