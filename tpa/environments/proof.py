"""What an environment may apply: definitions that were applied in the one it advances from.

Asked for are only definitions that differ from what the environment itself applied last, and not
those that merely narrow access: taking something away is never refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tpa.environments.difference import definition_changes
from tpa.environments.record import Override, Record


def questions(before: Record, after: Record) -> tuple[str, ...]:
    """The keys of definitions that need a proof, in order."""
    changed = [
        key
        for key, entry in after.definitions.items()
        if key not in before.definitions or before.definitions[key].digest != entry.digest
    ]
    old, new = _bare(before), _bare(after)
    return tuple(sorted(key for key in changed if not _narrows(key, old, new)))


def proven(key: str, after: Record, earlier: Record) -> bool:
    """Whether the earlier environment has ever applied this very definition."""
    found = earlier.definitions.get(key)
    return found is not None and after.definitions[key].digest in (*found.history, found.digest)


def other_formats(key: str, after: Record, earlier: Record) -> bool:
    """Whether the earlier environment's digests are of another format, so can't be compared."""
    found = earlier.definitions.get(key)
    own = after.definitions[key].digest.partition(":")[0]
    return found is not None and found.digest.partition(":")[0] != own


@dataclass(frozen=True)
class Verdict:
    """What becomes of the questions. `overrides` belong into the record that is written."""

    refused: tuple[str, ...]
    reused: tuple[str, ...]
    """Overridden by the words that were given for another definition."""
    overrides: Mapping[str, Override]


def judge(
    before: Record, after: Record, earlier: Record, name: str, reasons: Mapping[str, str]
) -> Verdict:
    """The verdict on `after`; `name` is the earlier environment's, `earlier` its record."""
    refused, reused, overrides = [], [], {}
    asked = questions(before, after)
    for key, entry in after.definitions.items():
        if proven(key, after, earlier):
            continue
        old = before.overrides.get(key)
        if key not in asked:
            if old is not None:
                overrides[key] = old.model_copy(update={"digest": entry.digest})
        elif key not in reasons:
            refused.append(key)
        elif old is not None and old.reason == reasons[key] and old.digest != entry.digest:
            reused.append(key)
        else:
            overrides[key] = Override(reason=reasons[key], digest=entry.digest, earlier=name)
    return Verdict(tuple(sorted(refused)), tuple(sorted(reused)), overrides)


def _narrows(key: str, before: Record, after: Record) -> bool:
    changes = [*definition_changes(key, before, after)]
    return bool(changes) and all(change.narrows for change in changes)


def _bare(record: Record) -> Record:
    """The definitions by themselves: what an environment adds is not theirs to prove."""
    entries = {
        key: entry.model_copy(update={"overlay": {}}) for key, entry in record.definitions.items()
    }
    return record.model_copy(update={"definitions": entries})
