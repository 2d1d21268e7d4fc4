"""The table of risks is what the documentation shows."""

from pathlib import Path

from tpa.environments.risks import ORDER, RULES

PAGE = Path(__file__).parents[3] / "docs/environments.md"


def test_the_documentation_shows_the_table() -> None:
    shown = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    expected = [
        f"| {rule.risk} | `{kind}` | {rule.why} | {'never refused' if rule.narrows else ''} |"
        for risk in ORDER
        for kind, rule in RULES.items()
        if rule.risk == risk
    ]
    assert [line for line in shown if line.split("|")[1].strip() in ORDER] == expected


def test_what_widens_is_never_low() -> None:
    """`low` is for less access and for words."""
    harmless = {"texts-changed", "delete-protection-on"}
    low = {kind for kind, rule in RULES.items() if rule.risk == "low" and not rule.narrows}
    assert low == harmless


def test_nothing_that_asks_for_consent_narrows() -> None:
    assert [kind for kind, rule in RULES.items() if rule.consent and rule.narrows] == []
