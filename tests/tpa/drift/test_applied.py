"""A stack's record tells what its files told when it was applied, and no more than it can."""

from pathlib import Path
from typing import Any

from tests.tpa.drift.values import beside, edited, settled, write
from tpa.drift.states import Applied, applied, applied_facts, declared_facts
from tpa.files.record import AGENTS, DEFAULTS, TENANT, Record


def test_a_record_says_what_the_files_said(tmp_path: Path) -> None:
    sides = settled(tmp_path)
    assert applied_facts(sides.view, sides.last) == declared_facts(sides.view)


def test_a_record_goes_through_the_outputs_of_a_stack_unchanged(tmp_path: Path) -> None:
    record = write(tmp_path).record
    assert Record.model_validate(record.as_output()) == record


def test_names_are_those_of_the_tenant_at_that_time(tmp_path: Path) -> None:
    before = write(tmp_path)
    now = write(tmp_path, **edited("dev", "people: customers", "people: shoppers"))
    last = applied(before.record)
    assert last.connections == {"customers"}
    assert last.admitted == {"northwind": ("customers",)}
    assert now.record.admitted == {"northwind": ("shoppers",)}


def test_nothing_was_applied_where_there_is_no_record() -> None:
    assert applied(Record()) == Applied()
    assert not applied(Record()).ever


def torn(record: Record, key: str, **changes: Any) -> Record:
    entry = record.definitions[key].model_copy(update=changes)
    return record.model_copy(update={"definitions": {**record.definitions, key: entry}})


def test_a_definition_that_is_not_its_digests_is_not_believed(tmp_path: Path) -> None:
    record = write(tmp_path).record
    assert "portal" in applied(record).applications
    assert "portal" not in applied(torn(record, "portal", digest="1:0")).applications
    assert "widget" in applied(torn(record, "portal", digest="1:0")).applications


def test_what_an_older_version_allowed_is_left_out_and_the_rest_told(tmp_path: Path) -> None:
    record = write(tmp_path).record
    odd = torn(record, f"{AGENTS}helper", definition={"document": 5})
    odd = torn(odd, TENANT, definition={"rate_limit": "many"})
    odd = torn(odd, DEFAULTS, definition={"grants": [{"api": "catalog"}]})
    odd = torn(odd, "widget", overlay={"callbacks": "one"})
    last = applied(odd)
    assert last.agents == {}
    assert last.tenant.rate_limit is None
    assert last.default_permissions == ()
    assert set(last.applications) == {"portal"}


def test_organizations_count_as_the_files_say_where_a_record_is_older(tmp_path: Path) -> None:
    catalog = write(tmp_path)
    older = applied(catalog.record.model_copy(update={"admitted": None}))
    sides = beside(catalog, older, catalog)
    assert sides.owners() == {}
    bent = sides.links(connections=frozenset())
    assert bent.owners() == {"organizations/northwind/connections/customers": "outside"}


def test_a_record_knows_what_files_are_ahead_of_it(tmp_path: Path) -> None:
    before = write(tmp_path).record
    assert before.differing_keys(before) == ()
    assert before.after(before).differing_keys(before) == ()
    changes = edited("applications/portal", "leeway: 3", "leeway: 4")
    assert write(tmp_path, **changes).record.differing_keys(before) == ("portal",)
    overlay = edited("dev", "dev.acme.test", "new.acme.test")
    assert write(tmp_path, **overlay).record.differing_keys(before) == ("portal",)
    gone = edited("dev", "  widget:\n", "")
    assert write(tmp_path, **gone).record.differing_keys(before) == ("widget",)
    renamed = write(tmp_path, **edited("dev", "people: customers", "people: shoppers"))
    assert renamed.record.differing_keys(before) == ("connections", "admitted")
    assert before.differing_keys(before.model_copy(update={"admitted": None})) == ()
