"""What `tpa new` says about a draft: how to go on from it, and how to say it again."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from catalog.sources import environment_file, read_environments, read_sources
from tpa.drafting import Draft


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
