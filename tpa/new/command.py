"""`tpa new`: adds a partner application, by flags or questions."""

import json
import sys
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from auth0_third_party.rules.violation import nearest
from tpa.errors import TpaError
from tpa.files.problems import CatalogError, Problem
from tpa.files.sources import Sources, read_sources
from tpa.new.draft import (
    FLAGS,
    MACHINE,
    SUBJECTS,
    TYPES,
    Draft,
    GrantAnswer,
    command_line,
    key_for,
    next_step,
    split_list,
    write_draft,
)
from tpa.project import project_folder
from tpa.terminal import completion
from tpa.terminal.output import Environment, Json, lines_shown, print_line, say

Option = typer.Option
Many = list[str] | None


def new(
    *,
    name: Annotated[str, Option(help="Its name, as users see it at consent.")] = "",
    key: Annotated[str, Option(help="The name of its file; default: made from --name.")] = "",
    organization: Annotated[str, Option(help="The organization that runs it.")] = "",
    contact: Annotated[str, Option(help="A contact there.")] = "",
    app_type: Annotated[
        str,
        Option(
            "--type",
            help=f"One of {', '.join(TYPES)}.",
            autocompletion=lambda incomplete: [t for t in TYPES if t.startswith(incomplete)],
        ),
    ] = "",
    callback: Annotated[Many, Option(help="An exact URL; may be repeated.")] = None,
    grant: Annotated[
        list[GrantAnswer] | None,
        Option(
            parser=GrantAnswer.read,
            metavar="API:SUBJECT:SCOPE,…",
            help="SUBJECT: user or client; repeatable.",
        ),
    ] = None,
    connection: Annotated[
        Many,
        Option(
            help="A key of the environment's file; may be repeated.",
            autocompletion=completion.connections,
        ),
    ] = None,
    description: Annotated[str, Option(help="140 characters at most.")] = "",
    refresh_token: Annotated[bool, Option("--refresh-token", help="Keep users signed in.")] = False,
    environment: Environment = "dev",
    live: Annotated[bool, Option(help="State the environment in its file.")] = True,
    as_json: Json = False,
) -> None:
    """Adds a partner application: writes its file, which says where it is live.

    On a terminal, what no flag states is asked; the questions offer what the files have. All rules
    are checked first, and nothing is written if one is broken. JSON: application, environment,
    live, written, next.

    Examples:
        tpa new
        tpa new --name "Fleet View" --organization Contoso --contact dev@contoso.example \\
            --type spa --callback https://fleet.contoso.example/callback \\
            --grant orders:user:read:orders --connection customers
        tpa new --name Reports --organization Contoso --contact it@contoso.example \\
            --type non_interactive --grant partners:client:read:reports --no-live --json
    """
    root = project_folder(environment)
    given = Draft(
        *(name.strip(), key, organization.strip(), contact.strip(), app_type),
        *(tuple(callback or ()), tuple(grant or ()), tuple(connection or ())),
        *(description, refresh_token),
    )
    draft = _complete(root, environment, given, live=live)
    try:
        written, warnings = write_draft(root, environment, draft, live=live)
    except (CatalogError, TpaError, OSError) as error:
        if draft.missing() != given.missing():
            again = command_line(draft, environment, live=live)
            error.add_note(f"\nThe same answers again: {again}")
        raise
    for warning in warnings:
        say(str(warning))
    step = next_step(root, environment, draft.key, live=live)
    if as_json:
        answer = {"application": draft.key, "environment": environment, "live": live}
        typer.echo(json.dumps({**answer, "written": written, "next": step}, indent=2))
        return
    for line in (*(f"wrote {file}" for file in written), f"Next: {step}"):
        print_line(line)


def _complete(root: Path, environment: str, given: Draft, *, live: bool) -> Draft:
    """The complete draft; what is missing is asked on a terminal.

    Raises:
        TpaError: all flags that are missing or mistaken.
    """
    missing, mistakes = given.missing(), given.mistakes(root)
    if missing and at_terminal() and not mistakes:
        return interview(root, _known(root, environment), given, live=live)
    draft = replace(given, key=given.key or key_for(given.name))
    if not missing:  # as a file it is checked whole, which gives the place of each mistake
        found = draft.mistakes(root)
        mistakes = {
            field: found[field] for field in ("app_type", "grants", "key") if field in found
        }
        if not draft.key:
            mistakes["key"] = "none can be made from that name; choose one"
    lines = [f"missing: {', '.join(missing)}"] if missing else []
    lines += [f"{FLAGS[field]}: {what}" for field, what in mistakes.items()]
    if lines:
        raise TpaError("\n  ".join(["nothing was written", *lines]))
    return draft


def at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _known(root: Path, environment: str) -> Sources:
    problems: list[Problem] = []
    found = read_sources(root, environment, problems)
    if found is None:
        raise CatalogError(problems)
    return found


def interview(root: Path, known: Sources, draft: Draft, *, live: bool) -> Draft:
    """The complete draft, by questions on standard error; what a flag states is not asked. `known`:
    the files, which offer APIs, scopes and connections.
    """

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
        if wrong:
            what = f"'{wrong[0]}' is none of them: {nearest(wrong[0], options)}"
        elif answers or default is not None:
            what = check(answer)
        else:
            what = "it can't be empty"
        if what:
            raise typer.BadParameter(lines_shown(what))
        return answer

    listed = f" ({', '.join(options)})" if options else ""
    text = lines_shown(f"{question}{listed}{', with commas between them' if many else ''}")
    # Without a default, typer would repeat the question after an empty line, and not say why.
    return typer.prompt(
        text, default=default or "", show_default=bool(default), value_proc=valid, err=True
    )
