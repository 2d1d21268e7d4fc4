"""What may be called, before and after: scopes, and ways of calling, gained and lost."""

from collections.abc import Collection, Iterator, Mapping

from catalog.changes import Change, change
from catalog.facts import Place, Right


def right_changes(
    key: str, before: Mapping[Place, Right], after: Mapping[Place, Right]
) -> Iterator[Change]:
    """Scopes and ways of calling that were gained and lost."""
    for place in sorted(before.keys() | after.keys()):
        yield from _place_changes(key, place, before.get(place), after.get(place))


def first_rights(key: str, rights: Mapping[Place, Right]) -> Iterator[Change]:
    """The grants that a new application brings; what it has by default is known already."""
    for (audience, subject), right in sorted(rights.items(), key=lambda item: item[0]):
        if right.by_default:
            continue
        where = _where(right.api or audience, subject)
        yield change(f"scope-gained-{subject}", key, f"may call {where}: {_scopes(right)}")
        if right.every_scope:
            what = f"gets every scope of {where}"
            yield change("all-scopes-on", key, what, consent=subject == "user")


def _place_changes(
    key: str, place: Place, old: Right | None, new: Right | None
) -> Iterator[Change]:
    audience, subject = place
    right = new or old
    where = _where(right.api if right else audience, subject)
    users = subject == "user"
    if old is None and new is not None:
        what = f"may call {where}: {_scopes(new)}"
        yield change("subject-type-gained", key, what, consent=users)
    if old is not None and new is None:
        yield change("subject-type-lost", key, f"may no longer call {where}: {_scopes(old)}")
    if old is not None and new is not None:
        yield from _scope_changes(key, where, subject, old, new)
    if new is not None and new.every_scope and not (old is not None and old.every_scope):
        yield change("all-scopes-on", key, f"gets every scope of {where}", consent=users)


def _scope_changes(key: str, where: str, subject: str, old: Right, new: Right) -> Iterator[Change]:
    if old.every_scope and not new.every_scope:
        yield change("all-scopes-off", key, f"gets named scopes of {where}: {_scopes(new)}")
    if old.every_scope or new.every_scope:
        return
    gained, lost = new.scopes - old.scopes, old.scopes - new.scopes
    replaced = "; a grant of its own replaces the default" if old.by_default else ""
    replaced = "" if new.by_default == old.by_default else replaced or "; back to the default"
    if gained:
        yield change(f"scope-gained-{subject}", key, f"{where}: gains {words(gained)}{replaced}")
    if lost:
        yield change("scope-lost", key, f"{where}: loses {words(lost)}{replaced}")


def _where(api: str, subject: str) -> str:
    return f"{api} {'for its users' if subject == 'user' else 'as itself'}"


def words(texts: Collection[str]) -> str:
    """Sorted, with commas."""
    return ", ".join(sorted(texts))


def _scopes(right: Right) -> str:
    return "every scope" if right.every_scope else words(right.scopes) or "no scope"
