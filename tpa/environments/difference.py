"""The difference between two records of one environment, by meaning instead of by text.

Ids never take part: they differ per tenant, and a record holds none.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from auth0_third_party.rules.violation import Path
from tpa.comparison.compare import compare
from tpa.comparison.facts import Facts
from tpa.comparison.recorded import DEFAULT, definition_facts, inherited, shared_facts
from tpa.environments.meaning import Reading, added, meaning, removed, renamed
from tpa.environments.risks import Change, by_risk, change
from tpa.files.declaration import Names, default_permissions_in
from tpa.files.record import Identity, Record


def difference(
    before: Record, after: Record, keys: Collection[Identity] | None = None
) -> tuple[Change, ...]:
    """All changes, highest risk first.

    Args:
        before: what the environment applied last.
        after: what it would apply.
        keys: only these, and what belongs to the tenant as a whole; None: all.
    """
    records = Records(before, after)
    found = [*records.shared_changes()]
    for key in after.differing_definitions(before):
        if keys is None or key in keys or key.kind == "shared":
            found.extend(records.changes_of(key))
    return by_risk(found)


@dataclass(frozen=True)
class Records:
    """What one environment applied last, and what it would apply."""

    before: Record
    after: Record

    def changes_of(self, key: Identity) -> Iterator[Change]:
        """The changes of one definition.

        An application or agent is compared with the default permissions of `after` on both sides:
        what the default permissions themselves change is a change of the tenant, reported once.
        One under another key is compared with what it was under the old one.
        """
        owner, former = "" if key.kind == "shared" else str(key), self._former.get(key, key)
        old, new = self._facts(former, self.before), self._facts(key, self.after)
        if owner and key not in self.after.definitions:
            if key not in self._former.values():
                yield removed(key, old or {}, protected=self.before.protected)
            return
        if former != key:
            yield renamed(key, former, old or {}, new or {})
        if old is None or new is None:
            what = "recorded by another version of this project"
            yield change("unreadable", owner, what if owner else f"tenant settings {what}")
        elif owner and former not in self.before.definitions:
            yield from added(key, new, self._apis)
        else:
            for changed in compare(old, new):
                touches = () if owner else self._touches(changed.path)
                yield from meaning(Reading(owner, changed, old, new, self._apis, touches))

    def shared_changes(self) -> Iterator[Change]:
        """The changes of what belongs to no single definition."""
        clients, again = self.after.clients, bool(self.before.definitions)
        for changed in compare(shared_facts(self.before), shared_facts(self.after)):
            kind, name = str(changed.path[0]), str(changed.path[-1])
            was, will = changed.before, changed.after
            if kind == "connections" and was is None:
                what = f"connection {name} is promoted to the domain level"
                users = [key for key in clients if self._signs_users_in(key)]
                yield change("connection-promoted", "", what, users)
            elif kind == "connections":
                what = (
                    f"connection {name} is demoted, unless it was promoted before this stack did it"
                )
                yield change("connection-demoted", "", what, self.before.connection_users[name])
            elif kind == "audiences" and None not in (was, will):
                users = [key for key in clients if name in self._granted(key)]
                yield change("audience-changed", "", f"{name}: {will} instead of {was}", users)
            elif kind == "organizations" and again and self.before.admitted is not None:
                yield change("field-changed", "", f"organization {name} changed", clients)
            elif kind == "protected" and again:
                what = "on" if will else "off"
                yield change(
                    f"delete-protection-{what}", "", f"delete protection is {what}", clients
                )

    @cached_property
    def _names(self) -> Names:
        """One audience per API, so that a changed audience is one change, not one per grant."""
        return Names({**self.before.audiences, **self.after.audiences})

    @cached_property
    def _apis(self) -> Mapping[str, str]:
        return {audience: api for api, audience in self._names.audiences.items()}

    def _facts(self, key: Identity, record: Record) -> Facts | None:
        defaults = default_permissions_in(self.after, self._names)
        return definition_facts(key, record, self._names, defaults)

    def _touches(self, path: Path) -> Collection[Identity]:
        """Of a default permission: who has, or had, it by default. Of settings: every client."""
        return self._inheriting.get(path[:3], set()) if path[0] == DEFAULT else self.after.clients

    @cached_property
    def _inheriting(self) -> Mapping[Path, set[Identity]]:
        found: dict[Path, set[Identity]] = {}
        for record in (self.before, self.after):
            for path, key in inherited(record, self._names):
                found.setdefault(path, set()).add(key)
        return found

    @cached_property
    def _former(self) -> Mapping[Identity, Identity]:
        """What was renamed, and what from: the tenant calls it by the same name; else its owner and
        a way to tell it are the same. Where more than one could be meant, none is.
        """
        found: dict[Identity, Identity] = {}
        for marks in (_called, _told_by):
            gone = _by_mark(marks, self.before, self.after)
            new = _by_mark(marks, self.after, self.before)
            pairs = {(key, old) for mark in new for key in new[mark] for old in gone.get(mark, ())}
            meant = Counter(each for pair in pairs for each in pair)
            for key, old in pairs:
                if key not in found and old not in found.values() and meant[key] == meant[old] == 1:
                    found[key] = old
        return found

    def _signs_users_in(self, key: Identity) -> bool:
        return self.after.definitions[key].definition.get("app_type") != "non_interactive"

    def _granted(self, key: Identity) -> set[str]:
        return {grant["api"] for grant in self.after.definitions[key].definition.get("grants", [])}


Marks = Collection[Hashable]


def _by_mark(
    marks: Callable[[Identity, Mapping[str, Any]], Marks], record: Record, other: Record
) -> Mapping[Hashable, list[Identity]]:
    """Mark -> which of the clients that the other record does not have."""
    found: dict[Hashable, list[Identity]] = {}
    for key in record.clients:
        if key not in other.definitions:
            for mark in marks(key, record.definitions[key].definition):
                found.setdefault(mark, []).append(key)
    return found


def _called(key: Identity, definition: Mapping[str, Any]) -> Marks:
    """The name of an application, or the document of an agent."""
    field = "document" if key.kind == "agent" else "name"
    return [(field, definition.get(field, key))]


def _told_by(key: Identity, definition: Mapping[str, Any]) -> Marks:
    """What two applications of one owner don't share: a callback or a public key; for those that
    have neither, all of their grants.
    """
    if key.kind == "agent":
        return ()
    own = [
        *definition.get("callbacks", ()),
        *(each.get("pem") for each in definition.get("keys", ())),
    ]
    grants = definition.get("grants")
    marks = own or ([json.dumps(grants, sort_keys=True)] if grants else [])
    organization = definition.get("owner", {}).get("organization")
    return [(organization, mark) for mark in marks]
