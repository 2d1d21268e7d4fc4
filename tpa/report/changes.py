"""What changed since the last run: a page carries its own data, and the next run reads it back."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from tpa.report.labels import STATUSES, scopes_of, where
from tpa.report.model import Report
from tpa.report.page_data import Access, Application, Finding, Key, PageData, remembered

Place = tuple[str, str]
"""Audience and subject type: what access is compared by."""
Rows = Mapping[Place, Access]


def by_application(access: Iterable[Access]) -> Mapping[str, Rows]:
    """The rows of each application, by its identity."""
    found: dict[str, dict[Place, Access]] = defaultdict(dict)
    for row in access:
        found[row.application][row.audience, row.subject_type] = row
    return found


def access_changes(now: Application | None, old: Rows, new: Rows) -> Iterator[str]:
    """Nothing for an application that is gone (`now` is None): that says it all."""
    if now is None:
        return
    for place in sorted(old.keys() | new.keys()):
        for sentence in _place(old.get(place), new.get(place)):
            yield f"{now.identity}: {sentence}"


def _place(old: Access | None, new: Access | None) -> Iterator[str]:
    row = new or old
    if row is None:
        return
    target = where(row.api, row.subject_type)
    if old is None:
        blocked = f", blocked: {row.blocked}" if row.blocked else ""
        yield f"may call {target}: {scopes_of(row.scopes, every=row.all_scopes)}{blocked}"
    elif new is None:
        yield f"may no longer call {target}: {scopes_of(row.scopes, every=row.all_scopes)}"
    else:
        yield from (f"{target}: {what}" for what in _changed_access(old, new))


def _changed_access(old: Access, new: Access) -> Iterator[str]:
    yield from _scopes(old, new)
    if new.blocked and not old.blocked:
        yield f"blocked now: {new.blocked}"
    elif old.blocked and not new.blocked:
        yield f"no longer blocked, before: {old.blocked}"
    elif old.blocked != new.blocked:
        yield f"blocked for another reason: {new.blocked}, before: {old.blocked}"
    if old.status != new.status and "unknown" not in (old.status, new.status):
        yield f"{_status(new)}, before: {_status(old)}"


def _scopes(old: Access, new: Access) -> Iterator[str]:
    if old.all_scopes != new.all_scopes:
        named = scopes_of(new.scopes, every=new.all_scopes)
        yield f"{'gains' if new.all_scopes else 'is held to'} {named}"
        return
    gained, lost = set(new.scopes) - set(old.scopes), set(old.scopes) - set(new.scopes)
    if gained:
        yield f"gains {', '.join(sorted(gained))}"
    if lost:
        yield f"loses {', '.join(sorted(lost))}"


def _status(row: Access) -> str:
    return STATUSES.get(row.status, row.status)


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
        yield from (f"{new.identity}: {what}" for what in _changed_application(old, new, unknown))
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


def _changed_application(
    old: Application, new: Application, unknown: frozenset[str]
) -> Iterator[str]:
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


__all__ = ["PageData", "changes_since", "embedded", "read_earlier"]

_OPEN = '<script type="application/json" id="tpa-report">'
_CLOSE = "</script>"
# Inside of a script element these would end it, or be read as markup by something else than a
# browser. In JSON they only stand in texts, where an escape means the same. What is not ASCII,
# U+2028 and U+2029 too, `json` escapes itself.
_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}

_LOOKED_AT = {True: "the tenant", False: "the files alone"}


def embedded(report: Report) -> str:
    """The script element that a page carries: the same for the same report, byte for byte."""
    text = json.dumps(remembered(report).model_dump(), separators=(",", ":"), sort_keys=True)
    for character, escape in _UNSAFE.items():
        text = text.replace(character, escape)
    return f"{_OPEN}{text}{_CLOSE}"


def read_earlier(text: str) -> PageData | None:
    """The data of an existing page; None for what is no page of ours, or of another version."""
    _, found, rest = text.partition(_OPEN)
    data, closed, _ = rest.partition(_CLOSE)
    if not (found and closed):
        return None
    try:
        return PageData.model_validate(json.loads(data))
    except (ValueError, RecursionError, ValidationError):
        return None


def changes_since(earlier: PageData, report: Report) -> tuple[str, ...]:
    """Plain sentences, the tenant's first, then by application; none where nothing changed."""
    now = remembered(report)
    apart = _incomparable(earlier, now)
    return (apart,) if apart else tuple(_changes(earlier, now))


def _incomparable(before: PageData, now: PageData) -> str:
    """Why the two say nothing about each other; "" where they do."""
    if (before.environment, before.tenant) != (now.environment, now.tenant):
        return f"the earlier page is of {before.environment} on {before.tenant}: not compared"
    if before.live != now.live:
        first, second = _LOOKED_AT[before.live], _LOOKED_AT[now.live]
        return f"the earlier page shows {first}, this one {second}: not compared"
    return ""


@dataclass(frozen=True)
class _Pair:
    before: Application | None
    now: Application | None


def _changes(before: PageData, now: PageData) -> Iterator[str]:
    unknown = frozenset(before.unknown) | frozenset(now.unknown)
    for field in sorted(unknown):
        if field not in now.unknown:
            yield f"{field}: known now, unknown on the earlier page: not compared"
        elif field not in before.unknown:
            yield f"{field}: unknown now, known on the earlier page: not compared"
    yield from finding_changes("", before.findings, now.findings)
    old_access, new_access = by_application(before.access), by_application(now.access)
    if "applications" in unknown:
        return
    for pair in _pairs(before, now):
        yield from application_changes(pair.before, pair.now, unknown)
        if "access" not in unknown:
            old = old_access.get(pair.before.identity, {}) if pair.before else {}
            new = new_access.get(pair.now.identity, {}) if pair.now else {}
            yield from access_changes(pair.now, old, new)


def _pairs(before: PageData, now: PageData) -> Iterator[_Pair]:
    """The same application twice: by its key, else by its client id, as when a file adopts it."""
    by_key = {one.key: one for one in before.applications if one.key}
    by_id = {one.client_id: one for one in before.applications if one.client_id}
    met: set[str] = set()
    for one in now.applications:
        old = by_key.get(one.key) or by_id.get(one.client_id)
        met.update([old.identity] if old else [])
        yield _Pair(old, one)
    yield from (_Pair(one, None) for one in before.applications if one.identity not in met)
