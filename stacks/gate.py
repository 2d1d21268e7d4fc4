"""What is applied here was applied in the environment before, or somebody wrote down why not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stacks.earlier import NeverApplied, Unreachable, earlier_of
from stacks.settings import Settings
from tpa.environments.proof import Verdict, judge, other_formats, questions
from tpa.environments.record import OUTPUT, Record, UnreadableRecord, read_record
from tpa.files.catalog import Catalog
from tpa.files.problems import CatalogError, Problem
from tpa.files.sources import read_environments

WHY = "{name} takes only what was tried in {earlier}, the environment it advances from"


@dataclass(frozen=True)
class Admission:
    """The record that the stack writes once it is applied, and what a person should know."""

    record: Record
    warnings: tuple[str, ...]

    def outputs(self) -> dict[str, object]:
        return {OUTPUT: self.record.as_output()}


def admit(root: Path, catalog: Catalog, settings: Settings) -> Admission:
    """Lets the catalog pass, or says what has to be applied first.

    Raises:
        CatalogError: definitions without a proof and without a reason.
    """
    before = _own_record(catalog, settings)
    after = catalog.record.after(before)
    if catalog.environment.advances_from is None:
        return Admission(after, ())
    asked = questions(before, after)
    if not asked and not before.overrides:
        return Admission(after, tuple(_idle_lines(catalog, {})))
    earlier, trouble = _earlier_record(root, catalog)
    name, reasons = catalog.environment.advances_from, catalog.environment.advance_anyway
    verdict = judge(before, after, earlier, name, reasons)
    problems = [*_problems(catalog, after, earlier, verdict, trouble)]
    if problems:
        raise CatalogError(problems)
    record = after.model_copy(update={"overrides": dict(verdict.overrides)})
    ahead = (f"{key} is ahead of {o.earlier}: {o.reason}" for key, o in record.overrides.items())
    return Admission(record, (*ahead, *_idle_lines(catalog, record.overrides)))


def _own_record(catalog: Catalog, settings: Settings) -> Record:
    try:
        return read_record(settings.previous) or Record()
    except UnreadableRecord as error:
        why = "what was applied here, and by which reasons, would be lost"
        fix = "use the version of this project that applied it last, or a younger one"
        problem = Problem(catalog.file, 0, "", f"this stack can't be read: {error}", why, fix)
        raise CatalogError([problem]) from None


def _earlier_record(root: Path, catalog: Catalog) -> tuple[Record, Problem | None]:
    """The earlier environment's record, or an empty one and the reason why."""
    environment, earlier = catalog.environment, catalog.environment.advances_from or ""
    first = f"run make up ENV={earlier} first"
    try:
        return earlier_of(root, environment, read_environments(root)).record(), None
    except NeverApplied:
        what, fix = f"{earlier} has never been applied", first
    except UnreadableRecord as error:
        what, fix = f"{earlier} can't be compared: {error}", f"{first}, with this version"
    except Unreachable as error:
        what = f"the state of {earlier} can't be read: {error}"
        fix = f"give this run access to it (backend in stacks/{earlier}.yaml, and its credentials)"
    why = WHY.format(name=catalog.name, earlier=earlier)
    return Record(), Problem(catalog.file, 0, "advances_from", what, why, fix)


def _problems(
    catalog: Catalog, after: Record, earlier: Record, verdict: Verdict, trouble: Problem | None
) -> Iterator[Problem]:
    name, before = catalog.name, catalog.environment.advances_from or ""
    why = WHY.format(name=name, earlier=before)
    either = f"or write advance_anyway: {{<name>: <reason>}} in {catalog.file}"
    if verdict.refused and trouble is not None:
        waiting = f"{why}; waiting: {', '.join(verdict.refused)}"
        yield Problem(
            trouble.file, 0, trouble.field, trouble.what, waiting, f"{trouble.fix}; {either}"
        )
    elif verdict.refused:
        old = [key for key in verdict.refused if other_formats(key, after, earlier)]
        new = [key for key in verdict.refused if key not in old]
        if new:
            what = f"not applied in {before} yet: {', '.join(new)}"
            fix = f"run make up ENV={before} with these files first; {either}"
            yield Problem(catalog.file, 0, "advances_from", what, why, fix)
        if old:
            what = f"{before} recorded digests of another format: {', '.join(old)}"
            fix = f"run make up ENV={before} with this version first; {either}"
            yield Problem(catalog.file, 0, "advances_from", what, why, fix)
    for key in verdict.reused:
        what = "the reason was given for another definition"
        reused = "each definition that goes ahead needs a reason of its own"
        field = f"advance_anyway.{key}"
        yield Problem(catalog.file, 0, field, what, reused, "write why this one goes ahead")


def _idle_lines(catalog: Catalog, overrides: Mapping[str, object]) -> Iterator[str]:
    """A line that overrides nothing now would let the next change through unseen."""
    for key in catalog.environment.advance_anyway:
        if key not in overrides:
            yield (
                f"{catalog.file}: advance_anyway.{key} is not needed; remove it, or it lets the"
                " next change pass"
            )
