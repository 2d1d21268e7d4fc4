"""A request that renames, moves or deletes the file of a live partner, as `tpa check` tells it."""

import json

import yaml

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run


def test_what_a_request_does_to_a_live_partner(run: Run, stack: AppliedStack) -> None:
    file = stack.root / "stacks/applications/portal.yaml"
    moved = {
        **yaml.safe_load(file.read_text("utf-8")),
        "owner": {"organization": "B", "contact": "b"},
    }
    assert json.loads(run(stack.root, "check", "--json").output)["notes"] == []

    file.rename(file.with_name("gate.yaml"))
    answer = json.loads(run(stack.root, "check", "--json").output)
    (refused,) = [each for each in answer["findings"] if each["severity"] == "error"]
    assert (refused["rule"], refused["file"]) == ("LIVE-02", "stacks/applications/gate.yaml")
    assert f"{stack.clients['portal']} would be deleted" in refused["what"]
    assert "portal-client' gate-client --stack" in refused["fix"]
    assert answer["notes"] == []

    file.with_name("gate.yaml").unlink()
    ended = run(stack.root, "check", "--json")
    notes = json.loads(ended.output)["notes"]
    assert ended.status == 0
    assert [note.partition("; it is protected")[0] for note in notes] == [
        "portal: removed: Portal; its access ends, with 1 grant, and its client id is gone for good"
    ]

    stack.project.write("stacks/applications/portal.yaml", moved)
    answer = json.loads(run(stack.root, "check", "--json").output)
    assert answer["notes"] == ["portal: moves from Acme to B (contact b)"]
