"""An adoption beside files that are there already: which are used, and whose keys are taken."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from tests.tpa.adopt.adopting import AGENT, item
from tests.tpa.matching_tenant import OWN, client, grant, live
from tests.tpa.preflight.conftest import Files
from tpa.adopt.candidates import Found, collected
from tpa.adopt.definitions import Owner
from tpa.adopt.files import adopt
from tpa.files.editing.staging import staged
from tpa.tenant.objects import read_client


def test_a_file_that_is_there_is_not_used_for_other_organizations(adopted: Any) -> None:
    machine = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}
    own = replace(OWN, subject_type="client", organization_usage="allow")
    listed = item(**machine, callbacks=[])
    adopted(listed, own, places={"cgr_9": ("northwind",)})  # written, and live in no environment
    adopted.stage.set("stacks/dev.yaml", ("applications",), {"portal": None})
    adopted.stage.remove("stacks/dev.yaml", ("adopt",))
    done = adopted(listed, replace(own, organization_usage="deny"))
    assert "says otherwise: its grant cgr_9" in done.reason


def test_a_file_of_another_environment_that_means_nothing_here(adopted: Any) -> None:
    """It is left out; the others are adopted, and nobody is told of a fault in the files."""
    other = {**yaml.safe_load(adopted.stage.read("stacks/applications/portal.yaml")), "name": "X"}
    adopted.stage.write_new("stacks/applications/x.yaml", {**other, "connections": ["elsewhere"]})
    done = adopted(item(name="X"))
    assert "there is no connection 'elsewhere' in the environment dev" in done.reason
    assert "add it under 'connections'" in done.reason
    assert done.made.candidates == []


def test_organizations_that_a_file_of_another_environment_names(adopted: Any) -> None:
    machine = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}
    own = replace(OWN, subject_type="client", organization_usage="allow")
    listed, places = item(**machine, callbacks=[]), {"cgr_9": ("south",)}
    adopted(listed, own, places=places)
    adopted.stage.set("stacks/dev.yaml", ("applications",), {"portal": None})
    for field in ("adopt", "organizations"):
        adopted.stage.remove("stacks/dev.yaml", (field,))
    done = adopted(listed, own, places=places)
    assert [(each.key, each.known) for each in done.made.candidates] == [("web-shop", True)]
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
    """Also a name without any letter that a key has, and one that an agent's file has."""
    adopted.stage.write_new("stacks/agents/agent.yaml", AGENT)
    done = adopted(item(name=name))
    assert done.made.left == {}
    assert [each.key for each in done.made.candidates] == [key]


def test_a_file_with_another_key_is_found_by_its_name(adopted: Any) -> None:
    adopted.stage.write_new("stacks/applications/application.yaml", {"name": "?"})
    adopted.stage.write_new("stacks/applications/shop.yaml", {"name": "\U0001f600"})
    view = live(adopted.catalog, clients=(client(), read_client(item(name="\U0001f600"))))
    (found,) = collected(adopted.stage, Found(view, {}, Owner())).candidates
    assert (found.key, found.known) == ("shop", True)


def test_a_problem_of_the_files_themselves_is_not_blamed_on_the_tenant(
    files: Files, adopted: Any
) -> None:
    view_before = files.load()
    assert view_before.applications.keys() == {"portal"}
    with staged(files.root) as stage:
        stage.set("stacks/applications/portal.yaml", ("app_type",), "webapp")
        view = live(view_before, clients=(client(), read_client(item())), grants=(grant(), OWN))
        with pytest.raises(Exception, match="'webapp' is not a value"):
            adopt(stage, Found(view, {}, Owner()))
