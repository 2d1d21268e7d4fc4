"""Names that users would take for each other, and names that they can tell apart."""

import pytest

from tests.tpa.files.conftest import PORTAL, Project
from tpa.files.warnings import file_warnings


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Acme Portal", "Acme Portal", True),
        ("Acme Portal", "ACME  portal", True),
        ("Acme Portal", "Acme-Portal", True),
        ("Acme Portal", "Аcmе Роrtаl", True),  # Cyrillic
        ("Acme Portal", "Αcme Ροrtal", True),  # Greek
        ("Acme Portal", "Acmé Portal", True),
        ("Acme Portal", "ＡＣＭＥ Portal", True),  # full-width
        ("Paypal", "PaypaI", True),
        ("Store 10", "St0re lO", True),
        ("日本", "日 本", True),
        ("Acme Portal", "Acme Portal 2", False),
        ("Acme Mail", "Acme Mall", False),
        ("App 1", "App 2", False),
        ("日本", "日木", False),
        ("😀", "😁", False),
    ],
)
def test_names_that_look_alike_are_told(
    project: Project, one: str, other: str, *, alike: bool
) -> None:
    project.portal(name=one)
    second = {**PORTAL, "name": other}
    project.write("stacks/applications/second.yaml", second)
    found = [each for each in file_warnings(project.load()) if each.rule == "FILE-15"]
    assert [each.file for each in found] == ["stacks/applications/second.yaml"] * alike
    assert all("portal has" in each.what and one in each.what for each in found)


def test_machines_have_no_users_to_deceive(project: Project) -> None:
    machine = {"api": "orders", "subject_type": "client", "scopes": ["read:orders"]}
    second = {**PORTAL, "app_type": "non_interactive", "grants": [machine]}
    del second["callbacks"], second["connections"]
    project.write("stacks/applications/second.yaml", second)
    assert list(file_warnings(project.load())) == []
