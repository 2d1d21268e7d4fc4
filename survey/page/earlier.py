"""What changed since the last run: a page carries its own data, and the next run reads it back."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from survey.page.access_changes import access_changes, by_application
from survey.page.application_changes import application_changes, finding_changes
from survey.page.model import Report
from survey.page.remembered import Application, Earlier, remembered

__all__ = ["Earlier", "changes_since", "embedded", "read_earlier"]

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


def read_earlier(text: str) -> Earlier | None:
    """The data of an existing page; None for what is no page of ours, or of another version."""
    _, found, rest = text.partition(_OPEN)
    data, closed, _ = rest.partition(_CLOSE)
    if not (found and closed):
        return None
    try:
        return Earlier.model_validate(json.loads(data))
    except (ValueError, RecursionError, ValidationError):
        return None


def changes_since(earlier: Earlier, report: Report) -> tuple[str, ...]:
    """Plain sentences, the tenant's first, then by application; none where nothing changed."""
    now = remembered(report)
    apart = _incomparable(earlier, now)
    return (apart,) if apart else tuple(_changes(earlier, now))


def _incomparable(before: Earlier, now: Earlier) -> str:
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


def _changes(before: Earlier, now: Earlier) -> Iterator[str]:
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


def _pairs(before: Earlier, now: Earlier) -> Iterator[_Pair]:
    """The same application twice: by its key, else by its client id, as when a file adopts it."""
    by_key = {one.key: one for one in before.applications if one.key}
    by_id = {one.client_id: one for one in before.applications if one.client_id}
    met: set[str] = set()
    for one in now.applications:
        old = by_key.get(one.key) or by_id.get(one.client_id)
        met.update([old.identity] if old else [])
        yield _Pair(old, one)
    yield from (_Pair(one, None) for one in before.applications if one.identity not in met)
