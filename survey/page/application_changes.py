"""What changed about an application between two pages, its access aside, in sentences."""

from collections.abc import Iterable, Iterator

from survey.page.remembered import Application, Finding, Key

# Field and its name in sentences.
VALUES = (
    ("name", "name"),
    ("client_id", "client id"),
    ("owner", "owner"),
    ("contact", "contact"),
    ("kind", "kind"),
    ("security_mode", "security mode"),
    ("proof", "proof"),
)
LISTS = (
    ("callbacks", "redirect URIs"),
    ("origins", "origins"),
    ("connections", "connections"),
    ("organizations", "organizations"),
)


def application_changes(
    old: Application | None, new: Application | None, unknown: frozenset[str]
) -> Iterator[str]:
    """`unknown`: fields that one of the two pages knows nothing about."""
    if new is None and old is not None:
        yield f"{_named(old)} is gone"
    if new is not None and old is None:
        yield f"{_named(new)} is new"
        yield from finding_changes(new.identity, (), new.findings)
    if new is not None and old is not None:
        yield from (f"{new.identity}: {what}" for what in _both(old, new, unknown))
        yield from finding_changes(new.identity, old.findings, new.findings)


def finding_changes(
    application: str, old: Iterable[Finding], new: Iterable[Finding]
) -> Iterator[str]:
    """`application` is empty for findings of the tenant."""
    before, now = dict.fromkeys(old), dict.fromkeys(new)
    start = f"{application}: " if application else ""
    yield from (f"{start}new finding: {_finding(one)}" for one in now if one not in before)
    yield from (f"{start}settled: {_finding(one)}" for one in before if one not in now)


def _finding(finding: Finding) -> str:
    where = ", ".join(part for part in (finding.severity, finding.place) if part)
    return f"{finding.what} ({where})"


def _both(old: Application, new: Application, unknown: frozenset[str]) -> Iterator[str]:
    for field, name in VALUES:
        before, now = getattr(old, field), getattr(new, field)
        if before != now:
            yield f"{name} {now or 'none'}, before: {before or 'none'}"
    for field, name in LISTS:
        if field not in unknown:
            yield from _listed(name, getattr(old, field), getattr(new, field))
    if "keys" not in unknown:
        yield from _listed("keys", _names(old.keys), _names(new.keys))
        yield from _replaced(old.keys, new.keys)


def _listed(name: str, old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    before, now = dict.fromkeys(old), dict.fromkeys(new)
    gained = ", ".join(one for one in now if one not in before)
    lost = ", ".join(one for one in before if one not in now)
    if gained or lost:
        parts = (("new", gained), ("gone", lost))
        yield f"{name}: {'; '.join(f'{word} {found}' for word, found in parts if found)}"


def _replaced(old: Iterable[Key], new: Iterable[Key]) -> Iterator[str]:
    """A key under a name that was there; one whose time is unknown says nothing."""
    made = {key.name: key.created_at for key in old if key.created_at}
    for key in new:
        if key.created_at and made.get(key.name, key.created_at) != key.created_at:
            yield f"key {key.name} was replaced"


def _names(keys: Iterable[Key]) -> list[str]:
    return [key.name for key in keys]


def _named(application: Application) -> str:
    """Both names, so that a new one can be found in the page and in the files."""
    if application.identity == application.name:
        return application.name
    return f"{application.identity} ({application.name})"
