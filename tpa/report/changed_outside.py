"""What somebody changed outside, as findings of a report: each with its application."""

from urllib.parse import unquote

from tpa.drift.differences import Difference, differences
from tpa.drift.output import discreet, text
from tpa.drift.states import Applied
from tpa.files.problems import Problem
from tpa.tenant.view import EnvironmentView

OWN = ("applications", "agents", "grants")
"""Kinds of paths that name an application next."""


def changed_outside(view: EnvironmentView, last: Applied) -> dict[str, tuple[Problem, ...]]:
    """By the key of an application, "" for what is of none; `ignore_drift` counts as for drift."""
    found: dict[str, tuple[Problem, ...]] = {}
    for each in differences(view, last):
        if each.counts:
            kind, key, *_ = each.path.split("/")
            whose = key if kind in OWN else ""
            problem = _problem(discreet(each), view.catalog.name)
            found[whose] = (*found.get(whose, ()), problem)
    return found


def _problem(each: Difference, environment: str) -> Problem:
    """Its field is the path, as `tpa drift` and `ignore_drift` take it."""
    file, _, line = each.file.rpartition(":")
    by = "changed outside, and in the files" if each.owner == "both" else "changed outside"
    return Problem(
        file=file or each.file,
        line=int(line) if file else 0,
        field=each.path,
        what=f"{by}: {_subject(each.path)}: {_sides(each)}",
        fix=f"tpa drift -e {environment}: --accept takes it into the files, --restore undoes it",
        severity="warning",
    )


def _subject(path: str) -> str:
    """`callbacks`, `grants/orders/user`: without the key of the application, which is told of."""
    kind, key, *rest = path.split("/")
    if kind not in OWN:
        rest = [kind, key, *rest]
    elif kind == "grants":
        rest = [kind, *rest]
    return "/".join(map(unquote, rest)) or f"the {kind.removesuffix('s')}"


def _sides(each: Difference) -> str:
    """Of two lists what they have not in common: one text more would be lost in a long one."""
    live, declared = each.live, each.declared
    if isinstance(live, tuple) and isinstance(declared, tuple):
        more = tuple(one for one in live if one not in declared)
        less = tuple(one for one in declared if one not in live)
        parts = [f"the tenant has {text(more)}, which the files do not say"] if more else []
        parts += [f"the files say {text(less)}, which the tenant does not have"] if less else []
        if parts:
            return "; ".join(parts)
    there = "not so in the tenant" if live is None else f"the tenant has {text(live)}"
    return f"{there}, the files say {'nothing' if declared is None else text(declared)}"
