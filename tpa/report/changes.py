"""What changed since the last run: the facts of the earlier page against those of the new one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from auth0_third_party.model.text import access_name
from auth0_third_party.rules.violation import Path
from tpa.comparison.compare import Changed, compare
from tpa.comparison.facts import EVERY_SCOPE, Facts
from tpa.report.labels import STATUSES
from tpa.report.model import Report
from tpa.report.page_data import VALUES, PageData, page_data

_READ = {True: "the tenant", False: "only the files"}
ORDER = ("applications", "findings", "access")
"""Of the sentences about one application."""


def changes_since(earlier: PageData, report: Report) -> tuple[str, ...]:
    """Plain sentences, the tenant's first, then by application; none where nothing changed."""
    now = page_data(report)
    why = _incomparable(earlier, now)
    return (why,) if why else tuple(_changes(earlier, now))


def _incomparable(before: PageData, now: PageData) -> str:
    """Why the two pages can't be compared; "" where they can."""
    if (before.environment, before.tenant) != (now.environment, now.tenant):
        return f"the earlier page is of {before.environment} on {before.tenant}: not compared"
    if before.live != now.live:
        first, second = _READ[before.live], _READ[now.live]
        return f"the earlier page shows {first}, this one {second}: not compared"
    return ""


@dataclass(frozen=True)
class Pages:
    """The facts of both pages. `unknown`: fields that are unknown on one of them."""

    before: Facts
    now: Facts
    unknown: frozenset[str]

    def counts(self, path: Path) -> bool:
        """Whether a fact is known on both pages, and is more than a label."""
        kind, application, *rest = path
        if "applications" in self.unknown and application:
            return False
        if kind == "findings":
            return True
        field = rest[2:] if kind == "access" else rest
        return kind not in self.unknown and not {"api", *self.unknown} & {*field[:1]}

    def is_gone(self, application: object) -> bool:
        """Whether only the earlier page has it."""
        path: Path = ("applications", str(application))
        return path in self.before and path not in self.now


def _changes(before: PageData, now: PageData) -> Iterator[str]:
    unknown = frozenset(before.unknown) | frozenset(now.unknown)
    for field in sorted(unknown):
        if field not in now.unknown:
            yield f"{field}: known now, unknown on the earlier page: not compared"
        elif field not in before.unknown:
            yield f"{field}: unknown now, known on the earlier page: not compared"
    pages = Pages(_renamed(before.by_path(), now.by_path()), now.by_path(), unknown)
    order = {path[1]: index for index, path in enumerate({**pages.now, **pages.before})}
    found = compare(pages.before, pages.now, pages.counts)
    for each in sorted(found, key=lambda each: (order[each.path[1]], ORDER.index(each.path[0]))):
        subject = each.path[1]
        if each.path[0] == "applications" or not pages.is_gone(subject):
            prefix = f"{subject}: " if subject and len(each.path) > 2 else ""
            yield from (f"{prefix}{what}" for what in SENTENCES[str(each.path[0])](pages, each))


def _renamed(before: Facts, now: Facts) -> Facts:
    """The earlier facts, with the name that an application has now: a file may have adopted it."""
    ids = {value: path[1] for path, value in now.items() if path[2:] == ("client_id",) and value}
    taken = {path[1] for path in before if path[0] == "applications"}
    names = {
        path[1]: ids[value]
        for path, value in before.items()
        if path[2:] == ("client_id",) and value in ids and ids[value] not in taken
    }
    return {(path[0], names.get(path[1], path[1]), *path[2:]): v for path, v in before.items()}


def _application(_pages: Pages, each: Changed) -> Iterator[str]:
    _, known, *field = each.path
    if not field:
        name = each.after or each.before
        label = name if known == name else f"{known} ({name})"
        if None in (each.before, each.after):
            yield f"{label} is {'gone' if each.after is None else 'new'}"
    elif field[0] == "keys":
        yield from _key(str(field[1]), each)
    elif isinstance(each.after, list):
        parts = (("new", each.gained), ("gone", each.lost))
        told = (f"{word} {', '.join(found)}" for word, found in parts if found)
        yield f"{VALUES[str(field[0])]}: {'; '.join(told)}"
    else:
        name = VALUES[str(field[0])]
        yield f"{name} {each.after or 'none'}, before: {each.before or 'none'}"


def _key(name: str, each: Changed) -> Iterator[str]:
    """A key of unknown age is not compared."""
    if each.before is None or each.after is None:
        yield f"keys: {'new' if each.before is None else 'gone'} {name}"
    elif each.before and each.after:
        yield f"key {name} was replaced"


def _finding(_: Pages, each: Changed) -> Iterator[str]:
    _kind, _application, place, what = each.path
    severity = each.after or each.before
    details = ", ".join(part for part in (severity, str(place)) if part)
    yield f"{'settled' if each.after is None else 'new finding'}: {what} ({details})"


def _access(pages: Pages, each: Changed) -> Iterator[str]:
    row, field = each.path[:4], each.path[4:]
    facts = pages.now if row in pages.now else pages.before
    target = f"{facts[*row, 'api']} ({access_name(str(row[3]))})"
    if each.before is None:
        blocked = facts[*row, "blocked"]
        yield f"may call {target}: {_scopes(each.after)}{blocked and f', blocked: {blocked}'}"
    elif each.after is None:
        yield f"may no longer call {target}: {_scopes(each.before)}"
    else:
        told = CHANGED_ROW[str(field[0]) if field else ""](each)
        yield from (f"{target}: {what}" for what in told)


def _changed_scopes(each: Changed) -> Iterator[str]:
    if EVERY_SCOPE in (each.before, each.after):
        verb = "gains" if each.after == EVERY_SCOPE else "is limited to"
        yield f"{verb} {_scopes(each.after)}"
        return
    for verb, scopes in (("gains", each.gained), ("loses", each.lost)):
        if scopes:
            yield f"{verb} {', '.join(sorted(scopes))}"


def _changed_block(each: Changed) -> Iterator[str]:
    if not each.before:
        yield f"blocked now: {each.after}"
    elif not each.after:
        yield f"no longer blocked, before: {each.before}"
    else:
        yield f"blocked for another reason: {each.after}, before: {each.before}"


def _changed_status(each: Changed) -> Iterator[str]:
    if "unknown" not in (each.before, each.after):
        before, now = (STATUSES.get(each, each) for each in (each.before, each.after))
        yield f"{now}, before: {before}"


def _scopes(scopes: object) -> str:
    return ", ".join(scopes) or "no scope" if isinstance(scopes, list) else str(scopes)


CHANGED_ROW: Mapping[str, Callable[[Changed], Iterator[str]]] = {
    "": _changed_scopes,
    "blocked": _changed_block,
    "status": _changed_status,
}
SENTENCES: Mapping[str, Callable[[Pages, Changed], Iterator[str]]] = {
    "applications": _application,
    "findings": _finding,
    "access": _access,
}
