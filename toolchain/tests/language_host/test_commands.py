"""Everyday commands with the real engine and the stand-in language host."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Project

pytestmark = pytest.mark.e2e

PROGRAM = """
import pulumi

class Greeting(pulumi.ComponentResource):
    def __init__(self, name, text):
        super().__init__("sample:index:Greeting", name, {"text": text})
        self.text = pulumi.Output.from_input(text)
        self.register_outputs({"text": self.text})

config = pulumi.Config()
greeting = Greeting("hello", config.require("word"))
print("a line from the program")
pulumi.export("text", greeting.text)
pulumi.export("password", config.require_secret("password"))
known = [key for key in ("word", "password") if pulumi.runtime.is_config_secret(f"sample:{key}")]
pulumi.export("known_secret", known)
pulumi.export("where", [pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()])
"""


def test_a_stack_lives_from_preview_to_destroy(project: Project) -> None:
    project.write("__main__.py", PROGRAM)
    project.pulumi("config", "set", "word", "good morning")
    project.pulumi("config", "set", "--secret", "password", "not-for-display")

    preview = project.pulumi("preview")
    assert "2 to create" in preview
    assert "a line from the program" in preview
    assert "warning" not in preview.lower()

    assert "2 created" in project.pulumi("up", "--yes")
    assert "2 unchanged" in project.pulumi("up", "--yes", "--expect-no-changes")
    assert "2 unchanged" in project.pulumi("refresh", "--yes")

    outputs = json.loads(project.pulumi("stack", "output", "--json"))
    assert outputs == {
        "text": "good morning",
        "password": "[secret]",
        "known_secret": ["password"],
        "where": ["sample", "dev", "organization"],
    }
    assert "not-for-display" not in project.pulumi("stack", "export")
    assert "2 deleted" in project.pulumi("destroy", "--yes")


def test_about_names_the_programs_python_and_what_is_installed(project: Project) -> None:
    project.write("__main__.py", "")
    about = json.loads(project.pulumi("about", "--json", "--transitive"))
    assert about["runtime"]["language"] == "python"
    assert about["runtime"]["executable"] == f"{sys.prefix}/bin/python"
    assert "pulumi_auth0" in {item["name"] for item in about["dependencies"]}
    assert "auth0" in {plugin["name"] for plugin in about["plugins"]}


def test_a_program_named_by_main_runs_in_its_own_folder(project: Project) -> None:
    project.write("Pulumi.yaml", (project.folder / "Pulumi.yaml").read_text() + "main: program/\n")
    project.write("program/__main__.py", "import pulumi, os\npulumi.export('cwd', os.getcwd())\n")
    project.pulumi("up", "--yes", "--skip-preview")
    cwd = json.loads(project.pulumi("stack", "output", "--json"))["cwd"]
    assert cwd == str(project.folder / "program")


def test_import_reads_a_resource_without_code_generation(project: Project) -> None:
    project.write("__main__.py", "")
    refused = project.pulumi(
        "import",
        "auth0:index/client:Client",
        "crm",
        "id",
        "--yes",
        "--generate-code=false",
        status=1,
    )
    # The provider is missing here: the language host did its part.
    assert "no resource plugin 'pulumi-resource-auth0'" in refused
