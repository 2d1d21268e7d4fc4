"""A stack's record gives back what the files said when it was applied."""

from pathlib import Path
from typing import Any

from tests.tpa.drift.scenario import edited, in_sync, scenario_of, write
from tpa.comparison.facts import declared_facts
from tpa.files.catalog import applied_catalog
from tpa.files.declaration import Declaration, declaration_in
from tpa.files.record import DEFAULTS, TENANT, Identity, Record

PORTAL, WIDGET = Identity("portal"), Identity("widget")


def test_a_record_has_what_the_files_said(tmp_path: Path) -> None:
    scenario = in_sync(tmp_path)
    view = scenario.view
    assert declared_facts(view, scenario.last) == declared_facts(view, view.catalog)


def test_a_record_survives_the_outputs_of_a_stack(tmp_path: Path) -> None:
    record = write(tmp_path).record
    assert Record.model_validate(record.as_output()) == record


def test_names_are_those_of_the_tenant_when_it_was_applied(tmp_path: Path) -> None:
    before = write(tmp_path)
    now = write(tmp_path, **edited("dev", "people: customers", "people: shoppers"))
    last = declaration_in(before.record)
    assert last.connections == ("customers",)
    assert last.admitted == {"northwind": ("customers",)}
    assert now.record.admitted == {"northwind": ("shoppers",)}


def test_a_catalog_is_as_it_was_applied(tmp_path: Path) -> None:
    """A restore applies no change of the files."""
    before = write(tmp_path)
    changes = edited("dev", "people: customers", "people: shoppers\n  other: others")
    changes |= edited("applications/portal", "leeway: 3", "leeway: 4")
    changes |= edited("tenant", "limit: 100", "limit: 9")
    changes |= edited("agents/helper", "agent.test/client", "agent.test/other")
    now = write(tmp_path, **changes)
    found = applied_catalog(now, before.record)
    assert found.record == before.record != now.record
    for name in ("clients", "default_permissions", "tenant", "admitted", "access"):
        assert getattr(found, name) == getattr(before, name)
    assert found.environment == before.environment.model_copy(update={"protect": False})


def test_without_a_record_nothing_was_applied() -> None:
    assert declaration_in(Record()) == Declaration()


def damaged(record: Record, key: Identity, **changes: Any) -> Record:
    entry = record.definitions[key].model_copy(update=changes)
    return record.model_copy(update={"definitions": {**record.definitions, key: entry}})


def test_a_definition_that_does_not_match_its_digest_is_ignored(tmp_path: Path) -> None:
    record = write(tmp_path).record
    assert "portal" in declaration_in(record).applications
    assert "portal" not in declaration_in(damaged(record, PORTAL, digest="1:0")).applications
    assert "widget" in declaration_in(damaged(record, PORTAL, digest="1:0")).applications


def test_definitions_that_todays_rules_refuse_are_left_out(tmp_path: Path) -> None:
    record = write(tmp_path).record
    odd = damaged(record, Identity("helper", "agent"), definition={"document": 5})
    odd = damaged(odd, TENANT, definition={"rate_limit": "many"})
    odd = damaged(odd, DEFAULTS, definition={"grants": [{"api": "catalog"}]})
    odd = damaged(odd, WIDGET, overlay={"callbacks": "one"})
    last = declaration_in(odd)
    assert last.agents == {}
    assert last.tenant.rate_limit is None
    assert last.default_permissions == ()
    assert set(last.applications) == {"portal"}


def test_organizations_of_the_files_are_assumed_for_an_older_record(tmp_path: Path) -> None:
    catalog = write(tmp_path)
    older = declaration_in(catalog.record.model_copy(update={"admitted": None}))
    scenario = scenario_of(catalog, older, catalog)
    assert scenario.changed_by() == {}
    drifted = scenario.links(connections=frozenset())
    assert drifted.changed_by() == {"organizations/northwind/connections/customers": "outside"}


def test_a_record_knows_which_definitions_are_not_applied_yet(tmp_path: Path) -> None:
    before = write(tmp_path).record
    assert before.differing_definitions(before) == ()
    assert before.after(before).differing_definitions(before) == ()
    changes = edited("applications/portal", "leeway: 3", "leeway: 4")
    assert write(tmp_path, **changes).record.differing_definitions(before) == (PORTAL,)
    overlay = edited("applications/portal", "dev.acme.test", "new.acme.test")
    assert write(tmp_path, **overlay).record.differing_definitions(before) == (PORTAL,)
    gone = edited("applications/widget", "  dev: {}\n", "  {}\n")
    assert write(tmp_path, **gone).record.differing_definitions(before) == (WIDGET,)
