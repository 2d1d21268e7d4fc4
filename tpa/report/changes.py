"""What changed since the last run: the data of the earlier page against the new report."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from tpa.report.labels import STATUSES, api_access, scopes_text
from tpa.report.model import Report
from tpa.report.page_data import Access, Application, Finding, Key, PageData, page_data
from tpa.tenant.objects import GrantTarget, target_of

Rows = Mapping[GrantTarget, Access]
"""The rows of one application."""
_READ = {True: "the tenant", False: "only the files"}


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


def _changes(before: PageData, now: PageData) -> Iterator[str]:
    unknown = frozenset(before.unknown) | frozenset(now.unknown)
    for field in sorted(unknown):
        if field not in now.unknown:
            yield f"{field}: known now, unknown on the earlier page: not compared"
        elif field not in before.unknown:
            yield f"{field}: unknown now, known on the earlier page: not compared"
    yield from _finding_changes("", before.findings, now.findings)
    if "applications" in unknown:
        return
    old_access, new_access = _by_application(before.access), _by_application(now.access)
    for old, new in _pairs(before, now):
        yield from _application_changes(old, new, unknown)
        if new is not None and "access" not in unknown:
            old_rows = old_access.get(old.identity, {}) if old else {}
            yield from _access_changes(new, old_rows, new_access.get(new.identity, {}))


def _pairs(
    before: PageData, now: PageData
) -> Iterator[tuple[Application | None, Application | None]]:
    """Each application on the earlier and the new page: the same key, or the same client id, as
    when a file adopts it.
    """
    by_key = {one.key: one for one in before.applications if one.key}
    by_id = {one.client_id: one for one in before.applications if one.client_id}
    met: set[str] = set()
    for one in now.applications:
        old = by_key.get(one.key) or by_id.get(one.client_id)
        met.update([old.identity] if old else [])
        yield old, one
    yield from ((one, None) for one in before.applications if one.identity not in met)


def _by_application(access: Iterable[Access]) -> Mapping[str, Rows]:
    found: dict[str, dict[GrantTarget, Access]] = defaultdict(dict)
    for row in access:
        found[row.application][target_of(row)] = row
    return found


# Fields of an application and their names in sentences.
VALUES = (
    ("name", "name"),
    ("client_id", "client id"),
    ("owner", "owner"),
    ("contact", "contact"),
    ("kind", "application type"),
    ("security_mode", "security mode"),
    ("authentication", "authentication"),
)
LISTS = (
    ("callbacks", "redirect URIs"),
    ("origins", "origins"),
    ("connections", "connections"),
    ("organizations", "organizations"),
)


def _application_changes(
    old: Application | None, new: Application | None, unknown: frozenset[str]
) -> Iterator[str]:
    """`unknown`: fields that are unknown on one of the two pages."""
    if new is None and old is not None:
        yield f"{_label(old)} is gone"
    if new is not None and old is None:
        yield f"{_label(new)} is new"
        yield from _finding_changes(new.identity, (), new.findings)
    if new is not None and old is not None:
        yield from (f"{new.identity}: {what}" for what in _field_changes(old, new, unknown))
        yield from _finding_changes(new.identity, old.findings, new.findings)


def _label(application: Application) -> str:
    """Both names, so that it can be found on the page and in the files."""
    if application.identity == application.name:
        return application.name
    return f"{application.identity} ({application.name})"


def _field_changes(old: Application, new: Application, unknown: frozenset[str]) -> Iterator[str]:
    for field, name in VALUES:
        before, now = getattr(old, field), getattr(new, field)
        if before != now:
            yield f"{name} {now or 'none'}, before: {before or 'none'}"
    for field, name in LISTS:
        if field not in unknown:
            yield from _list_changes(name, getattr(old, field), getattr(new, field))
    if "keys" not in unknown:
        yield from _list_changes("keys", (k.name for k in old.keys), (k.name for k in new.keys))
        yield from _replaced_keys(old.keys, new.keys)


def _list_changes(name: str, old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    before, now = dict.fromkeys(old), dict.fromkeys(new)
    gained = ", ".join(one for one in now if one not in before)
    lost = ", ".join(one for one in before if one not in now)
    if gained or lost:
        parts = (("new", gained), ("gone", lost))
        yield f"{name}: {'; '.join(f'{word} {found}' for word, found in parts if found)}"


def _replaced_keys(old: Iterable[Key], new: Iterable[Key]) -> Iterator[str]:
    """Another key under the same name; a key of unknown age is not compared."""
    created = {key.name: key.created_at for key in old if key.created_at}
    for key in new:
        if key.created_at and created.get(key.name, key.created_at) != key.created_at:
            yield f"key {key.name} was replaced"


def _finding_changes(
    application: str, old: Iterable[Finding], new: Iterable[Finding]
) -> Iterator[str]:
    """`application` is empty for findings that belong to none."""
    before, now = dict.fromkeys(old), dict.fromkeys(new)
    start = f"{application}: " if application else ""
    yield from (f"{start}new finding: {_finding(one)}" for one in now if one not in before)
    yield from (f"{start}settled: {_finding(one)}" for one in before if one not in now)


def _finding(finding: Finding) -> str:
    details = ", ".join(part for part in (finding.severity, finding.place) if part)
    return f"{finding.what} ({details})"


def _access_changes(application: Application, old: Rows, new: Rows) -> Iterator[str]:
    for target in sorted(old.keys() | new.keys()):
        for sentence in _row_changes(old.get(target), new.get(target)):
            yield f"{application.identity}: {sentence}"


def _row_changes(old: Access | None, new: Access | None) -> Iterator[str]:
    row = new or old
    if row is None:
        return
    target, scopes = api_access(row), scopes_text(row.scopes, every=row.all_scopes)
    if old is None:
        blocked = f", blocked: {row.blocked}" if row.blocked else ""
        yield f"may call {target}: {scopes}{blocked}"
    elif new is None:
        yield f"may no longer call {target}: {scopes}"
    else:
        yield from (f"{target}: {what}" for what in _changed_row(old, new))


def _changed_row(old: Access, new: Access) -> Iterator[str]:
    yield from _changed_scopes(old, new)
    if new.blocked and not old.blocked:
        yield f"blocked now: {new.blocked}"
    elif old.blocked and not new.blocked:
        yield f"no longer blocked, before: {old.blocked}"
    elif old.blocked != new.blocked:
        yield f"blocked for another reason: {new.blocked}, before: {old.blocked}"
    if old.status != new.status and "unknown" not in (old.status, new.status):
        before, now = (STATUSES.get(each.status, each.status) for each in (old, new))
        yield f"{now}, before: {before}"


def _changed_scopes(old: Access, new: Access) -> Iterator[str]:
    if old.all_scopes != new.all_scopes:
        scopes = scopes_text(new.scopes, every=new.all_scopes)
        yield f"{'gains' if new.all_scopes else 'is limited to'} {scopes}"
        return
    gained, lost = set(new.scopes) - set(old.scopes), set(old.scopes) - set(new.scopes)
    if gained:
        yield f"gains {', '.join(sorted(gained))}"
    if lost:
        yield f"loses {', '.join(sorted(lost))}"
