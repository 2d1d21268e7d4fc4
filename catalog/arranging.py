"""Which entries of a list stay, go, move or come when it becomes another one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Step:
    """What is written next: the entry at `entry`, or else the new value at `value`, or neither.

    `spot`: the entry that stood here; what is around it and is not about it stays here.
    """

    spot: int | None = None
    entry: int | None = None
    value: int | None = None


def arranged(before: Sequence[object], after: Sequence[object]) -> list[Step]:
    """What is in both is kept, at another place where the order is another one.

    `1` and `True` are two values, although Python takes them for one.
    """
    old, new = [*map(repr, before)], [*map(repr, after)]
    compared = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    spare: dict[str, list[int]] = defaultdict(list)
    for tag, start, end, _, _ in compared:
        for at in range(start, end) if tag != "equal" else ():
            spare[old[at]].append(at)
    steps = []
    for tag, start, end, first, after_last in compared:
        if tag == "equal":
            steps += [Step(at, at) for at in range(start, end)]
            continue
        steps += [Step(at) for at in range(start, end)]
        for at in range(first, after_last):
            moved = spare[new[at]]
            steps.append(Step(entry=moved.pop(0)) if moved else Step(value=at))
    return steps


def without(count: int, gone: int) -> list[Step]:
    """One entry less, the others as they are."""
    return [Step(at, None if at == gone else at) for at in range(count)]


def with_more(count: int, more: int) -> list[Step]:
    """New values behind all entries."""
    return [*(Step(at, at) for at in range(count)), *(Step(value=at) for at in range(more))]
