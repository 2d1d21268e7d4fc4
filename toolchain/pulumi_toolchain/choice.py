"""What the set-up chose, for whatever starts `pulumi`."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pulumi_toolchain.errors import ToolchainError

Source = Literal["system", "vendor", "registries"]
HostSource = Literal["system", "vendor", "stand-in"]
PluginSource = Literal["official", "stand-in"]

FOLDER = ".toolchain"
FILE = "choice.json"


@dataclass(frozen=True)
class Choice:
    """The three parts in use, and what a child process needs to find them.

    `cli` is the absolute path of the engine's command. `path_entries` go in front of PATH, in this
    order. `environment` is what every `pulumi` process of the project must get: above all
    `PULUMI_HOME`, which is always one of the project's own homes and never `~/.pulumi`.
    """

    cli: Path
    cli_source: Source
    host_source: HostSource
    plugin_source: PluginSource
    home: Path
    path_entries: tuple[Path, ...]
    environment: Mapping[str, str]

    @classmethod
    def load(cls, root: Path) -> Self:
        """The choice recorded under `root` (the project's root).

        Raises ToolchainError when there is none, when it can't be read, when its CLI is gone, or
        when the folder was copied from another project's.
        """
        file = root / FOLDER / FILE
        try:
            choice = cls._from_json(json.loads(file.read_text("utf-8")))
        except FileNotFoundError:
            raise ToolchainError(
                f"no pulumi has been set up for this project: run `{_set_up(root)}`"
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ToolchainError(
                f"{FOLDER}/{FILE} can't be read ({error}): delete it and run `{_set_up(root)}`"
            ) from None
        if not os.access(choice.cli, os.X_OK):
            raise ToolchainError(f"{choice.cli} does not exist any more: run `{_set_up(root)}`")
        own = (root / FOLDER).resolve()
        if choice.home.resolve().parent != own and (own / choice.home.name).is_dir():
            raise ToolchainError(
                f"{FOLDER} is a copy of the one in {choice.home.parents[1]}, and would use that:"
                f" run `{_set_up(root)}`"
            )
        return choice

    def save(self, root: Path) -> None:
        """Record the choice under `root`; a reader never sees half a file."""
        file = root / FOLDER / FILE
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self), indent=2, default=str) + "\n", "utf-8")
        fresh.replace(file)

    def process_environment(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of a `pulumi` process, made of `base` (default: that of this process)."""
        result = dict(os.environ if base is None else base)
        # A shell may still have the PATH of an earlier choice: of `.toolchain` only the parts of
        # this one count.
        ours = self.home.parent
        kept = [entry for entry in result.get("PATH", "").split(os.pathsep) if entry]
        kept = [entry for entry in kept if not Path(entry).is_relative_to(ours)]
        result["PATH"] = os.pathsep.join([*map(str, self.path_entries), *kept])
        return result | dict(self.environment)

    def exports(self) -> str:
        """Lines for a POSIX shell that give it the same environment."""
        chosen = {"PATH": self.process_environment()["PATH"], **self.environment}
        return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in chosen.items())

    @classmethod
    def _from_json(cls, data: dict[str, Any]) -> Self:
        return cls(
            cli=Path(data["cli"]),
            cli_source=_one_of(Source, data["cli_source"]),
            host_source=_one_of(HostSource, data["host_source"]),
            plugin_source=_one_of(PluginSource, data["plugin_source"]),
            home=Path(data["home"]),
            path_entries=tuple(Path(entry) for entry in data["path_entries"]),
            environment={str(name): str(value) for name, value in data["environment"].items()},
        )


def _set_up(root: Path) -> str:
    """The command line that sets the project up with the Python that runs this process."""
    return shlex.join([sys.executable, "-m", "pulumi_toolchain", "--root", str(root)])


def _one_of(choices: Any, value: str) -> Any:
    if value not in get_args(choices):
        raise ValueError(f"unknown value {value!r}")
    return value
