"""A partner application's file, made of a few answers and tried out before it is written."""

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
from tpa.files.editing.editor import Unwritable
from tpa.files.editing.rendering import block
from tpa.files.editing.staging import Moved, staged
from tpa.files.problems import Problem
from tpa.files.sources import application_file, environment_file, read_environments, read_sources
from tpa.terminal.questions import words

SCHEMA = "# yaml-language-server: $schema=../schemas/application.json\n"
TYPES = get_args(AppType)
SUBJECTS = get_args(SubjectType)
NOBODY = "non_interactive"
"""The type of an application that no user signs in to."""
LONGEST_KEY = 60
FIELDS = {"--name": "name", "--description": "description", "--callback": "callbacks"}
"""Flags whose value the model can judge by itself."""


@dataclass(frozen=True)
class Draft:
    """The answers, as far as they are given. `grants` are as `--grant` has them:
    `API:subject_type:scope,scope`. What is said twice is written once.
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
        return self.app_type != NOBODY

    @property
    def for_users(self) -> tuple[str, ...]:
        """The flags that mean something only where users sign in."""
        stated = {
            "--callback": self.callbacks,
            "--connection": self.connections,
            "--refresh-token": self.refresh_token,
        }
        return tuple(flag for flag, value in stated.items() if value)

    def with_key(self) -> "Draft":
        """With a key made of its name, where none is given."""
        return self if self.key else replace(self, key=key_for(self.name))

    def missing(self) -> tuple[str, ...]:
        """The flags without which there is no application."""
        needed = {
            "--name": self.name,
            "--organization": self.organization,
            "--contact": self.contact,
            "--type": self.app_type,
            "--callback": self.callbacks or not self.signs_users_in,
        }
        return tuple(flag for flag, value in needed.items() if not value)

    def mistakes(self, root: Path) -> Iterator[str]:
        """What no file could say, one sentence each."""
        if self.app_type and self.app_type not in TYPES:
            yield f"--type: '{self.app_type}' is not a type: {nearest(self.app_type, TYPES)}"
        if self.for_users and not self.signs_users_in:
            flags = ", ".join(self.for_users)
            yield f"{flags}: no user signs in to a {NOBODY} application; leave it out"
        checks: list[tuple[str, Callable[[], object]]] = [
            ("--grant", partial(grant_of, grant)) for grant in self.grants
        ]
        if self.key:
            checks.append(("--key", partial(check_key, root, self.key)))
        if self.missing():
            # A complete draft is tried out as a file, which says where in it each mistake stands.
            checks += [(flag, partial(self.check, field)) for flag, field in FIELDS.items()]
        for flag, check in checks:
            try:
                check()
            except ValueError as error:
                yield f"{flag}: {error}"

    def check(self, field: str) -> None:
        """Whether one field of the file can be what it is, whatever else is missing.

        Raises:
            ValueError: what is wrong, and what would be right.
        """
        document = Document(application_file(self.key), replace(self, grants=())._content())
        problems: list[Problem] = []
        parsed = parse(ApplicationDefinition, document, problems)
        if parsed is not None:
            definition, document = parsed
            found = definition.settings_violations(definition.subject_types)
            problems.extend(map(document.violation, found))
        for problem in problems:
            if problem.field.partition("[")[0] == field:
                raise ValueError("; ".join(filter(None, (problem.what, problem.fix))))

    def text(self) -> str:
        """The file."""
        return SCHEMA + block(self._content())

    def _content(self) -> dict[str, Any]:
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


def grant_of(text: str) -> dict[str, Any]:
    """`orders:user:read:orders,write:orders` as the file has it.

    Raises:
        ValueError: it has another form.
    """
    api, _, rest = text.partition(":")
    subject, _, scopes = rest.partition(":")
    found = words(scopes)
    if not api or subject not in SUBJECTS or not found:
        raise ValueError(f"'{text}' is no grant: write API:user:SCOPE,SCOPE or API:client:SCOPE")
    return {"api": api, "subject_type": subject, "scopes": list(found)}


def key_for(name: str) -> str:
    """A key made of a name; empty where none of its letters can be in one."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return slug(plain)[:LONGEST_KEY].strip("-")


def check_key(root: Path, key: str) -> None:
    """A key that is one, and that nobody has.

    Raises:
        ValueError: says what to do.
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
    """Writes the file, and the key into the environment's; answers their names.

    Raises:
        CatalogError: every rule that the draft breaks; nothing was written.
        TpaError: a file can't be written by a program, or somebody else does so right now.
    """
    with staged(root) as stage:
        stage.write(application_file(draft.key), draft.text())
        try:
            if live:
                stage.set(environment_file(environment), ("applications", draft.key), None)
            load_catalog(stage.copy, environment)
            return stage.keep()
        except Unwritable as error:
            raise TpaError(f"{error}, or use --no-live") from None
        except (Moved, FileExistsError) as error:
            raise TpaError(str(error)) from None


def following(root: Path, environment: str, key: str, *, live: bool) -> str:
    """The next step. An environment takes only what the one before it has applied."""
    if not live:
        return f"put {key}: under applications in stacks/<environment>.yaml"
    known = read_environments(root)
    way: list[str] = []
    name: str | None = environment
    while name in known and name not in way:
        way.insert(0, name)
        name = known[name].advances_from
    waiting = [environment_file(each) for each in way if key not in known[each].applications]
    steps = [f"make up ENV={each}" for each in way]
    if waiting:
        steps.insert(0, f"put {key}: under applications in {' and '.join(waiting)}")
    return ", then ".join(steps)


def namesakes(root: Path, environment: str, draft: Draft) -> tuple[str, ...]:
    """The files of other applications that users know by the same name."""
    sources = read_sources(root, environment, [])
    return tuple(
        source.document.file
        for key, source in (sources.applications.items() if sources else ())
        if key != draft.key and source.value.name.casefold() == draft.name.casefold()
    )


def command(draft: Draft, environment: str, *, live: bool) -> str:
    """The command line that makes the draft again, nothing asked."""
    return shlex.join(
        ["tpa", "new", *_flags(draft), "-e", environment, *([] if live else ["--no-live"])]
    )


def _flags(draft: Draft) -> Iterator[str]:
    stated = {
        "--name": (draft.name,),
        "--key": (draft.key,),
        "--organization": (draft.organization,),
        "--contact": (draft.contact,),
        "--type": (draft.app_type,),
        "--description": (draft.description,),
        "--callback": draft.callbacks,
        "--connection": draft.connections,
        "--grant": draft.grants,
    }
    for flag, values in stated.items():
        for value in filter(None, values):
            yield from (flag, value)
    if draft.refresh_token:
        yield "--refresh-token"
