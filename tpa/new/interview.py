"""The questions of `tpa new`, in order; what a flag states is not asked."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from tpa.files.sources import Sources
from tpa.new.draft import MACHINE_TYPE, SUBJECTS, TYPES, Draft, check_key, key_for
from tpa.terminal.questions import ask, ask_choice, ask_choices, ask_list, ask_yes_no

Granted = Collection[tuple[str, str]]
"""Pairs of an API and a subject type that have a grant."""


def interview(root: Path, known: Sources, draft: Draft, *, live: bool) -> Draft:
    """The complete draft. `known`: the files, which offer APIs, scopes and connections."""
    name = draft.name or ask(
        "Name, shown to users", None, lambda answer: replace(draft, name=answer).check("name")
    )
    suggested = key_for(name) or None
    draft = replace(
        draft,
        name=name,
        key=draft.key or ask("Key, the name of its file", suggested, lambda k: check_key(root, k)),
        organization=draft.organization or ask("Organization that runs it"),
        contact=draft.contact or ask("Contact there, such as an e-mail address"),
        app_type=draft.app_type or ask_choice("Type", _types(draft)),
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
        draft = replace(draft, refresh_token=ask_yes_no("Keep users signed in by refresh tokens"))
    return draft


def _types(draft: Draft) -> Collection[str]:
    """The types that the flags allow."""
    return [each for each in TYPES if each != MACHINE_TYPE or not draft.for_users]


def _description(draft: Draft) -> str:
    def check(answer: str) -> None:
        replace(draft, description=answer).check("description")

    return ask("Description, 140 characters at most", "", check)


def _callbacks(draft: Draft) -> tuple[str, ...]:
    def check(answers: tuple[str, ...]) -> None:
        replace(draft, callbacks=answers).check("callbacks")

    return ask_list("Callbacks, exact URLs", None, check)


def _connections(known: Sources, *, live: bool) -> tuple[str, ...]:
    """At least one where the application is live."""
    connections = known.environment.value.connections
    return ask_choices("Connections", connections, None if live else "") if connections else ()


def _grants(known: Sources, draft: Draft) -> Iterator[str]:
    """Grants in the form of `--grant`, until the answer is empty."""
    apis = known.apis.value.apis
    subjects = ("user",) if draft.signs_users_in else ("client",)
    if draft.app_type == "regular_web":
        subjects = SUBJECTS
    granted: set[tuple[str, str]] = set()
    check = partial(_check_new, granted, subjects)
    while api := ask_choice(
        "API that it calls beyond the default permissions, empty to go on", apis, "", check
    ):
        subject = next(each for each in subjects if (api, each) not in granted)
        if len(subjects) > 1:
            only = partial(_check_subject, granted, api)
            subject = ask_choice(
                "Subject type: user access or client access", subjects, subject, only
            )
        granted.add((api, subject))
        scopes = ask_choices("Scopes", apis[api].scopes, default=None)
        yield f"{api}:{subject}:{','.join(scopes)}"


def _check_new(granted: Granted, subjects: Collection[str], api: str) -> None:
    if all((api, subject) in granted for subject in subjects):
        raise ValueError(f"{api} has a grant for {' and '.join(subjects)} already")


def _check_subject(granted: Granted, api: str, subject: str) -> None:
    _check_new(granted, (subject,), api)
