"""The commands that pipeline files call, found by reading them."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PIPELINES = ROOT / "pipelines"
GITHUB = sorted((PIPELINES / "github").glob("*/**/*.yml"))
"""Workflows, and the action that they share."""
GITLAB = PIPELINES / "gitlab/.gitlab-ci.yml"
SHELL = sorted(PIPELINES.glob("*/*.sh"))
EXPRESSION = re.compile(r"\$\{\{.*?\}\}")


@dataclass(frozen=True)
class Script:
    """A piece of shell and where it stands."""

    place: str
    text: str


def scripts() -> list[Script]:
    """Every piece of shell of every pipeline."""
    found = [Script(file.name, file.read_text(encoding="utf-8")) for file in SHELL]
    for file in GITHUB:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for name, job in content.get("jobs", {"action": content.get("runs")}).items():
            runs = (step["run"] for step in job.get("steps", []) if "run" in step)
            found.extend(Script(f"{file.name}: {name}", run) for run in runs)
    content = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))
    for name, job in content.items():
        if isinstance(job, dict):
            for key in ("before_script", "script"):
                found.extend(Script(f"{GITLAB.name}: {name}", line) for line in job.get(key, []))
    return found


def calls(script: Script, program: str) -> Iterator[list[str]]:
    """The arguments of every call of a program; quotes, pipes and redirections are taken off."""
    named = r"(?:\S*bin/tpa|\btpa\b)" if program == "tpa" else program
    text = EXPRESSION.sub("x", script.text).replace("\\\n", " ")
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            continue
        for match in re.finditer(rf"(?:^|[\s(;|&]|\$\(){named}\s+([^|;&><)]*)", line):
            arguments = match.group(1).removesuffix(" 2")  # of 2>
            arguments = arguments if '"' in arguments else arguments.rstrip('" ')
            yield shlex.split(arguments.strip() + ('"' if arguments.count('"') % 2 else ""))
