"""What `tpa new` asks a person, in order; a question that a flag has answered is not asked."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from catalog.sources import Sources
from tpa.asking import agree, choice, line, several
from tpa.drafting import TYPES, Draft, check_key, key_for


def interview(root: Path, known: Sources, draft: Draft) -> Draft:
    """The draft, complete. `known` offers APIs, scopes and connections."""
    name = draft.name or line("Name that users see")
    suggested = key_for(name) or None
    key = draft.key or line("Key: the file's name", suggested, lambda k: check_key(root, k))
    draft = replace(
        draft,
        name=name,
        key=key,
        organization=draft.organization or line("Organization that runs it"),
        contact=draft.contact or line("Contact there, such as an address"),
        app_type=draft.app_type or choice("Type", TYPES),
        description=draft.description or line("Description, 140 characters at most", ""),
    )
    if draft.signs_users_in:
        connections = known.environment.value.connections
        draft = replace(
            draft,
            callbacks=draft.callbacks or several("Callbacks: exact addresses", default=None),
            connections=draft.connections or several("Connections", connections),
        )
    if not draft.grants:
        draft = replace(draft, grants=tuple(_grants(known, draft)))
    if draft.signs_users_in and not draft.refresh_token:
        draft = replace(draft, refresh_token=agree("Keep users signed in by refresh tokens"))
    return draft


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
