"""An adoption where files exist already: which of them are used, and which keys are taken."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from tests.tpa.adopt.adopting import AGENT, item
from tests.tpa.matching_tenant import OWN, client, grant, live
from tests.tpa.preflight.conftest import Files
from tpa.adopt.candidates import AdoptionInput, OwnerOptions, find_candidates
from tpa.adopt.files import stage_files
from tpa.files.editing import staged
from tpa.tenant.objects import read_client


def test_an_existing_file_with_other_organizations_is_not_used(adopted: Any) -> None:
    machine = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}
    own = replace(OWN, subject_type="client", organization_usage="allow")
    listed = item(**machine, callbacks=[])
    adopted(listed, own, linked=[("cgr_9", "northwind")])  # written, and used by no environment
    adopted.stage.set("stacks/applications/web-shop.yaml", ("environments",), {})
    adopted.stage.remove("stacks/dev.yaml", ("adopt",))
    done = adopted(listed, replace(own, organization_usage="deny"))
    assert "differs: its grant orders client organization_usage is not set" in done.reason


def test_an_existing_file_that_is_invalid_in_this_environment(adopted: Any) -> None:
    """It is left out and the others are adopted; that is no problem of the files."""
    other = {**yaml.safe_load(adopted.stage.read("stacks/applications/portal.yaml")), "name": "X"}
    del other["environments"]
    adopted.stage.write_new("stacks/applications/x.yaml", {**other, "connections": ["elsewhere"]})
    done = adopted(item(name="X"))
    assert "there is no connection 'elsewhere' in the environment dev" in done.reason
    assert "add it under 'connections'" in done.reason
    assert done.adoption.candidates == []


def test_organizations_that_an_existing_file_names_are_added(adopted: Any) -> None:
    machine = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}
    own = replace(OWN, subject_type="client", organization_usage="allow")
    listed, linked = item(**machine, callbacks=[]), [("cgr_9", "south")]
    adopted(listed, own, linked=linked)
    adopted.stage.set("stacks/applications/web-shop.yaml", ("environments",), {})
    for field in ("adopt", "organizations"):
        adopted.stage.remove("stacks/dev.yaml", (field,))
    done = adopted(listed, own, linked=linked)
    assert [(each.key, each.file_exists) for each in done.adoption.candidates] == [
        ("web-shop", True)
    ]
    assert done.file("dev")["organizations"]["south"]["name"] == "south"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Web shop", "web-shop"),
        ("\U0001f600", "application"),
        ("\u0645\u0631\u062d\u0628\u0627", "application"),
        ("Agent", "agent-2"),
        ("Portal", "portal-2"),
    ],
)
def test_names_become_keys(adopted: Any, name: str, key: str) -> None:
    """Also a name without any character of a key, and one that an agent's file has."""
    adopted.stage.write_new("stacks/agents/agent.yaml", AGENT)
    done = adopted(item(name=name))
    assert done.adoption.left_out == {}
    assert [each.key for each in done.adoption.candidates] == [key]


def test_an_existing_file_with_another_key_is_found_by_its_name(adopted: Any) -> None:
    adopted.stage.write_new("stacks/applications/application.yaml", {"name": "?"})
    adopted.stage.write_new("stacks/applications/shop.yaml", {"name": "\U0001f600"})
    view = live(adopted.catalog, clients=(client(), read_client(item(name="\U0001f600"))))
    (found,) = find_candidates(adopted.stage, AdoptionInput(view, OwnerOptions())).candidates
    assert (found.key, found.file_exists) == ("shop", True)


def test_a_problem_of_the_files_themselves_is_no_reason_to_leave_something_out(
    files: Files, adopted: Any
) -> None:
    view_before = files.load()
    assert view_before.applications.keys() == {"portal"}
    with staged(files.root) as stage:
        stage.set("stacks/applications/portal.yaml", ("app_type",), "webapp")
        view = live(view_before, clients=(client(), read_client(item())), grants=(grant(), OWN))
        with pytest.raises(Exception, match="'webapp' is not a value"):
            stage_files(stage, AdoptionInput(view, OwnerOptions()))
