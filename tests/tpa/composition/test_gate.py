"""The gate in the program: what it refuses, why, and what to run first."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auth0_third_party.management import Credentials
from tests.tpa.environments.test_difference import PORTAL
from tests.tpa.files.conftest import DEV, Project
from tpa.composition import gate
from tpa.composition.settings import Settings
from tpa.environments.stack_state import StackState, UnreadableState
from tpa.files.catalog import RESTORE_VARIABLE
from tpa.files.problems import CatalogError
from tpa.files.record import DEFAULTS, Record

Gate = Callable[..., gate.Admission]
PROD = {**DEV, "embedded_port": 8443, "advances_from": "dev"}


@pytest.fixture
def files(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.write("stacks/prod.yaml", PROD)
    project.live("portal", environment="prod")
    return project


@pytest.fixture
def admit(files: Project, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """The gate of prod; `earlier` is what dev's stack put out, `before` is prod's own record."""

    def run(
        earlier: Record | dict[str, Any] | Exception,
        before: Record | None = None,
        name: str = "prod",
    ) -> gate.Admission:
        def outputs(_: str, *, resources: bool) -> StackState:
            assert not resources
            if isinstance(earlier, Exception):
                raise earlier
            return StackState(
                {"advance": earlier.as_output()} if isinstance(earlier, Record) else earlier
            )

        monkeypatch.setattr(gate, "answered_state", outputs)
        own = StackState({"advance": before.as_output()} if before else {})
        settings = Settings(name, Credentials("prod.test", "id", "secret"), own)
        return gate.admit(files.root, files.load(name), settings)

    return run


def applied(files: Project, name: str = "dev", before: Record | None = None) -> Record:
    return files.load(name).record.after(before or Record())


def refusal(run: Callable[[], object]) -> str:
    with pytest.raises(CatalogError) as caught:
        run()
    assert len(caught.value.problems) == 1
    return str(caught.value)


def test_the_first_environment_needs_no_proof(files: Project, admit: Gate) -> None:
    assert admit({}, name="dev").record.definitions.keys() == {PORTAL, DEFAULTS}


def test_what_was_applied_there_passes(files: Project, admit: Gate) -> None:
    assert admit(applied(files)).warnings == ()


def test_an_earlier_environment_that_was_never_applied(admit: Gate) -> None:
    text = refusal(lambda: admit({}))
    assert "dev has never been applied" in text
    assert "default_permissions, portal" in text
    assert "tpa up -e dev first" in text


def test_definitions_that_were_not_applied_there(files: Project, admit: Gate) -> None:
    earlier = applied(files)
    files.portal(name="New")
    text = refusal(lambda: admit(earlier))
    assert "not applied in dev yet: portal (ENV-07)\n" in text
    assert "tpa up -e dev with these files first" in text
    assert "advance_anyway" in text


def test_a_state_that_is_out_of_reach(admit: Gate) -> None:
    text = refusal(lambda: admit(UnreadableState("connection refused")))
    assert "the state of dev can't be read: connection refused" in text


def test_what_is_unchanged_needs_no_proof(files: Project, admit: Gate) -> None:
    """What runs already keeps running while the earlier environment is out of reach."""
    assert admit(UnreadableState("gone"), before=applied(files, "prod")).warnings == ()


def test_narrowing_access_needs_no_proof(files: Project, admit: Gate) -> None:
    before = applied(files, "prod")
    files.portal(callbacks=["https://acme.test/cb"], grants=[])
    assert admit(UnreadableState("gone"), before=before).record.definitions


def test_a_record_of_another_version(admit: Gate) -> None:
    text = refusal(lambda: admit({"advance": {"format": 9}}))
    assert "dev can't be compared" in text
    assert "with this version" in text


def test_digests_of_another_format(files: Project, admit: Gate) -> None:
    old = applied(files).definitions
    entries = {
        k: e.model_copy(update={"digest": "0:1", "history": ("0:1",)}) for k, e in old.items()
    }
    text = refusal(lambda: admit(Record(definitions=entries)))
    assert "digests of another format: default_permissions, portal" in text
    assert "tpa up -e dev with this version first" in text


def test_a_reason_lets_it_pass_and_is_kept(files: Project, admit: Gate) -> None:
    earlier, before = applied(files), applied(files, "prod")
    files.portal(name="New")
    files.write("stacks/prod.yaml", {**PROD, "advance_anyway": {"portal": "outage 7"}})
    admission = admit(earlier, before=before)
    assert admission.record.overrides[PORTAL].reason == "outage 7"
    assert admission.warnings == ("portal is ahead of dev: outage 7",)
    kept = admit(earlier, before=admission.record)
    assert kept.record.overrides[PORTAL].reason == "outage 7"
    agreed = admit(applied(files), before=kept.record)
    assert agreed.record.overrides == {}
    assert "advance_anyway.portal: is not needed" in agreed.warnings[0]
    assert "fix: remove it" in agreed.warnings[0]


def test_a_reason_that_was_given_for_something_else(files: Project, admit: Gate) -> None:
    earlier, before = applied(files), applied(files, "prod")
    files.portal(name="New")
    files.write("stacks/prod.yaml", {**PROD, "advance_anyway": {"portal": "outage 7"}})
    ahead = admit(earlier, before=before).record
    files.portal(name="Newer")
    text = refusal(lambda: admit(earlier, before=ahead))
    assert "the reason was given for another definition" in text


def test_a_reason_helps_while_the_earlier_one_is_out_of_reach(files: Project, admit: Gate) -> None:
    before = applied(files, "prod")
    files.portal(name="New")
    files.write("stacks/prod.yaml", {**PROD, "advance_anyway": {"portal": "outage 7"}})
    assert admit(UnreadableState("gone"), before=before).record.overrides[PORTAL]


def test_an_own_record_of_a_later_version(files: Project, admit: Gate) -> None:
    younger = applied(files, "prod").model_copy(update={"format": 9})
    assert "this stack can't be compared" in refusal(lambda: admit(applied(files), before=younger))


def test_where_the_earlier_state_is(files: Project) -> None:
    dev = files.load("dev").environment
    prod = files.load("prod").environment
    elsewhere = "s3://state"

    def found(own: str | None, other: str | None) -> str | None:
        environments = {"dev": dev.model_copy(update={"backend": other})}
        return gate.earlier_backend(prod.model_copy(update={"backend": own}), environments)

    assert found(None, None) is None
    assert found(elsewhere, elsewhere) is None
    assert found(None, elsewhere) == elsewhere
    with pytest.raises(UnreadableState, match="does not say where its state is kept"):
        found(elsewhere, None)


def test_a_restore_declares_what_was_applied_and_asks_for_no_proof(
    files: Project, admit: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = applied(files, "prod")
    files.portal(name="Not applied yet")
    assert "portal" in refusal(lambda: admit(Record(), before))
    monkeypatch.setenv(RESTORE_VARIABLE, "1")
    admission = admit(AssertionError("asked"), before)
    assert admission.record == before
    assert admission.catalog.record == before
    assert admission.catalog.applications["portal"].name == "Portal"
    assert "no change of the files is applied" in admission.warnings[0]
