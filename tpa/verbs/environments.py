"""`tpa environments`: every environment in the order in which they are applied."""

import json

import typer

from catalog import CatalogError, Problem
from catalog.chain import walk
from catalog.models import Environment
from catalog.problems import nearest
from catalog.sources import environment_file, environment_names, read_environments
from tpa.project import project_folder
from tpa.tables import Rows
from tpa.terminal import Json, cell, results


def environments(as_json: Json = False) -> None:
    """Lists all environments in the order in which they are applied.

    A wave can be applied at once: all that its environments advance from are in waves before it.
    JSON, a matrix for pipelines: waves, environments (environment, wave, advances_from, tenant,
    embedded, applications).

    Examples:
        tpa environments
        tpa environments --json
    """
    root = project_folder()
    found = read_environments(root)
    links = {name: value.advances_from for name, value in found.items()}
    way = walk(links)
    problems = [_stuck(name, links) for name in way.stuck]
    unread = [name for name in environment_names(root) if name not in found]
    problems += [_unread(name) for name in unread]
    if problems:
        raise CatalogError(problems)
    waves = {name: index for index, wave in enumerate(way.waves) for name in wave}
    if as_json:
        rows = [_row(name, waves[name], found[name]) for name in way.order]
        typer.echo(json.dumps({"waves": way.waves, "environments": rows}))
        return
    shown = Rows("wave", "environment", "advances from", "tenant", "applications")
    for name in way.order:
        environment = found[name]
        count = str(len(environment.applications))
        earlier = environment.advances_from or ""
        cells = (str(waves[name]), name, earlier, environment.tenant, count)
        shown.add_row(*map(cell, cells))
    shown.show(results())


def _row(name: str, wave: int, environment: Environment) -> dict[str, object]:
    return {
        "environment": name,
        "wave": wave,
        "advances_from": environment.advances_from or "",
        "tenant": environment.tenant,
        "embedded": environment.embedded,
        "applications": sorted(environment.applications),
    }


def _stuck(name: str, links: dict[str, str | None]) -> Problem:
    earlier = links[name] or ""
    if earlier not in links:
        what = f"there is no other environment '{earlier}'"
        return Problem(
            environment_file(name), 0, "advances_from", what, "", nearest(earlier, links)
        )
    what = f"{earlier} is never reached"
    why = "the chain goes round in a circle, or starts at an environment that has no file"
    fix = "let the chain start at an environment that advances from none"
    return Problem(environment_file(name), 0, "advances_from", what, why, fix)


def _unread(name: str) -> Problem:
    fix = f"see what is wrong: tpa up -e {name}"
    return Problem(environment_file(name), 0, "", "can't be used", "", fix)
