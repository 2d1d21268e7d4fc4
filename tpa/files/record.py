"""What a stack writes into its outputs about the definitions it applied.

It is the proof that the next environment asks for, and what a difference is taken against. It
holds definitions and digests, never ids, credentials or anything else that a tenant generates.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationError

from auth0_third_party.model.values import Model, Reason, unordered
from tpa.files.definitions import digest_of

OUTPUT = "__advance"
"""The engine displays no output whose name begins so: a record is long, and often changes."""
OLD_OUTPUT = "advance"
FORMAT = 1
HISTORY = 50
"""Digests that are kept per definition, the latest ones."""


AGENTS = "agents/"
"""Before the key of an agent, as text; no application's key has a slash."""


@dataclass(frozen=True)
class Identity:
    """Which definition; as text it is what records and `advance_anyway` call it."""

    key: str
    kind: Literal["application", "agent", "shared"] = "application"

    @classmethod
    def read(cls, text: object) -> "Identity":
        """Of its text; any text is one."""
        text = str(text)
        if text.startswith(AGENTS):
            return cls(text.removeprefix(AGENTS), "agent")
        return next((each for each in (DEFAULTS, TENANT) if each.key == text), cls(text))

    def __str__(self) -> str:
        return f"{AGENTS}{self.key}" if self.kind == "agent" else self.key


DEFAULTS = Identity("default_permissions", "shared")
TENANT = Identity("tenant_settings", "shared")
"""What a tenant has once; no application's key has an underscore."""
ByText = Annotated[Identity, BeforeValidator(Identity.read), PlainSerializer(str)]
"""Text in a stack's outputs and in JSON."""


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

    @classmethod
    def of(cls, content: dict[str, Any], overlay: Mapping[str, Any] | None = None) -> "Entry":
        """Of what a file states for all environments, and what differs in one."""
        return cls(digest=digest_of(content), definition=content, overlay=dict(overlay or {}))

    @property
    def resolved(self) -> dict[str, Any]:
        """The definition as the environment had it: what differed there in place of the rest."""
        return {**self.definition, **self.overlay}


class Leaving(Model):
    """A definition of which a run was to delete resources, by their names: deletes come after the
    record is written. It is still applied while the state holds one of them.
    """

    entry: Entry
    resources: tuple[str, ...]


class Override(Model):
    """Why a digest was applied before the earlier environment had applied it."""

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
    definitions: dict[ByText, Entry] = Field(default_factory=dict)
    audiences: dict[str, str] = Field(default_factory=dict)
    connections: dict[str, str] = Field(default_factory=dict)
    organizations: dict[str, str] = Field(default_factory=dict)
    admitted: dict[str, tuple[str, ...]] | None = None
    protected: bool = True
    overrides: dict[ByText, Override] = Field(default_factory=dict)
    leaving: dict[ByText, Leaving] = Field(default_factory=dict)

    def with_leaving(self, held: Container[str]) -> "Record":
        """This record with what a run was to delete and did not. `held`: names in the state."""
        left = {
            key: each.entry
            for key, each in self.leaving.items()
            if any(name in held for name in each.resources)
        }
        update = {"definitions": {**self.definitions, **left}, "leaving": {}}
        return self.model_copy(update=update)

    def renamed(self, keys: Mapping[str, str]) -> "Record":
        """This record with applications and agents under other keys: old -> new."""

        def now(each: Identity) -> Identity:
            return (
                each if each.kind == "shared" else replace(each, key=keys.get(each.key, each.key))
            )

        update = {
            "definitions": {now(key): each for key, each in self.definitions.items()},
            "overrides": {now(key): each for key, each in self.overrides.items()},
        }
        return self.model_copy(update=update)

    def after(self, previous: "Record") -> "Record":
        """This record with the digests that the stack applied before."""
        entries = {
            key: entry.model_copy(update={"history": _history(previous, key, entry.digest)})
            for key, entry in self.definitions.items()
        }
        return self.model_copy(update={"definitions": entries})

    @property
    def clients(self) -> tuple[Identity, ...]:
        """Applications and agents."""
        return tuple(each for each in self.definitions if each.kind != "shared")

    @property
    def connection_users(self) -> Mapping[str, list[Identity]]:
        """Connections that clients sign users in with: name in the tenant -> clients."""
        found: dict[str, list[Identity]] = {}
        for key in self.clients:
            for name in self.definitions[key].resolved.get("connections", []):
                found.setdefault(self.connections.get(name, name), []).append(key)
        return found

    @property
    def digests(self) -> Mapping[str, str]:
        """Key -> digest of each application's definition, which all environments share."""
        entries = self.definitions.items()
        return {each.key: entry.digest for each, entry in entries if each.kind == "application"}

    def differing_definitions(self, other: "Record") -> tuple[Identity, ...]:
        """Definitions in which the two differ, their histories aside."""
        own, others = _contents(self), _contents(other)
        known = sorted(own.keys() | others.keys(), key=str)
        return tuple(each for each in known if own.get(each) != others.get(each))

    def as_output(self) -> dict[str, Any]:
        """JSON; what is at its default is left out, the format never."""
        content = self.model_dump(mode="json", exclude_defaults=True)
        return {"format": self.format, "protected": self.protected, **content}


def read_record(outputs: Mapping[str, Any]) -> Record:
    """The record in a stack's outputs; empty where the stack never applied anything.

    Of a version that recorded digests alone, the record holds those.

    Raises:
        UnreadableRecord: another version wrote it in a form that this one does not know.
    """
    written = outputs.get(OUTPUT, outputs.get(OLD_OUTPUT))
    if written is None:
        digests = outputs.get("definitions")
        if not isinstance(digests, Mapping):
            return Record()
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


def _contents(record: Record) -> dict[Identity, tuple[str, dict[str, Any]]]:
    return {
        key: (_digest(entry), unordered(entry.overlay)) for key, entry in record.definitions.items()
    }


def _digest(entry: Entry) -> str:
    """The digest; that of an older version, which depends on the order of lists, as it is now."""
    old = entry.definition and entry.digest == digest_of(entry.definition, in_order=True)
    return digest_of(entry.definition) if old else entry.digest


def _history(previous: Record, key: Identity, digest: str) -> tuple[str, ...]:
    before = previous.definitions.get(key)
    kept = [old for old in before.history if old != digest] if before else []
    return (*kept, digest)[-HISTORY:]
