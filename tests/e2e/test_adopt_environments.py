"""Adoption where other environments have files already, or come before this one."""

from typing import Any

import pytest

from tests.e2e.adopting import adopted
from tests.e2e.by_hand import CATALOG, ORDERS, PARTNERS, STRICT, ByHand, empty
from tests.e2e.conftest import Live, Project

pytestmark = pytest.mark.e2e


def test_a_file_that_is_there_is_never_overwritten(project: Project) -> None:
    """Other environments have it: it is used where it says the same, and left alone where not."""
    tenant = project.tenant()
    hand = ByHand(tenant)
    hand.promote("customers", "google-oauth2")
    project.live("dev", dict.fromkeys(("store-widget", "report-collector")))
    project.up()
    widget = project.read("stacks/applications/store-widget.yaml")
    same = hand.client(
        name="Store widget".replace("Store widget", "Store Widget"),
        app_type="spa",
        callbacks=["https://widget.example/cb"],
        token_endpoint_auth_method="none",
        **STRICT,
    )
    hand.grant(same, ORDERS, "read:orders")
    other = hand.client(
        name="Report Collector",
        app_type="non_interactive",
        grant_types=["client_credentials"],
        token_endpoint_auth_method="client_secret_post",
        **STRICT,
    )
    hand.grant(other, PARTNERS, "write:partners", subject_type="client")
    project.edit("stacks/applications/store-widget.yaml", name="Store Widget", description=None)
    kept = (project.folder / "stacks/applications/report-collector.yaml").read_text()

    told = adopted(project, status=1)
    assert [each["key"] for each in told["applications"]] == ["store-widget"]
    (left,) = told["left_out"]
    assert "report-collector.yaml differs" in left["why"]
    assert (project.folder / "stacks/applications/report-collector.yaml").read_text() == kept
    assert project.read("stacks/applications/store-widget.yaml")["owner"] == widget["owner"]
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0


def test_a_second_environment_takes_over_what_the_files_say_already(project: Project) -> None:
    empty(project)
    empty_too: dict[str, Any] = {
        "connections": {},
        "organizations": None,
    }
    project.edit("stacks/staging.yaml", advances_from=None, **empty_too)
    for environment in ("dev", "staging"):
        hand = ByHand(Live(project.variables(environment)))
        hand.promote("customers")
        for name in ("Alpha", "Alpha", "\U0001f600"):
            address = [f"https://{environment}.partner.example/cb"]
            client = hand.client(name=name, app_type="spa", callbacks=address, **STRICT)
            hand.grant(client, ORDERS, "read:orders")
        hand.grant("", CATALOG, "read:products")
    adopted(project)
    files = [*(project.folder / "stacks/applications").iterdir()]
    shared = {file: file.read_text("utf-8") for file in files}
    told = adopted(project, "-e", "staging")
    for file in files:
        first, more, rest = file.read_text("utf-8").partition("  staging:\n")
        assert (first, more) == (shared[file], "  staging:\n"), rest
    assert [each["key"] for each in told["applications"]] == ["alpha", "alpha-2", "application"]
    assert told["pending"] == ["default-permissions-catalog-user"]
    assert project.read("stacks/applications/alpha-2.yaml")["environments"] == {
        name: {"callbacks": [f"https://{name}.partner.example/cb"]} for name in ("dev", "staging")
    }


def test_an_environment_that_advances_from_another(project: Project) -> None:
    """What was live before it was in files needs no proof, and the record says so."""
    empty(project, "prod", advances_from="staging")
    tenant = Live(project.variables("prod"))
    ByHand(tenant).stranger()
    told = adopted(project, "-e", "prod")
    assert [each["key"] for each in told["applications"]] == ["stranger"]
    reasons = project.read("stacks/prod.yaml")["advance_anyway"]
    assert "was live before it was in files" in reasons["stranger"]
    done = project.tpa("up", "-e", "prod")
    assert done.returncode == 0, done.stderr
    assert "unchanged" in done.stdout
