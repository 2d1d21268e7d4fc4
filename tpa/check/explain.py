"""`tpa explain`: what a rule says, why, and where it is from."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from auth0_third_party.rules.registry import LOOKS_AT, Rule, rules
from auth0_third_party.rules.violation import nearest
from tpa.errors import TpaError
from tpa.terminal.output import Json, Rows, cell, results


def _ids(incomplete: str) -> list[str]:
    return [key for key in rules() if key.startswith(incomplete.upper())]


RuleId = Annotated[
    str | None,
    typer.Argument(metavar="[RULE]", help="The id that a finding ends with.", autocompletion=_ids),
]


def explain(rule: RuleId = None, as_json: Json = False) -> None:
    """Explains a rule: its title, why it exists, its source, and what it looks at.

    Without a rule it lists all of them. JSON: id, title, why, source, severity, looks_at; without a
    rule a list of those.

    Examples:
        tpa explain CG-07
        tpa explain --json
    """
    if rule is None:
        _list(as_json=as_json)
        return
    found = rules().get(rule.upper())
    if found is None:
        raise TpaError(f"there is no rule '{rule}'; {nearest(rule.upper(), rules())}")
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=2))
    else:
        results().print(_text(found), markup=False, soft_wrap=True)


def _list(*, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in rules().values()], indent=2))
        return
    rows = Rows("rule", "severity", "looks at", "title")
    for each in rules().values():
        rows.add_row(*map(cell, (each.id, each.severity, each.looks_at, each.title)))
    rows.show(results())


def _text(rule: Rule) -> str:
    lines = {
        "severity": rule.severity,
        "why": rule.why,
        "looks at": LOOKS_AT[rule.looks_at],
        "source": rule.source,
    }
    rest = (f"    {label}: {text}" for label, text in lines.items())
    return "\n".join([f"{rule.id}: {rule.title}", *rest])
