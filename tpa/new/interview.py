"""The questions of `tpa new`, in order; what a flag states is not asked.

They are asked on standard error, and repeated until an answer is valid.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer

from auth0_third_party.rules.violation import nearest
from tpa.files.sources import Sources
from tpa.new.draft import MACHINE_TYPE, SUBJECTS, TYPES, Draft, check_key, key_for, split_list
from tpa.terminal.output import lines_shown

Check = Callable[[str], object]
"""Raises a ValueError that says what would be valid."""
EMPTY = "it can't be empty"


def interview(root: Path, known: Sources, draft: Draft, *, live: bool) -> Draft:
    """The complete draft. `known`: the files, which offer APIs, scopes and connections."""

    def check(field: str, convert: Callable[[str], object] = str) -> Check:
        def checked(answer: str) -> None:
            changed: Any = {field: convert(answer)}
            replace(draft, **changed).check(field)

        return checked

    name = draft.name or ask("Name, shown to users", None, check("name"))
    key = draft.key or ask(
        "Key, the name of its file", key_for(name) or None, lambda answer: check_key(root, answer)
    )
    draft = replace(draft, name=name, key=key)
    draft = replace(
        draft,
        organization=draft.organization or ask("Organization that runs it"),
        contact=draft.contact or ask("Contact there, such as an e-mail address"),
        app_type=draft.app_type or ask_choice("Type", _types(draft)),
        description=draft.description
        or ask("Description, 140 characters at most", "", check("description")),
    )
    if draft.signs_users_in:
        callbacks = draft.callbacks or ask_list(
            "Callbacks, exact URLs", None, check("callbacks", split_list)
        )
        draft = replace(draft, callbacks=callbacks)
        draft = replace(draft, connections=draft.connections or _connections(known, live=live))
    if not draft.grants:
        draft = replace(draft, grants=tuple(_grants(known, draft)))
    if draft.signs_users_in and not draft.refresh_token:
        refresh = typer.confirm("Keep users signed in by refresh tokens", default=False, err=True)
        draft = replace(draft, refresh_token=refresh)
    return draft


def _types(draft: Draft) -> Collection[str]:
    """The types that the flags allow."""
    return [each for each in TYPES if each != MACHINE_TYPE or not draft.for_users]


def _connections(known: Sources, *, live: bool) -> tuple[str, ...]:
    """At least one where the application is live."""
    options = known.environment.value.connections
    default = None if live else ""
    return ask_list("Connections", default, options=options) if options else ()


def _grants(known: Sources, draft: Draft) -> Iterator[str]:
    """Grants in the form of `--grant`, until the answer is empty."""
    apis = known.apis.value.apis
    subjects = ("user",) if draft.signs_users_in else ("client",)
    if draft.app_type == "regular_web":
        subjects = SUBJECTS
    granted: dict[str, list[str]] = {}

    def check(api: str, wanted: Collection[str] = subjects) -> None:
        if set(wanted) <= {*granted.get(api, ())}:
            raise ValueError(f"{api} has a grant for {' and '.join(wanted)} already")

    question = "API that it calls beyond the default permissions, empty to go on"
    while api := ask_choice(question, apis, "", check):
        subject = next(each for each in subjects if each not in granted.get(api, ()))
        if len(subjects) > 1:
            question_of_subject = "Subject type: user access or client access"
            subject = ask_choice(
                question_of_subject, subjects, subject, lambda each, api=api: check(api, (each,))
            )
        granted.setdefault(api, []).append(subject)
        scopes = ask_list("Scopes", None, options=apis[api].scopes)
        yield f"{api}:{subject}:{','.join(scopes)}"


def ask(question: str, default: str | None = None, check: Check = str) -> str:
    """One line of text; without a default it can't be empty."""

    def valid(answer: str) -> str:
        text = answer.strip()
        if not text and default is None:
            raise typer.BadParameter(EMPTY)
        try:
            check(text)
        except ValueError as error:
            raise typer.BadParameter(lines_shown(str(error))) from None
        return text

    # Without a default, typer would repeat the question after an empty line, and not say why.
    text: str = typer.prompt(
        lines_shown(question),
        default=default or "",
        value_proc=valid,
        err=True,
        show_default=bool(default),
    )
    return text


def ask_choice(
    question: str, options: Collection[str], default: str | None = None, check: Check = str
) -> str:
    """One of the options, or the default."""

    def both(answer: str) -> None:
        if answer != default:
            _check_option(answer, options)
        check(answer)

    return ask(f"{question} ({', '.join(options)})", default, both)


def ask_list(
    question: str, default: str | None, check: Check = str, options: Collection[str] = ()
) -> tuple[str, ...]:
    """Several values, each kept once, of the options where there are any; without a default there
    is at least one.
    """

    def both(text: str) -> None:
        if default is None and not split_list(text):
            raise ValueError(EMPTY)
        for answer in split_list(text) if options else ():
            _check_option(answer, options)
        check(text)

    listed = f" ({', '.join(options)})" if options else ""
    return split_list(ask(f"{question}{listed}, with commas between them", default, both))


def _check_option(answer: str, options: Collection[str]) -> None:
    if answer not in options:
        raise ValueError(f"'{answer}' is none of them: {nearest(answer, options)}")
