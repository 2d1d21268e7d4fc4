"""The stack of an embedded tenant is created in the project that `Pulumi.yaml` names."""

from dataclasses import replace

import pytest
import yaml

from tests.tpa.conftest import choice
from tests.tpa.files.conftest import Project
from tpa.engine.embedded import Tenant
from tpa.engine.pulumi import Engine
from tpa.engine.workspace import Workspace
from tpa.tenant.reading import stack_tag

PULUMI = """\
#!/bin/sh
test "$2" != ls || echo '[]'
"""


def test_a_renamed_project(project: Project) -> None:
    project.write("Pulumi.yaml", "name: partners\nruntime: python\n")
    cli = project.root / "pulumi"
    cli.write_text(PULUMI, encoding="utf-8")
    cli.chmod(0o755)
    ca_file = project.root / "ca.pem"
    ca_file.write_text("certificate", encoding="utf-8")
    catalog = project.load()
    workspace = Workspace(project.root, catalog, replace(choice(project.root), cli=cli))
    workspace.folder.mkdir(parents=True)
    Engine(workspace, Tenant("localhost:8441", ca_file, "id", "secret")).open_stack()
    made = yaml.safe_load((workspace.stack_config.parent / "Pulumi.yaml").read_text("utf-8"))
    assert made["name"] == "partners"
    assert stack_tag(catalog) == "partners/dev"


RUN = """\
#!/bin/sh
echo '{"sequence": 1, "diagnosticEvent": {"severity": "error", "message": "no such API"}}'
echo 'not an event'
echo 'error: the engine gives up' >&2
echo "Update plan written to 'plan.json'" >&2
echo "$*" > arguments
exit 3
"""


def test_what_a_run_prints_is_all_shown(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Events, what is no event, and what the engine says on standard error; but its own hints."""
    cli = project.root / "pulumi"
    cli.write_text(RUN, encoding="utf-8")
    cli.chmod(0o755)
    workspace = Workspace(project.root, project.load(), replace(choice(project.root), cli=cli))
    status, display = Engine(workspace, None).follow("up", "--yes")
    told = capsys.readouterr()
    assert status == 3
    assert display.errors == ["no such API"]
    assert told.out.splitlines() == ["error: no such API", "not an event"]
    assert told.err.splitlines() == ["error: the engine gives up"]
    assert (project.root / "arguments").read_text("utf-8").split() == [
        *("up", "--yes", "--stack", "dev", "--json"),
    ]
    Engine(workspace, None).run("up", quiet=True)
    assert capsys.readouterr().out == ""
