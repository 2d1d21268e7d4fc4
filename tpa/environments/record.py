"""What a stack writes into its outputs about the definitions it applied.

It is the proof that the next environment asks for, and what a difference is taken against. It
holds definitions and digests, never ids, credentials or anything else that a tenant made up.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationError

from auth0_third_party.model.values import Model, Reason
from tpa.files.definitions import ApplicationDefinition, GrantDefinition, digest_of

OUTPUT = "advance"
DEFAULTS = "default_permissions"
TENANT = "tenant_settings"
"""Keys beside those of applications, which have neither an underscore nor a slash."""
AGENTS = "agents/"
"""What the keys of agents begin with here."""
FORMAT = 1
STACK_TYPE = "pulumi:pulumi:Stack"
HISTORY = 50
"""Digests that are kept per definition, the youngest ones."""


class UnreadableRecord(Exception):
    """A record that another version of this project wrote."""


class Entry(Model):
    """One definition. `history`: all digests that were applied, oldest first, this one last.

    `definition` is empty where only the digest is known.
    """

    digest: str
    definition: dict[str, Any] = Field(default_factory=dict)
    overlay: dict[str, Any] = Field(default_factory=dict)
    history: tuple[str, ...] = ()


class Override(Model):
    """Why a digest went live before the earlier environment had it."""

    reason: Reason
    digest: str
    earlier: str


class Record(Model):
    """Everything that one environment applied.

    `audiences`, `connections` and `organizations` say what its keys mean in that tenant.
    `admitted`: organizations by name there, each with the connections that its members sign in by;
    None in a record from before it was kept.
    """

    format: int = FORMAT
    definitions: dict[str, Entry] = Field(default_factory=dict)
    audiences: dict[str, str] = Field(default_factory=dict)
    connections: dict[str, str] = Field(default_factory=dict)
    organizations: dict[str, str] = Field(default_factory=dict)
    admitted: dict[str, tuple[str, ...]] | None = None
    protected: bool = True
    overrides: dict[str, Override] = Field(default_factory=dict)

    def after(self, previous: "Record") -> "Record":
        """This record with the digests that the stack applied before."""
        entries = {
            key: entry.model_copy(update={"history": _history(previous, key, entry.digest)})
            for key, entry in self.definitions.items()
        }
        return self.model_copy(update={"definitions": entries})

    def ahead_of(self, other: "Record") -> tuple[str, ...]:
        """What this one says otherwise, whatever was applied before: keys of definitions, and
        names of the other fields.
        """
        both = self._said(), other._said()
        keys = sorted(both[0].keys() | both[1].keys())
        found = [key for key in keys if both[0].get(key) != both[1].get(key)]
        for name in ("audiences", "connections", "organizations", "admitted", "protected"):
            mine, others = getattr(self, name), getattr(other, name)
            if mine != others and not (name == "admitted" and None in (mine, others)):
                found.append(name)
        return tuple(found)

    def _said(self) -> dict[str, tuple[str, dict[str, Any]]]:
        return {key: (entry.digest, entry.overlay) for key, entry in self.definitions.items()}

    def as_output(self) -> dict[str, Any]:
        """JSON; what is at its default is left out, the format never."""
        content = self.model_dump(mode="json", exclude_defaults=True)
        return {"format": self.format, "protected": self.protected, **content}


def outputs_in(export: str) -> Mapping[str, Any]:
    """A stack's outputs out of what `pulumi stack export` prints; secrets stay encrypted."""
    resources = json.loads(export).get("deployment", {}).get("resources") or []
    found = (item.get("outputs") for item in resources if item.get("type") == STACK_TYPE)
    return next(found, None) or {}


def read_record(outputs: Mapping[str, Any]) -> Record | None:
    """The record in a stack's outputs; None when it never applied anything.

    A stack of a version that recorded digests alone counts by those.

    Raises:
        UnreadableRecord: another version wrote it in a form that this one does not know.
    """
    written = outputs.get(OUTPUT)
    if written is None:
        digests = outputs.get("definitions")
        if not isinstance(digests, Mapping):
            return None
        written = {
            "definitions": {key: {"digest": d, "history": [d]} for key, d in digests.items()}
        }
    found = written.get("format", FORMAT) if isinstance(written, Mapping) else "none"
    if found != FORMAT:
        raise UnreadableRecord(f"its record has the format {found}, this version's is {FORMAT}")
    try:
        return Record.model_validate(written)
    except ValidationError:
        raise UnreadableRecord("its record does not have the form of this version") from None


def definition_in(entry: Entry | None) -> ApplicationDefinition | None:
    """The recorded definition; None where there is none, or it does not match its digest."""
    if entry is None or not entry.definition:
        return None
    try:
        definition = ApplicationDefinition.model_validate(entry.definition)
    except ValidationError:
        return None
    return definition if definition.digest() == entry.digest else None


def defaults_in(entry: Entry | None) -> tuple[GrantDefinition, ...]:
    """The recorded default permissions, as far as they can be read."""
    grants = entry.definition.get("grants", []) if entry is not None else []
    try:
        return tuple(GrantDefinition.model_validate(grant) for grant in grants)
    except ValidationError:
        return ()


def entry_of(definition: Model) -> Entry:
    """Any definition that has no overlay."""
    content = definition.model_dump(mode="json", exclude_defaults=True)
    return Entry(digest=digest_of(content), definition=content)


def entry_of_defaults(permissions: tuple[GrantDefinition, ...]) -> Entry:
    """The default permissions as a definition of their own."""
    content = {"grants": [p.model_dump(mode="json", exclude_defaults=True) for p in permissions]}
    return Entry(digest=digest_of(content), definition=content)


def _history(previous: Record, key: str, digest: str) -> tuple[str, ...]:
    before = previous.definitions.get(key)
    kept = [old for old in before.history if old != digest] if before else []
    return (*kept, digest)[-HISTORY:]
