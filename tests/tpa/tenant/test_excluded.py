"""What another team manages is stated once, and left out of adoption, access and drift alike."""

import json
from typing import Any

from tests.tpa.adopt.adopting import item
from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run
from tests.tpa.matching_tenant import (
    PRODUCTS,
    client,
    default,
    grant,
    live,
    stranger,
)
from tests.tpa.preflight.conftest import DEV, Files
from tpa.access.effective import access_rows, unmanaged_defaults
from tpa.adopt.files import without_excluded
from tpa.comparison.facts import live_facts
from tpa.tenant.objects import Connection
from tpa.tenant.view import EnvironmentView

OTHER = "https://internal.test"
EXCLUDED = {
    "applications": {"tpc_9": "the mobile team's", "Imported": "the identity team's"},
    "connections": {"corp": "the identity team's"},
    "apis": {OTHER: "the platform team's"},
}


def seen(files: Files, **environment: Any) -> EnvironmentView:
    files.dev(connections=DEV["connections"], **environment)
    clients = (client(), stranger("tpc_9"), stranger("tpc_8", name="Imported"))
    connections = {
        "customers": Connection("con_1", promoted=True),
        "corp": Connection("con_2", promoted=True),
    }
    grants = (grant(), default(), default("cgr_5", audience=OTHER))
    return live(files.load(), clients=clients, connections=connections, grants=grants)


def findings(view: EnvironmentView) -> set[tuple[object, ...]]:
    outside = {path for path in live_facts(view) if path[0] in ("unmanaged", "connections")}
    defaults = {("default_permissions", each.audience) for each in unmanaged_defaults(view)}
    unmanaged = {("row", row.client_id) for row in access_rows(view) if row.status == "unmanaged"}
    return outside | defaults | unmanaged


def test_everything_that_is_excluded_is_left_out_and_counted(files: Files) -> None:
    plain = seen(files)
    assert ("unmanaged", "tpc_9") in findings(plain)
    assert ("connections", "corp") in findings(plain)
    assert ("default_permissions", OTHER) in findings(plain)
    assert plain.excluded == ()
    view = seen(files, excluded=EXCLUDED)
    assert findings(view) == {("connections", "customers")}
    assert view.excluded == (
        "application tpc_9",
        "application tpc_8",
        "connection corp",
        f"grants on {OTHER}",
    )
    kept = without_excluded(view).grants.get("", ())
    assert {each.audience for each in kept} == {PRODUCTS}


def test_what_is_excluded_is_not_adopted(files: Files, adopted: Any) -> None:
    assert [each.key for each in adopted(item()).adoption.candidates] == ["web-shop"]
    adopted.stage.reset()
    files.dev(connections=DEV["connections"], excluded={"applications": {"Web shop": "theirs"}})
    done = adopted(item())
    assert done.adoption.candidates == []
    assert done.adoption.left_out == {}


def test_each_command_says_how_much_it_left_out(run: Run, stack: AppliedStack) -> None:
    """The same in text, JSON and page; offline nothing is known to be there."""
    body = {"name": "Theirs", "app_type": "spa", "is_first_party": False}
    body |= {"token_endpoint_auth_method": "none", "callbacks": ["https://theirs.test/cb"]}
    made = stack.tenant.api.create("/clients", body)
    labels = [f"application {made['client_id']}"]
    dev = stack.root / "stacks/dev.yaml"
    excluded = "excluded: {applications: {Theirs: sales}}\n"
    dev.write_text(f"{dev.read_text('utf-8')}{excluded}", "utf-8")
    line = "excluded: 1 that others manage (stacks/dev.yaml:"
    for command in ("access --live", "drift", "adopt --dry-run", "report"):
        said = run(stack.root, *command.split())
        assert line in said.output + said.error, command
        assert "Theirs" not in said.output + said.error, command
        answer = json.loads(run(stack.root, *command.split(), "--json").output)
        assert answer["excluded"] == labels, command
    page = (stack.root / "report-dev.html").read_text("utf-8")
    assert "Left out, since other teams manage them (1)" in page
    assert labels[0] in page
    offline = json.loads(run(stack.root, "report", "--offline", "--json").output)
    assert offline["excluded"] is None
