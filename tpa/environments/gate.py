"""The gate: an environment applies only what was applied in the environment it advances from.

It looks only at definitions that differ from what the environment itself applied last, and not at
those that merely narrow access: taking access away is never refused. A definition may go ahead for
a reason that is written under `advance_anyway`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tpa.environments.difference import Records
from tpa.environments.stack_state import StackState, UnreadableState
from tpa.files.catalog import Catalog
from tpa.files.problems import Problem
from tpa.files.record import Identity, Override, Record, UnreadableRecord, read_record


@dataclass(frozen=True)
class Decision:
    """What becomes of the definitions that need a proof. `refused`: they have none, and no reason;
    `reused`: their reason is the one that was given for another definition; `overrides`: what goes
    ahead for a reason, to be kept in the record that is written.
    """

    refused: tuple[Identity, ...] = ()
    reused: tuple[Identity, ...] = ()
    overrides: Mapping[Identity, Override] = field(default_factory=dict)


@dataclass(frozen=True)
class GateResult:
    """`record`: what the stack writes once it has applied the catalog. `problems` stop an update;
    `warnings` don't.
    """

    record: Record
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def needs_proof(before: Record, after: Record) -> tuple[Identity, ...]:
    """The definitions that the earlier environment must have applied, in order."""
    records = Records(_without_overlays(before), _without_overlays(after))
    changed = records.after.differing_definitions(records.before)
    return tuple(key for key in changed if key in after.definitions and not _narrows(key, records))


def is_proven(key: Identity, after: Record, earlier: Record) -> bool:
    """Whether the earlier environment has ever applied this very definition."""
    found = earlier.definitions.get(key)
    return found is not None and after.definitions[key].digest in (*found.history, found.digest)


def has_other_format(key: Identity, after: Record, earlier: Record) -> bool:
    """Whether the earlier environment's digest is of another format, so can't be compared."""
    found = earlier.definitions.get(key)
    own = after.definitions[key].digest.partition(":")[0]
    return found is not None and found.digest.partition(":")[0] != own


def decide(
    before: Record, after: Record, earlier: Record, name: str, reasons: Mapping[str, str]
) -> Decision:
    """What of `after` may be applied.

    Args:
        before: what the environment applied last.
        earlier: what the environment that it advances from applied; `name` is its name.
        reasons: `advance_anyway` of the environment's file.
    """
    refused, reused, overrides = [], [], {}
    unproven = needs_proof(before, after)
    for key, entry in after.definitions.items():
        if is_proven(key, after, earlier):
            continue
        old, reason = before.overrides.get(key), reasons.get(str(key))
        if key not in unproven:
            if old is not None:
                overrides[key] = old.model_copy(update={"digest": entry.digest})
        elif reason is None:
            refused.append(key)
        elif old is not None and old.reason == reason and old.digest != entry.digest:
            reused.append(key)
        else:
            overrides[key] = Override(reason=reason, digest=entry.digest, earlier=name)
    return Decision(tuple(sorted(refused, key=str)), tuple(sorted(reused, key=str)), overrides)


def check_gate(
    catalog: Catalog, own: StackState, read_earlier: Callable[[], StackState]
) -> GateResult:
    """The gate's decision on a catalog, as problems and warnings of its files.

    Args:
        own: the stack's state.
        read_earlier: gives the state of the environment that it advances from; called only if
            something needs it. `UnreadableState` becomes a problem; other errors pass through.
    """
    try:
        before = own.readable_record()
    except UnreadableRecord as error:
        fix = "use the version of this project that applied it last, or a later one"
        what = f"this stack can't be compared: {error}"
        problem = Problem(catalog.file, 0, (), what, fix=fix, rule="ENV-08")
        return GateResult(catalog.record, (problem,))
    after, name = catalog.record.after(before), catalog.environment.advances_from
    if name is None:
        return GateResult(after)
    if not needs_proof(before, after) and not before.overrides:
        return GateResult(after, (), tuple(_unused_reasons(catalog, Decision())))
    earlier, unavailable = _earlier_record(name, read_earlier)
    decision = decide(before, after, earlier, name, catalog.environment.advance_anyway)
    return GateResult(
        after.model_copy(update={"overrides": dict(decision.overrides)}),
        tuple(_problems(catalog, after, earlier, decision, unavailable)),
        tuple(_unused_reasons(catalog, decision)),
    )


def _earlier_record(
    name: str, read: Callable[[], StackState]
) -> tuple[Record, tuple[str, str] | None]:
    """The record; an empty one where it can't be told, with what is wrong and how to fix it."""
    try:
        return read_record(read().outputs), None
    except UnreadableRecord as error:
        fix = f"run tpa up -e {name} first, with this version"
        return Record(), (f"{name} can't be compared: {error}", fix)
    except UnreadableState as error:
        fix = f"give this run access to it (backend in stacks/{name}.yaml, and its credentials)"
        return Record(), (f"the state of {name} can't be read: {error}", fix)


def _problems(
    catalog: Catalog,
    after: Record,
    earlier: Record,
    decision: Decision,
    unavailable: tuple[str, str] | None,
) -> Iterator[Problem]:
    name, where = catalog.environment.advances_from or "", ("advances_from",)
    why = f"{catalog.name} applies only what was applied in {name}, the environment before it"
    or_reason = f"or write advance_anyway: {{<name>: <reason>}} in {catalog.file}"
    first = f"run tpa up -e {name}"
    if decision.refused and (unavailable or not earlier.definitions):
        what, fix = unavailable or (f"{name} has never been applied", f"{first} first")
        waiting = f"{why}; waiting: {', '.join(map(str, decision.refused))}"
        rule = "ENV-08" if unavailable else "ENV-07"
        yield Problem(catalog.file, 0, where, what, waiting, f"{fix}; {or_reason}", rule=rule)
        return
    old = [key for key in decision.refused if has_other_format(key, after, earlier)]
    new = [key for key in decision.refused if key not in old]
    for keys, what, files, rule in (
        (new, f"not applied in {name} yet", "these files", "ENV-07"),
        (old, f"{name} recorded digests of another format", "this version", "ENV-08"),
    ):
        if keys:
            fix = f"{first} with {files} first; {or_reason}"
            text = f"{what}: {', '.join(map(str, keys))}"
            yield Problem(catalog.file, 0, where, text, why, fix, rule=rule)
    for key in decision.reused:
        what, fix = "the reason was given for another definition", "write why this one goes ahead"
        yield Problem(catalog.file, 0, ("advance_anyway", str(key)), what, fix=fix, rule="ENV-09")


def _unused_reasons(catalog: Catalog, decision: Decision) -> Iterator[Problem]:
    """A reason that overrides nothing now would let the next change pass unnoticed."""
    needed = {*map(str, (*decision.overrides, *decision.refused, *decision.reused))}
    for key in catalog.environment.advance_anyway:
        if key not in needed:
            where, what, fix = ("advance_anyway", key), "is not needed", "remove it"
            yield Problem(catalog.file, 0, where, what, "", fix, "warning", rule="ENV-04")


def _narrows(key: Identity, records: Records) -> bool:
    changes = [*records.changes_of(key)]
    return bool(changes) and all(change.narrows for change in changes)


def _without_overlays(record: Record) -> Record:
    """What an environment says in place of the files is its own, and needs no proof."""
    entries = {
        key: entry.model_copy(update={"overlay": {}}) for key, entry in record.definitions.items()
    }
    return record.model_copy(update={"definitions": entries})
