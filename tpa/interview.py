"""What `tpa new` asks a person, in order; a question that a flag has answered is not asked."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from catalog.sources import Sources
from tpa.asking import agree, choice, line, several, words
from tpa.drafting import TYPES, Draft, check_key, key_for


def interview(root: Path, known: Sources, draft: Draft) -> Draft:
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
        app_type=draft.app_type or choice("Type", TYPES),
        description=draft.description or _description(draft),
    )
    if draft.signs_users_in:
        connections = known.environment.value.connections
        draft = replace(
            draft,
            callbacks=draft.callbacks or _callbacks(draft),
            connections=draft.connections or several("Connections", connections),
        )
    if not draft.grants:
        draft = replace(draft, grants=tuple(_grants(known, draft)))
    if draft.signs_users_in and not draft.refresh_token:
        draft = replace(draft, refresh_token=agree("Keep users signed in by refresh tokens"))
    return draft


def _description(draft: Draft) -> str:
    def check(answer: str) -> None:
        replace(draft, description=answer).check("description")

    return line("Description, 140 characters at most", "", check)


def _callbacks(draft: Draft) -> tuple[str, ...]:
    def check(answer: str) -> None:
        replace(draft, callbacks=words(answer)).check("callbacks")

    return words(line("Callbacks: exact addresses, with commas between them", None, check))


def _grants(known: Sources, draft: Draft) -> Iterator[str]:
    """Grants as `--grant` has them, until there are enough."""
    apis = known.apis.value.apis
    usual = "user" if draft.signs_users_in else "client"
    while api := choice(
        "API that it calls beyond the default permissions, or nothing more", apis, ""
    ):
        subject = usual
        if draft.app_type == "regular_web":
            subject = choice("For its users, or as itself", ("user", "client"), usual)
        scopes = several("Scopes", apis[api].scopes, default=None)
        yield f"{api}:{subject}:{','.join(scopes)}"
