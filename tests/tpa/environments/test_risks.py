"""The table of risks is what the documentation shows."""

from pathlib import Path

from tpa.environments.risks import IMPACTS, ORDER

PAGE = Path(__file__).parents[3] / "docs/environments.md"


def test_the_documentation_shows_the_table() -> None:
    shown = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    expected = [
        f"| {impact.risk} | `{kind}` | {impact.why} | {'never refused' if impact.narrows else ''} |"
        for risk in ORDER
        for kind, impact in IMPACTS.items()
        if impact.risk == risk
    ]
    assert [line for line in shown if line.split("|")[1].strip() in ORDER] == expected


def test_what_widens_is_never_low() -> None:
    """`low` is for less access and for words."""
    harmless = {"texts-changed", "contact-changed", "delete-protection-on"}
    low = {kind for kind, impact in IMPACTS.items() if impact.risk == "low" and not impact.narrows}
    assert low == harmless


def test_nothing_that_asks_for_consent_narrows() -> None:
    assert [kind for kind, impact in IMPACTS.items() if impact.consent and impact.narrows] == []
