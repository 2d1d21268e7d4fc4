"""What is refused or reported before an import, and files that are restored."""

import errno
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run, choice
from tests.tpa.matching_tenant import client, grant, live, stranger
from tests.tpa.preflight.conftest import DOMAIN, STACK, Files, snapshot
from tpa.adopt.files import check_names, with_grant_links
from tpa.adopt.imports import import_into_stack
from tpa.engine.workspace import Workspace
from tpa.errors import TpaError
from tpa.files.editing import staged
from tpa.files.regular import write_text
from tpa.tenant.snapshot import OrganizationLinks, Unknown
from tpa.tenant.view import EnvironmentView

DEV, APIS = "stacks/dev.yaml", "stacks/apis.yaml"
MACHINE = grant("cgr_5", client_id="tpc_9", subject_type="client", organization_usage="allow")


class Tenant:
    """Lists the organizations of a grant."""

    def pages(self, path: str, key: str) -> list[Mapping[str, Any]]:
        assert (path, key) == ("/client-grants/cgr_5/organizations", "organizations")
        return [{"name": "north"}, {"name": "south"}]


@dataclass
class Refusing:
    """An engine whose preview fails, or is interrupted."""

    answer: CompletedProcess[str] | BaseException

    def capture(self, *_: str) -> CompletedProcess[str]:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.fixture
def view(tmp_path: Path) -> EnvironmentView:
    two = (stranger("tpc_8", name="Twin"), stranger("tpc_9", name="Twin"), client())
    return live(Files(tmp_path).load(), clients=two, grants=(MACHINE,))


def test_a_name_must_be_that_of_one_application(view: EnvironmentView) -> None:
    check_names(view, ("tpc_8",))
    with pytest.raises(
        TpaError, match=r"2 applications have the name 'Twin'; give an id: tpc_8, tpc"
    ):
        check_names(view, ("Twin",))
    with pytest.raises(TpaError, match="no third-party application 'Portal' outside of the files"):
        check_names(view, ("Portal",))


def test_links_to_organizations_that_no_file_names_are_read(view: EnvironmentView) -> None:
    assert with_grant_links(Tenant(), view).links == {  # type: ignore[arg-type]
        name: OrganizationLinks(grants=frozenset({"cgr_5"})) for name in ("north", "south")
    }


def test_unread_organizations_of_a_grant_stop_the_adoption(tmp_path: Path) -> None:
    seen = snapshot(
        grants=(MACHINE,), unknown_parts=(Unknown("organizations", "read:organizations"),)
    )
    unread = EnvironmentView(Files(tmp_path).load(), STACK, DOMAIN, seen)
    with pytest.raises(TpaError, match="organizations: the token lacks read:organizations"):
        with_grant_links(Tenant(), unread)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "answer", [KeyboardInterrupt(), CompletedProcess([], 1, '{"steps": []}', "error: no")]
)
def test_the_files_are_restored_when_the_preview_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    with pytest.raises((KeyboardInterrupt, TpaError)):
        _import(tmp_path, monkeypatch, answer)


def test_the_files_are_restored_when_one_can_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: Path, text: str, **more: bool) -> None:
        if file == tmp_path / DEV:
            raise OSError(errno.ENOSPC, "No space left on device", str(file))
        write_text(file, text, **more)

    monkeypatch.setattr("tpa.files.editing.staging.write_text", full)
    with pytest.raises(TpaError, match="No space left on device; the files are as they were"):
        _import(tmp_path, monkeypatch, AssertionError("the engine ran"))


def _import(root: Path, monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """An import with changes to two files, which must fail and leave them as they were."""
    files = Files(root)
    catalog = files.load()
    workspace = Workspace(root, catalog, choice(root))
    monkeypatch.setattr("tpa.adopt.imports.open_workspace", lambda _: workspace)
    before = {file: (root / file).read_text() for file in (APIS, DEV)}
    with staged(root) as stage:
        stage.append(APIS, ("apis", "orders", "scopes"), "write:orders")
        stage.set(DEV, ("embedded_port",), 9000)
        try:
            import_into_stack(workspace, Refusing(answer), stage, live(catalog), quiet=True)  # type: ignore[arg-type]
        finally:
            assert {file: (root / file).read_text() for file in (APIS, DEV)} == before


@pytest.mark.parametrize("flag", ["--contact", "--organization"])
def test_a_blank_option_is_refused(run: Run, stack: AppliedStack, flag: str) -> None:
    before = stack.files()
    ended = run(stack.root, "adopt", flag, " ")
    assert ended.status == 2
    assert f"'{flag}'" in ended.error
    assert "it is blank" in ended.error
    assert stack.files() == before
    assert stack.tenant.requests() == []


def test_the_dry_run_lists_what_would_refuse_any_update(run: Run, stack: AppliedStack) -> None:
    found = stack.tenant.api("GET", "/connections").json()
    (customers,) = (each["id"] for each in found if each["name"] == "customers")
    stack.tenant.api("DELETE", f"/connections/{customers}")
    extra = {"audience": "https://orders.test", "subject_type": "user", "scope": []}
    stack.tenant.api.create("/client-grants", {**extra, "client_id": stack.clients["widget"]})
    ended = run(stack.root, "adopt", "--dry-run")
    assert ended.status == 1
    assert "an update would be refused: stacks/dev.yaml: connections.customers:" in ended.output
    found = json.loads(run(stack.root, "adopt", "--dry-run", "--json").output)
    assert "has no connection 'customers'" in "".join(found["refusals"])
