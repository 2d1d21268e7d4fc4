"""Access that an application gained or lost between two pages, in sentences."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from survey.page.remembered import Access, Application
from survey.page.words import STATUSES, scopes_of, where

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
        yield from (f"{target}: {what}" for what in _both(old, new))


def _both(old: Access, new: Access) -> Iterator[str]:
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
