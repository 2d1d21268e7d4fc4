"""The command line. Exit status: 0 fine, 1 findings or a failed update, 2 usage or environment."""

import json
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from catalog import Catalog, CatalogError, load_catalog
from catalog.sources import successors
from preflight import check_record, take_snapshot
from toolchain.choice import Choice
from toolchain.errors import ToolchainError
from tpa.engine import Engine
from tpa.errors import TpaError
from tpa.summary import show, summary
from tpa.workspace import FOREIGN_VARIABLES, Workspace

app = typer.Typer(
    name="tpa",
    help="Partner applications on Auth0, around `pulumi up`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Environment = Annotated[str, typer.Option("--environment", "-e", help="Name of a stacks/ file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask before changing a real tenant.")]
err = Console(stderr=True, highlight=False)


@app.command()
def up(environment: Environment = "dev", as_json: Json = False, yes: Yes = False) -> None:
    """Applies an environment, on its embedded tenant if it has no real one; then sums it up."""
    workspace = _workspace(environment)
    engine = _engine(workspace)
    options = _options(workspace, yes=yes)
    engine.select_stack()
    _mend_record(engine)
    if engine.run("up", "--suppress-outputs", *options, quiet=as_json):
        raise typer.Exit(1)
    catalog, outputs = workspace.catalog, engine.outputs()
    if as_json:
        typer.echo(json.dumps(summary(catalog, outputs), indent=2))
        return
    show(Console(highlight=False), catalog, outputs, _next_steps(catalog, workspace.root))


@app.command()
def down(environment: Environment = "dev", as_json: Json = False, yes: Yes = False) -> None:
    """Destroys what an environment's stack made, restores what it promoted, stops its tenant."""
    workspace = _workspace(environment)
    engine = _engine(workspace)
    options = _options(workspace, yes=yes)
    engine.select_stack()
    if engine.run("destroy", *options, quiet=as_json):
        raise typer.Exit(1)
    stopped = workspace.embedded and workspace.tenant().stop()
    if as_json:
        typer.echo(json.dumps({"environment": environment, "tenant_stopped": stopped}))
    elif stopped:
        typer.echo(f"{environment}: destroyed, and its embedded tenant is stopped")


@app.command()
def env(environment: Environment = "dev", as_json: Json = False) -> None:
    """Prints `export` lines with which plain `pulumi` works on this environment."""
    workspace = _workspace(environment)
    engine = _engine(workspace)
    engine.select_stack()
    variables = workspace.variables(engine.tenant)
    if as_json:
        typer.echo(json.dumps(variables, indent=2))
        return
    for name, value in variables.items():
        typer.echo(f"export {name}={shlex.quote(value)}")
    if engine.tenant is not None:
        typer.echo(f"unset {' '.join(FOREIGN_VARIABLES)}")


def _workspace(environment: str) -> Workspace:
    root = _project_folder()
    catalog = load_catalog(root, environment)
    return Workspace(root, catalog, Choice.load(root))


def _project_folder() -> Path:
    """The nearest folder upwards that holds the project."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "Pulumi.yaml").exists() and (folder / "stacks").is_dir():
            return folder
    raise TpaError("this is no project folder: there is no Pulumi.yaml with stacks/ beside it here")


def _engine(workspace: Workspace) -> Engine:
    """The engine, after its tenant: an embedded one is started."""
    if workspace.embedded:
        tenant = workspace.tenant().start()
        _say(f"{workspace.name}: embedded tenant at https://{tenant.domain}")
        return Engine(workspace, tenant)
    if workspace.choice.plugin_source != "official":
        raise TpaError(
            f"{workspace.name} has a real tenant, and only the stand-in auth0 plugin is here, which"
            " talks to embedded tenants alone\n  fix: let this machine reach the vendor's"
            " downloads, then run make setup TOOLCHAIN=vendor"
        )
    return Engine(workspace, None)


def _options(workspace: Workspace, *, yes: bool) -> list[str]:
    """A real tenant's changes are shown and confirmed; an embedded one's are just made."""
    if workspace.embedded:
        return ["--yes", "--skip-preview"]
    return ["--yes"] if yes else []


def _mend_record(engine: Engine) -> None:
    """An embedded tenant that was made anew has none of what the state records."""
    if engine.tenant is None:
        return
    catalog = engine.workspace.catalog
    with engine.tenant.management() as client:
        lost = check_record(catalog, engine.tenant.domain, take_snapshot(client), engine.outputs())
    if any(lost):
        _say(f"{catalog.name}: the tenant is not the one that was recorded; refreshing the record")
        if engine.run("refresh", "--yes", "--skip-preview", quiet=True):
            raise typer.Exit(1)


def _next_steps(catalog: Catalog, root: Path) -> list[str]:
    key = next(iter(catalog.applications), "<name>")
    steps = [f"edit stacks/applications/{key}.yaml and run make up ENV={catalog.name} again"]
    later = successors(root, catalog.name)
    steps.extend(f"carry the same files on: make up ENV={name}" for name in later)
    steps.append(f'plain pulumi in this shell: eval "$(make -s env ENV={catalog.name})"')
    return steps


def _say(text: str) -> None:
    err.print(text, markup=False, soft_wrap=True)


def main() -> None:
    """Runs the command line; a user's mistake ends in a message, never in a traceback."""
    try:
        app()
    except CatalogError as error:
        err.print(str(error), markup=False, soft_wrap=True)
        sys.exit(1)
    except (TpaError, ToolchainError) as error:
        err.print(f"tpa: {error}", markup=False, soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
