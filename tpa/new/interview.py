"""What `tpa new` asks a person, in order; a question that a flag has answered is not asked."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from tpa.files.sources import Sources
from tpa.new.draft import NOBODY, SUBJECTS, TYPES, Draft, check_key, key_for
from tpa.terminal.questions import agree, choice, line, many, several

Granted = Collection[tuple[str, str]]
"""APIs, each with a subject type that it is granted for."""


def interview(root: Path, known: Sources, draft: Draft, *, live: bool) -> Draft:
    """The draft, complete. `known` offers APIs, scopes and connections."""
    name = draft.name or line(
        "Name that users see", None, lambda answer: replace(draft, name=answer).check("name")
    )
    suggested = key_for(name) or None
    draft = replace(
        draft,
        name=name,
        key=draft.key or line("Key: the file's name", suggested, lambda k: check_key(root, k)),
        organization=draft.organization or line("Organization that runs it"),
        contact=draft.contact or line("Contact there, such as an address"),
        app_type=draft.app_type or choice("Type", _types(draft)),
        description=draft.description or _description(draft),
    )
    if draft.signs_users_in:
        draft = replace(
            draft,
            callbacks=draft.callbacks or _callbacks(draft),
            connections=draft.connections or _connections(known, live=live),
        )
    if not draft.grants:
        draft = replace(draft, grants=tuple(_grants(known, draft)))
    if draft.signs_users_in and not draft.refresh_token:
        draft = replace(draft, refresh_token=agree("Keep users signed in by refresh tokens"))
    return draft


def _types(draft: Draft) -> Collection[str]:
    """Those that the flags leave open."""
    return [each for each in TYPES if each != NOBODY or not draft.for_users]


def _description(draft: Draft) -> str:
    def check(answer: str) -> None:
        replace(draft, description=answer).check("description")

    return line("Description, 140 characters at most", "", check)


def _callbacks(draft: Draft) -> tuple[str, ...]:
    def check(answers: tuple[str, ...]) -> None:
        replace(draft, callbacks=answers).check("callbacks")

    return many("Callbacks: exact addresses", None, check)


def _connections(known: Sources, *, live: bool) -> tuple[str, ...]:
    """One at least where users are to sign in now."""
    connections = known.environment.value.connections
    return several("Connections", connections, None if live else "") if connections else ()


def _grants(known: Sources, draft: Draft) -> Iterator[str]:
    """Grants as `--grant` has them, until there are enough."""
    apis = known.apis.value.apis
    subjects = ("user",) if draft.signs_users_in else ("client",)
    if draft.app_type == "regular_web":
        subjects = SUBJECTS
    granted: set[tuple[str, str]] = set()
    check = partial(_check_new, granted, subjects)
    while api := choice(
        "API that it calls beyond the default permissions, or nothing more", apis, "", check
    ):
        subject = next(each for each in subjects if (api, each) not in granted)
        if len(subjects) > 1:
            only = partial(_check_subject, granted, api)
            subject = choice("For its users, or as itself", subjects, subject, only)
        granted.add((api, subject))
        scopes = several("Scopes", apis[api].scopes, default=None)
        yield f"{api}:{subject}:{','.join(scopes)}"


def _check_new(granted: Granted, subjects: Collection[str], api: str) -> None:
    if all((api, subject) in granted for subject in subjects):
        raise ValueError(f"{api} is granted for {' and '.join(subjects)} already")


def _check_subject(granted: Granted, api: str, subject: str) -> None:
    _check_new(granted, (subject,), api)
