"""The file of a partner application, made from a few answers and checked before it is written."""

import shlex
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from auth0_third_party.model.application import AppType
from auth0_third_party.model.names import slug
from auth0_third_party.model.values import Key, SubjectType
from auth0_third_party.rules.violation import nearest
from tpa.errors import TpaError
from tpa.files.catalog import load_catalog
from tpa.files.definitions import ApplicationDefinition
from tpa.files.documents import Document, parse
from tpa.files.editing import Unwritable, staged
from tpa.files.problems import Problem
from tpa.files.sources import application_file, environment_file, read_environments, read_sources

TYPES = get_args(AppType)
SUBJECTS = get_args(SubjectType)
MACHINE_TYPE = "non_interactive"
"""The type of applications that no user signs in to."""
LONGEST_KEY = 60
CHECKED = ("name", "description", "callbacks")
"""What can be checked by itself."""
FOR_USERS = ("callbacks", "connections", "refresh_token")
"""What only applications have that users sign in to."""
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


@dataclass(frozen=True)
class Draft:
    """The answers that are known so far. `grants` have the form of `--grant`:
    `API:subject_type:scope,scope`. What is listed twice is written once.
    """

    name: str = ""
    key: str = ""
    organization: str = ""
    contact: str = ""
    app_type: str = ""
    callbacks: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    description: str = ""
    refresh_token: bool = False

    @property
    def signs_users_in(self) -> bool:
        return self.app_type != MACHINE_TYPE

    @property
    def for_users(self) -> tuple[str, ...]:
        """The given flags that are only for applications that users sign in to."""
        return tuple(FLAGS[name] for name in FOR_USERS if getattr(self, name))

    def with_key(self) -> "Draft":
        """With a key made from the name, where none is given."""
        return self if self.key else replace(self, key=key_for(self.name))

    def missing(self) -> tuple[str, ...]:
        """The required flags that are not given."""
        needed = ["name", "organization", "contact", "app_type"]
        needed += ["callbacks"] if self.signs_users_in else []
        return tuple(FLAGS[name] for name in needed if not getattr(self, name))

    def mistakes(self, root: Path) -> Iterator[str]:
        """Mistakes of the flags, one sentence each."""
        if self.app_type and self.app_type not in TYPES:
            yield f"--type: '{self.app_type}' is not a type: {nearest(self.app_type, TYPES)}"
        if self.for_users and not self.signs_users_in:
            flags = ", ".join(self.for_users)
            yield f"{flags}: no user signs in to a {MACHINE_TYPE} application; leave it out"
        checks: list[tuple[str, Callable[[], object]]] = [
            ("--grant", partial(grant_of, grant)) for grant in self.grants
        ]
        if self.key:
            checks.append(("--key", partial(check_key, root, self.key)))
        if self.missing():
            # A complete draft is checked as a file, which gives the place of each mistake.
            checks += [(FLAGS[name], partial(self.check, name)) for name in CHECKED]
        for flag, check in checks:
            try:
                check()
            except ValueError as error:
                yield f"{flag}: {error}"

    def check(self, field: str) -> None:
        """Checks one field of the file, whatever else is missing.

        Raises:
            ValueError: what is wrong, and how to correct it.
        """
        document = Document(application_file(self.key), replace(self, grants=()).content())
        problems: list[Problem] = []
        parsed = parse(ApplicationDefinition, document, problems)
        if parsed is not None:
            definition, document = parsed
            found = definition.settings_violations(definition.subject_types)
            problems.extend(map(document.violation, found))
        for problem in problems:
            if problem.path[:1] == (field,):
                raise ValueError("; ".join(filter(None, (problem.what, problem.fix))))

    def content(self) -> dict[str, Any]:
        """What the file states."""
        stated: dict[str, Any] = {
            "name": self.name,
            "owner": {"organization": self.organization, "contact": self.contact},
            "description": self.description,
            "app_type": self.app_type,
            "callbacks": list(dict.fromkeys(self.callbacks)),
            "grants": [grant_of(grant) for grant in dict.fromkeys(self.grants)],
            "connections": list(dict.fromkeys(self.connections)),
        }
        stated = {field: value for field, value in stated.items() if value}
        if self.refresh_token:
            stated["refresh_token"] = {}
        return stated


def split_list(text: str) -> tuple[str, ...]:
    """The values between commas, each once."""
    return tuple(dict.fromkeys(value.strip() for value in text.split(",") if value.strip()))


def grant_of(text: str) -> dict[str, Any]:
    """The grant `orders:user:read:orders,write:orders` as the file states it.

    Raises:
        ValueError: the text has another form.
    """
    api, _, rest = text.partition(":")
    subject, _, scopes = rest.partition(":")
    found = split_list(scopes)
    if not api or subject not in SUBJECTS or not found:
        raise ValueError(f"'{text}' is no grant: write API:user:SCOPE,SCOPE or API:client:SCOPE")
    return {"api": api, "subject_type": subject, "scopes": list(found)}


def key_for(name: str) -> str:
    """A key made from a name; empty where no letter of it is allowed in a key."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return slug(plain)[:LONGEST_KEY].strip("-")


def check_key(root: Path, key: str) -> None:
    """Checks that the key is valid, and free.

    Raises:
        ValueError: what to do.
    """
    try:
        TypeAdapter(Key).validate_python(key)
    except ValidationError:
        raise ValueError(
            f"'{key}' can't be a key: use lower-case letters, digits and inner hyphens"
        ) from None
    if (root / application_file(key)).exists():
        raise ValueError(f"{application_file(key)} is there already: choose another key")


def write_draft(root: Path, environment: str, draft: Draft, *, live: bool) -> tuple[str, ...]:
    """Writes the file, and adds the key to the environment's; returns the names of both files.

    Raises:
        CatalogError: every rule that the draft breaks; nothing was written.
        TpaError: a program can't edit a file, or another program edited it meanwhile.
    """
    with staged(root) as stage:
        stage.write_new(application_file(draft.key), draft.content())
        try:
            if live:
                stage.set(environment_file(environment), ("applications", draft.key), None)
            load_catalog(stage.copy, environment)
            return stage.save()
        except Unwritable as error:
            raise TpaError(f"{error}, or use --no-live") from None


def next_step(root: Path, environment: str, key: str, *, live: bool) -> str:
    """What to do next. An environment applies only what the one before it has applied."""
    if not live:
        return f"add {key}: to applications in stacks/<environment>.yaml"
    known = read_environments(root)
    chain: list[str] = []
    name: str | None = environment
    while name in known and name not in chain:
        chain.insert(0, name)
        name = known[name].advances_from
    missing = [environment_file(each) for each in chain if key not in known[each].applications]
    steps = [f"tpa up -e {each}" for each in chain]
    if missing:
        steps.insert(0, f"add {key}: to applications in {' and '.join(missing)}")
    return ", then ".join(steps)


def same_name_files(root: Path, environment: str, draft: Draft) -> tuple[str, ...]:
    """The files of other applications with the same name."""
    sources = read_sources(root, environment, [])
    return tuple(
        source.document.file
        for key, source in (sources.applications.items() if sources else ())
        if key != draft.key and source.value.name.casefold() == draft.name.casefold()
    )


def command_line(draft: Draft, environment: str, *, live: bool) -> str:
    """The command line that makes the same draft without questions."""
    return shlex.join(
        ["tpa", "new", *_flags(draft), "-e", environment, *([] if live else ["--no-live"])]
    )


def _flags(draft: Draft) -> Iterator[str]:
    for name, flag in FLAGS.items():
        value = getattr(draft, name)
        if value is True:
            yield flag
        elif value:
            for each in (value,) if isinstance(value, str) else value:
                yield from (flag, each)
