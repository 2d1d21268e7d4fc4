"""The gate's answers in words: what it refuses, why, and what to run first."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from auth0_third_party.management import Credentials
from stacks import gate
from stacks.earlier import Earlier, NeverApplied, Unreachable, earlier_of
from stacks.settings import Settings
from tests.tpa.files.conftest import DEV, Project
from tpa.environments.record import Record, UnreadableRecord
from tpa.files.problems import CatalogError

Gate = Callable[..., gate.Admission]
PROD = {**DEV, "embedded_port": 8443, "advances_from": "dev"}


@dataclass(frozen=True)
class Answer:
    """Stands for the earlier environment: a record, or the trouble on the way to it."""

    value: Record | Exception

    def record(self) -> Record:
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


@pytest.fixture
def files(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.write("stacks/prod.yaml", PROD)
    return project


@pytest.fixture
def admit(files: Project, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """The gate of prod; `earlier` is dev's record, `before` prod's own."""

    def run(
        earlier: Record | Exception, before: Record | None = None, name: str = "prod"
    ) -> gate.Admission:
        monkeypatch.setattr(gate, "earlier_of", lambda *_: Answer(earlier))
        previous: dict[str, Any] = {"advance": before.as_output()} if before else {}
        settings = Settings(name, Credentials("prod.test", "id", "secret"), previous)
        return gate.admit(files.root, files.load(name), settings)

    return run


def applied(files: Project, name: str = "dev", before: Record | None = None) -> Record:
    return files.load(name).record.after(before or Record())


def refusal(run: Callable[[], object]) -> str:
    with pytest.raises(CatalogError) as caught:
        run()
    assert len(caught.value.problems) == 1
    return str(caught.value)


def test_the_first_environment_asks_nobody(files: Project, admit: Gate) -> None:
    assert admit(NeverApplied(), name="dev").record.definitions.keys() == {
        "portal",
        "default_permissions",
    }


def test_what_was_applied_there_passes(files: Project, admit: Gate) -> None:
    assert admit(applied(files)).warnings == ()


def test_an_earlier_environment_that_was_never_applied(admit: Gate) -> None:
    text = refusal(lambda: admit(NeverApplied()))
    assert "dev has never been applied" in text
    assert "default_permissions, portal" in text
    assert "make up ENV=dev first" in text


def test_definitions_that_were_not_applied_there(files: Project, admit: Gate) -> None:
    earlier = applied(files)
    files.portal(name="New")
    text = refusal(lambda: admit(earlier))
    assert "not applied in dev yet: portal\n" in text
    assert "make up ENV=dev with these files first" in text
    assert "advance_anyway" in text


def test_a_state_that_is_out_of_reach(admit: Gate) -> None:
    text = refusal(lambda: admit(Unreachable("connection refused")))
    assert "the state of dev can't be read: connection refused" in text


def test_nothing_new_needs_nobody(files: Project, admit: Gate) -> None:
    """What runs already keeps running while the earlier environment is out of reach."""
    assert admit(Unreachable("gone"), before=applied(files, "prod")).warnings == ()


def test_taking_access_away_needs_nobody(files: Project, admit: Gate) -> None:
    before = applied(files, "prod")
    files.portal(callbacks=["https://acme.test/cb"], grants=[])
    assert admit(Unreachable("gone"), before=before).record.definitions


def test_a_record_of_another_version(admit: Gate) -> None:
    text = refusal(lambda: admit(UnreadableRecord("its record has the format 9")))
    assert "dev can't be compared" in text
    assert "with this version" in text


def test_digests_of_another_format(files: Project, admit: Gate) -> None:
    old = applied(files).definitions
    entries = {
        k: e.model_copy(update={"digest": "0:1", "history": ("0:1",)}) for k, e in old.items()
    }
    text = refusal(lambda: admit(Record(definitions=entries)))
    assert "digests of another format: default_permissions, portal" in text
    assert "make up ENV=dev with this version first" in text


def test_a_reason_lets_it_pass_and_is_kept(files: Project, admit: Gate) -> None:
    earlier, before = applied(files), applied(files, "prod")
    files.portal(name="New")
    files.write("stacks/prod.yaml", {**PROD, "advance_anyway": {"portal": "outage 7"}})
    admission = admit(earlier, before=before)
    assert admission.record.overrides["portal"].reason == "outage 7"
    assert admission.warnings == ("portal is ahead of dev: outage 7",)
    kept = admit(earlier, before=admission.record)
    assert kept.record.overrides["portal"].reason == "outage 7"
    agreed = admit(applied(files), before=kept.record)
    assert agreed.record.overrides == {}
    assert "is not needed; remove it" in agreed.warnings[0]


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
    assert admit(Unreachable("gone"), before=before).record.overrides["portal"]


def test_a_record_of_ones_own_that_is_younger(files: Project, admit: Gate) -> None:
    younger = applied(files, "prod").model_copy(update={"format": 9})
    assert "this stack can't be read" in refusal(lambda: admit(applied(files), before=younger))


def test_where_the_earlier_state_is(files: Project) -> None:
    dev = files.load("dev").environment
    prod = files.load("prod").environment
    elsewhere = "s3://state"

    def found(own: str | None, other: str | None) -> Earlier:
        environments = {"dev": dev.model_copy(update={"backend": other})}
        return earlier_of(files.root, prod.model_copy(update={"backend": own}), environments)

    assert found(None, None).backend is None
    assert found(elsewhere, elsewhere).backend is None
    assert found(None, elsewhere).backend == elsewhere
    with pytest.raises(Unreachable, match="does not say where its state is kept"):
        found(elsewhere, None)
