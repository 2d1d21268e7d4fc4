"""What was changed outside Pulumi, as findings of the report, by application."""

from collections.abc import Callable

from auth0_third_party.rules.violation import Path
from tpa.comparison.differences import Difference, differences, redacted
from tpa.comparison.facts import path_text, value_text
from tpa.comparison.locations import stated_at
from tpa.files.declaration import Declaration
from tpa.files.problems import Problem
from tpa.tenant.view import EnvironmentView

OWN = ("applications", "agents", "grants")
"""The first parts of paths whose second part is the key of an application."""


def changed_outside(
    view: EnvironmentView, last: Declaration, told: Callable[[Difference], bool] = lambda _: True
) -> dict[str, tuple[Problem, ...]]:
    """By the key of an application, "" where it belongs to none; without ignored differences and
    those that are not `told`.
    """
    found: dict[str, tuple[Problem, ...]] = {}
    for each in differences(view, last):
        if each.counts and told(each):
            kind, second, *_ = map(str, each.path)
            key = second if kind in OWN else ""
            problem = _problem(view, redacted(each))
            found[key] = (*found.get(key, ()), problem)
    return found


def _problem(view: EnvironmentView, each: Difference) -> Problem:
    """Its field is the path, as `tpa drift` and `ignore_drift` have it."""
    catalog, place = view.catalog, stated_at(view, each.path)
    fix = f"tpa drift -e {catalog.name}: --accept writes it into the files, --restore undoes it"
    if each.path[0] == "unmanaged":
        fix = f"tpa adopt -e {catalog.name} {each.path[1]} writes it into files; else delete it"
    also = " and in the files" if each.changed_by == "both" else ""
    return Problem(
        file=place.file,
        line=catalog.line_number(place.file, place.path),
        path=(each.name,),
        what=f"changed outside Pulumi{also}: {_subject(each.path)}: {_values(each)}",
        fix=fix,
        severity="warning",
        rule="LIVE-08",
    )


def _subject(path: Path) -> str:
    """`callbacks`, `grants/orders/user`: the path without the key of the application."""
    kind, key, *rest = map(str, path)
    if kind not in OWN:
        rest = [kind, key, *rest]
    elif kind == "grants":
        rest = [kind, *rest]
    return path_text(tuple(rest)) or f"the {kind.removesuffix('s')}"


def _values(each: Difference) -> str:
    """Both values; of two lists only the difference, which would be lost in long ones."""
    live, declared = each.live, each.declared
    if isinstance(live, tuple) and isinstance(declared, tuple):
        more = tuple(one for one in live if one not in declared)
        less = tuple(one for one in declared if one not in live)
        parts = [f"the tenant has {value_text(more)}, which the files do not have"] if more else []
        parts += (
            [f"the files have {value_text(less)}, which the tenant does not have"] if less else []
        )
        if parts:
            return "; ".join(parts)
    tenant = "not in the tenant" if live is None else f"the tenant has {value_text(live)}"
    files = "not in the files" if declared is None else f"the files have {value_text(declared)}"
    return f"{tenant}, {files}"
