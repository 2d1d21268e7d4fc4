"""What an approver reads: in a terminal, and as Markdown."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.tpa.files.conftest import PORTAL, Project
from tests.tpa.terminal.test_markdown import HOSTILE, tokens
from tpa.engine.steps import Step, Value
from tpa.environments.risks import change
from tpa.environments.stack_state import CLIENT, StackState, StateResource, StateResources
from tpa.files.record import OUTPUT
from tpa.plan.proposal import Proposal, in_order, markdown, meaning_of, show

SCOPE = Step(
    action="update",
    kind="ClientGrant",
    name="portal-grant-orders-user",
    values=(Value(property="scopes", before="write:orders", after="cancel:orders"),),
)
NEW = Step(
    action="create",
    kind="Client",
    name="gate-client",
    values=(Value(property="appType", after="spa"), Value(property="name", after="Gate")),
)
GONE = Step(action="delete", kind="Client", name="old-client")
PROPOSAL = Proposal(
    environment="dev",
    tenant="acme.test",
    changes=(change("scope-gained-user", "portal", "user access to orders: gains cancel:orders"),),
    resources=in_order((NEW, SCOPE, GONE)),
    unchanged=48,
    warnings=("stacks/dev.yaml: a warning",),
)


def terminal(proposal: Proposal, width: int = 120) -> str:
    file = StringIO()
    show(Console(file=file, width=width, force_terminal=True, color_system=None), proposal)
    return file.getvalue()


def test_a_comment() -> None:
    assert markdown(PROPOSAL).splitlines() == [
        "### dev: 1 change (1 medium), resources: 1 to create, 1 to delete, 1 to update,"
        " 48 unchanged",
        "",
        "| risk | application | change | touches | consent again |",
        "|---|---|---|---|---|",
        "| 🟨 medium | portal | user access to orders: gains cancel:orders |  | yes |",
        "",
        "- **warning** stacks/dev.yaml: a warning",
        "",
        "What the engine will do on acme.test:",
        "",
        "| does | resource | property | now | then |",
        "|---|---|---|---|---|",
        "| delete | Client old-client |  |  |  |",
        "| update | ClientGrant portal-grant-orders-user | scopes | write:orders | cancel:orders |",
        "| create | Client gate-client |  |  | appType: spa; name: Gate |",
    ]


@pytest.mark.parametrize("width", [80, 120])
def test_the_same_in_a_terminal(width: int) -> None:
    """Where columns are too narrow for whole words, each row is a block of lines."""
    text = terminal(PROPOSAL, width)
    words = text.split()
    for whole in ("portal-grant-orders-user", "write:orders", "cancel:orders", "old-client"):
        assert whole in words
    assert all(len(line) <= width for line in text.splitlines())


def test_nothing_would_change() -> None:
    none = Proposal(environment="dev", unchanged=49)
    assert markdown(none) == "### dev: nothing would change, 49 unchanged\n"
    assert terminal(none).split("\n")[1] == "dev: nothing would change, 49 unchanged"


def test_errors_are_in_the_comment() -> None:
    failed = PROPOSAL.model_copy(update={"errors": ("it is refused\n    why: @team",)})
    assert markdown(failed).splitlines()[:3] == [
        "### dev: no plan, 1 error",
        "",
        "- **error** it is refused<br>why: @\u200bteam",
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_make_no_markup(text: str) -> None:
    step = NEW.model_copy(update={"name": text, "values": (Value(property=text, after=text),)})
    hostile = Proposal(
        environment="dev",
        changes=(change("field-changed", text, text),),
        resources=(step, step.model_copy(update={"action": "update"})),
        warnings=(text,),
        errors=(text,),
    )
    found = tokens(markdown(hostile))
    assert found["table_open"] == 2
    assert not found.keys() & {"html_inline", "html_block", "link_open", "image", "code_inline"}
    assert "\u202e" not in markdown(hostile) + terminal(hostile)


def test_two_hundred_partners_fit_a_comment() -> None:
    many = PROPOSAL.model_copy(
        update={
            "changes": tuple(
                change("application-added", f"p{n}", "added " * 30) for n in range(200)
            ),
            "resources": (NEW,) * 1_000,
        }
    )
    text = markdown(many, link="https://ci.test/7")
    assert len(text.encode()) <= 65_000
    assert "p199" in text
    assert "more lines are not shown" in text


@pytest.fixture
def request_of(tmp_path: Path) -> Project:
    return Project(tmp_path)


def applied(project: Project, key: str = "portal") -> StackState:
    """What an update of these files leaves, with the portal's client under `key` in the state."""
    record = project.load().record
    outputs = {
        OUTPUT: record.after(record).as_output(),
        "applications": {"portal": {"client_id": "tpc_1"}},
    }
    urn = f"urn:pulumi:dev::sample::{CLIENT}::{key}-client"
    return StackState(outputs, StateResources((StateResource(urn, CLIENT, "tpc_1"),)))


def asked(project: Project, state: StackState) -> list[str]:
    """The rows of the comment about the application."""
    changes = meaning_of(project.load(), state)
    rows = markdown(Proposal(environment="dev", changes=changes)).splitlines()
    return rows[4:]


def test_a_request_that_renames_a_file(request_of: Project) -> None:
    """What to do is told; where it was done, nothing changes."""
    before, after = applied(request_of), applied(request_of, "gate")
    file = request_of.root / "stacks/applications/portal.yaml"
    file.rename(file.with_name("gate.yaml"))
    assert asked(request_of, before) == [
        "| 🟧 high | gate | renamed from portal: as it is, the client id of portal is deleted for"
        " good, and another one created; tpa check prints the commands that rename it in the state,"
        " which keep it |  | yes |"
    ]
    assert meaning_of(request_of.load(), after) == ()


def test_a_request_that_moves_a_partner_to_another_owner(request_of: Project) -> None:
    before = applied(request_of)
    request_of.portal(owner={"organization": "Other | Sons", "contact": "o@o.test"})
    (row,) = asked(request_of, before)
    assert row.startswith("| 🟧 high | portal | moves from Acme to Other \\| Sons")


def test_a_request_that_deletes_a_partner(request_of: Project) -> None:
    request_of.write("stacks/applications/gate.yaml", {**PORTAL, "name": "Gate"})
    before = applied(request_of)
    (request_of.root / "stacks/applications/gate.yaml").unlink()
    assert asked(request_of, before) == [
        "| 🟧 high | gate | removed: Gate; its access ends, with 1 grant, and its client id is gone"
        " for good |  |  |"
    ]
