"""The questions of `tpa new`, in order; what a flag states is not asked.

They are asked on standard error, and repeated until an answer is valid.
"""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer

from auth0_third_party.rules.violation import nearest
from tpa.files.sources import Sources
from tpa.new.draft import MACHINE, SUBJECTS, TYPES, Draft, GrantAnswer, key_for, split_list
from tpa.terminal.output import lines_shown


def interview(root: Path, known: Sources, draft: Draft, *, live: bool) -> Draft:
    """The complete draft. `known`: the files, which offer APIs, scopes and connections."""

    def fill(field: str, question: str, default: str | None = None, **form: Any) -> None:
        nonlocal draft

        def check(answer: Any) -> str:
            return replace(draft, **{field: answer}).mistakes(root).get(field, "")

        if not getattr(draft, field):
            draft = replace(draft, **{field: ask(question, default, check=check, **form)})

    fill("name", "Name, shown to users")
    fill("key", "Key, the name of its file", key_for(draft.name) or None)
    fill("organization", "Organization that runs it")
    fill("contact", "Contact there, such as an e-mail address")
    fill("app_type", "Type", options=TYPES)
    fill("description", "Description, 140 characters at most", "")
    if draft.app_type != MACHINE:
        fill("callbacks", "Callbacks, exact URLs", many=True)
        if options := known.environment.value.connections:
            needed = None if live else ""  # at least one where the application is live
            fill("connections", "Connections", needed, options=options, many=True)
    if not draft.grants:
        draft = replace(draft, grants=_grants(known, draft.app_type))
    if draft.app_type != MACHINE and not draft.refresh_token:
        question = "Keep users signed in by refresh tokens"
        draft = replace(draft, refresh_token=typer.confirm(question, default=False, err=True))
    return draft


def _grants(known: Sources, app_type: str) -> tuple[GrantAnswer, ...]:
    """Grants, until the answer is empty: one for each API and subject."""
    apis = known.apis.value.apis
    subjects = SUBJECTS if app_type == "regular_web" else ("user",)
    left = {api: ["client"] if app_type == MACHINE else [*subjects] for api in apis}
    found = []
    question = "API that it calls beyond the default permissions, empty to go on"
    while options := [api for api in apis if left[api]]:
        if not (api := ask(question, "", options=options)):
            break
        subject = left[api][0]
        if len(left[api]) > 1:
            which = "Subject type: user access or client access"
            subject = ask(which, subject, options=left[api])
        left[api].remove(subject)
        scopes = ask("Scopes", options=apis[api].scopes, many=True)
        found.append(GrantAnswer(api, subject, scopes))
    return tuple(found)


def ask(
    question: str,
    default: str | None = None,
    *,
    options: Collection[str] = (),
    many: bool = False,
    check: Any = lambda _: "",
) -> Any:
    """One answer, or `many` with commas between them, of the options where there are any; without a
    default it can't be empty. `check` says what is wrong with an answer.
    """

    def valid(text: str) -> Any:
        answers = split_list(text) if many else tuple(filter(None, (text.strip(),)))
        answer = answers if many else "".join(answers)
        wrong = [each for each in answers if options and each not in options]
        what = f"'{wrong[0]}' is none of them: {nearest(wrong[0], options)}" if wrong else ""
        if what := what or (check(answer) if answers or default is not None else EMPTY):
            raise typer.BadParameter(lines_shown(what))
        return answer

    listed = f" ({', '.join(options)})" if options else ""
    text = lines_shown(f"{question}{listed}{', with commas between them' if many else ''}")
    # Without a default, typer would repeat the question after an empty line, and not say why.
    return typer.prompt(
        text, default=default or "", show_default=bool(default), value_proc=valid, err=True
    )


EMPTY = "it can't be empty"
