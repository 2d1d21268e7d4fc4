"""The file of a partner application, made from a few answers and checked before it is written."""

import shlex
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import TypeAdapter, ValidationError

from auth0_third_party.model.application import AppType
from auth0_third_party.model.names import slug
from auth0_third_party.model.values import Key, SubjectType
from tpa.files.catalog import load_catalog
from tpa.files.definitions import ApplicationDefinition
from tpa.files.documents import Document, parse
from tpa.files.editing import staged
from tpa.files.layout import application_file
from tpa.files.problems import Problem
from tpa.files.sources import read_environments
from tpa.files.warnings import look_alikes

TYPES = get_args(AppType)
SUBJECTS = get_args(SubjectType)
MACHINE = "non_interactive"
"""The type of applications that no user signs in to."""
LONGEST_KEY = 60
FLAGS = {
    "name": "--name",
    "key": "--key",
    "organization": "--organization",
    "contact": "--contact",
    "app_type": "--type",
    "description": "--description",
    "callbacks": "--callback",
    "connections": "--connection",
    "grants": "--grant",
    "refresh_token": "--refresh-token",
}
"""Answer -> its flag."""


class GrantAnswer(NamedTuple):
    """A grant; its fields are those of the file, which refuses others than it knows."""

    api: str
    subject_type: str = ""
    scopes: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> "GrantAnswer":
        """Of `--grant`: `orders:user:read:orders,write:orders`."""
        api, subject, scopes = (*text.split(":", 2), "", "")[:3]
        return cls(api, subject, split_list(scopes))

    def __str__(self) -> str:
        return ":".join(filter(None, (self.api, self.subject_type, ",".join(self.scopes))))


@dataclass(frozen=True)
class Draft:
    """The answers that are known so far. What is listed twice is written once."""

    name: str = ""
    key: str = ""
    organization: str = ""
    contact: str = ""
    app_type: str = ""
    callbacks: tuple[str, ...] = ()
    grants: tuple[GrantAnswer, ...] = ()
    connections: tuple[str, ...] = ()
    description: str = ""
    refresh_token: bool = False

    @property
    def for_users(self) -> list[str]:
        """The flags that are only for applications that users sign in to."""
        names = ("callbacks", "connections", "refresh_token")
        return [FLAGS[name] for name in names if getattr(self, name)]

    def missing(self) -> list[str]:
        """The required flags that are not given."""
        needed = ["name", "organization", "contact", "app_type"]
        needed += ["callbacks"] if self.app_type != MACHINE else []
        return [FLAGS[name] for name in needed if not getattr(self, name)]

    def mistakes(self, root: Path) -> dict[str, str]:
        """Answer -> what is wrong with it, whatever else is missing."""
        found: dict[str, str] = {}
        problems: list[Problem] = []
        document = Document(application_file(self.key), replace(self, grants=()).content())
        if parsed := parse(ApplicationDefinition, document, problems):
            definition, document = parsed
            violations = definition.settings_violations()
            problems.extend(map(document.violation, violations))
        for problem in problems:
            field = str(problem.path[0]) if problem.path else ""
            if getattr(self, field, None) and field not in found:
                found[field] = "; ".join(filter(None, (problem.what, problem.fix)))
        if wrong := [g for g in self.grants if g.subject_type not in SUBJECTS or not all(g)]:
            form = "write API:user:SCOPE,SCOPE or API:client:SCOPE"
            found["grants"] = f"'{wrong[0]}' is no grant: {form}"
        if self.for_users and self.app_type == MACHINE:
            found["app_type"] = f"no user signs in to it: leave out {', '.join(self.for_users)}"
        if self.key and (what := _key_mistake(root, self.key)):
            found["key"] = what
        return found

    def content(self) -> dict[str, Any]:
        """What the file states."""
        stated: dict[str, Any] = {
            "name": self.name,
            "owner": {"organization": self.organization, "contact": self.contact},
            "description": self.description,
            "app_type": self.app_type,
            "callbacks": list(dict.fromkeys(self.callbacks)),
            "grants": [{**g._asdict(), "scopes": [*g.scopes]} for g in dict.fromkeys(self.grants)],
            "connections": list(dict.fromkeys(self.connections)),
        }
        stated = {field: value for field, value in stated.items() if value}
        return {**stated, "refresh_token": {}} if self.refresh_token else stated


def split_list(text: str) -> tuple[str, ...]:
    """The values between commas, each once."""
    return tuple(dict.fromkeys(value.strip() for value in text.split(",") if value.strip()))


def key_for(name: str) -> str:
    """A key made from a name; empty where no letter of it is allowed in a key."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return slug(plain)[:LONGEST_KEY].strip("-")


def _key_mistake(root: Path, key: str) -> str:
    try:
        TypeAdapter(Key).validate_python(key)
    except ValidationError:
        return f"'{key}' can't be a key: use lower-case letters, digits and inner hyphens"
    taken = (root / application_file(key)).exists()
    return f"{application_file(key)} is there already: choose another key" if taken else ""


def write_draft(
    root: Path, environment: str, draft: Draft, *, live: bool
) -> tuple[tuple[str, ...], list[Problem]]:
    """Writes the file, live in the environment or nowhere yet; returns the names of the files, and
    warnings about its name.

    Raises:
        CatalogError: every rule that the draft breaks; nothing was written.
        TpaError: another program wrote the file meanwhile.
    """
    file = application_file(draft.key)
    where: dict[str, Any] = {"environments": {environment: {}}} if live else {}
    with staged(root) as stage:
        stage.write_new(file, {**draft.content(), **where})
        catalog = load_catalog(stage.copy, environment)
        return stage.save(), [*look_alikes(catalog, draft.key)]


def next_step(root: Path, environment: str, key: str, *, live: bool) -> str:
    """What to do next. An environment applies only what the one before it has applied."""
    file = application_file(key)
    if not live:
        return f"add <environment>: {{}} under environments in {file}"
    known = read_environments(root)
    chain: list[str] = []
    name: str | None = environment
    while name in known and name not in chain:
        chain.insert(0, name)
        name = known[name].advances_from
    steps = [f"tpa up -e {each}" for each in chain]
    if earlier := [f"{each}: {{}}" for each in chain if each != environment]:
        steps.insert(0, f"add {' and '.join(earlier)} under environments in {file}")
    return ", then ".join(steps)


def command_line(draft: Draft, environment: str, *, live: bool) -> str:
    """The command line that makes the same draft without questions."""
    rest = ["-e", environment, *([] if live else ["--no-live"])]
    return shlex.join(["tpa", "new", *_flags(draft), *rest])


def _flags(draft: Draft) -> Iterator[str]:
    for name, flag in FLAGS.items():
        value = getattr(draft, name)
        if value is True:
            yield flag
        elif value:
            for each in (value,) if isinstance(value, str) else value:
                yield from (flag, str(each))
