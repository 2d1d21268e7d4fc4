"""`tpa probe`: a deployed environment as a partner, and an attacker, would see it."""

import json
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from rich.console import Console

from auth0_third_party.model.text import shown
from tpa.oauth.credentials import Credential, find_credential
from tpa.oauth.deployed import Connected, Deployed, connect
from tpa.oauth.http import TenantHttp, skew_warning
from tpa.oauth.tokens import TokenClient
from tpa.probe.checks import Probe, Row, prepare
from tpa.probe.journey import REQUESTS, SignedIn
from tpa.probe.verdict import Result
from tpa.terminal import completion
from tpa.terminal.output import Domain, Environment, Json, Rows, cell, results, say
from tpa.terminal.progress import progress

Applications = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[APPLICATION]...",
        help="Keys of applications; without any: all of them.",
        autocompletion=completion.applications,
    ),
]
JUnit = Annotated[Path | None, typer.Option("--junit", help="Also write the rows as JUnit XML.")]
Rate = Annotated[float, typer.Option("--rate", min=0.1, help="Requests a second, at most.")]
EMBEDDED_RATE = 0.0
"""An embedded tenant is this machine's own: no limit."""


def probe(
    applications: Applications = None,
    environment: Environment = "dev",
    as_json: Json = False,
    *,
    junit: JUnit = None,
    rate: Rate = 4,
    domain: Domain = "",
) -> None:
    """Shows whether deployed applications behave as the files and RFC 9700 say, from outside.

    It sends what a partner, or an attacker, can send: nothing is changed, and no password is typed
    on a real tenant. An application's own secret or key is used where it is at hand, in
    TPA_CLIENT_SECRET_<KEY> or TPA_PRIVATE_KEY_FILE_<KEY> (the application's key in capitals, _ for
    -), and never printed. On an embedded tenant it is read there, and a seeded user signs in.
    Exit status 1: something is broken. JSON: environment, tenant, requests, held, broken,
    not_observable, not_offered, partner (numbers), rows (application, check, title, source, result,
    reason), notes.

    Examples:
        tpa probe -e dev
        tpa probe order-portal -e prod --json
        tpa probe -e prod --junit probe.xml --rate 2
    """
    connected = connect(environment, domain)
    subjects, notes = _subjects(connected, applications or [])
    prepared = prepare(subjects, f"https://{connected.domain}")
    pace = EMBEDDED_RATE if connected.embedded else rate
    _announce(connected, prepared, pace)
    try:
        sent = _ask(connected, prepared, pace)
    except KeyboardInterrupt:
        say("\ntpa: stopped; the probe had changed nothing")
        raise typer.Exit(130) from None
    rows = prepared.rows()
    warning = skew_warning(prepared.answers[""].values(), time.time())
    notes += [warning] if warning else []
    if junit is not None:
        write_junit(junit, environment, rows)
    if as_json:
        content = answer(environment, connected.domain, sent, rows, notes)
        typer.echo(json.dumps(content, indent=2))
    else:
        for note in notes:
            say(f"note: {note}")
        show(results(), rows)
    if any(row.result == "broken" for row in rows):
        raise typer.Exit(1)


def _subjects(
    connected: Connected, keys: Sequence[str]
) -> tuple[list[tuple[Deployed, Credential | None]], list[str]]:
    """The applications with their credentials, and a note on each that is left out."""
    found = connected.deployed(keys)
    strict = [each for each in found if each.application.strict]
    notes = [
        f"{each.key} is permissive, so little of this is promised; left out (tpa twin {each.key})"
        for each in found
        if not each.application.strict
    ]
    agents = connected.workspace.catalog.agents
    if agents and not keys:
        notes.append(
            f"agents are left out, their operators have what it takes: {', '.join(agents)}"
        )
    confidential = [each for each in strict if not each.application.public]
    stored = connected.stored_secrets(confidential)
    return [(each, find_credential(each, stored)) for each in strict], notes


def _announce(connected: Connected, prepared: Probe, pace: float) -> None:
    count, size = len(prepared.subjects), prepared.size
    what = f"{count} application{'' if count == 1 else 's'}"
    told = f"{connected.workspace.name}: {size} requests about {what} to https://{connected.domain}"
    if connected.embedded:
        users = sum(bool(subject.deployed.user_access) for subject in prepared.subjects)
        told += f", and about {users * REQUESTS} more as a seeded user"
    elif pace:
        told += f", {pace:g} a second at most: about {size / pace:.0f} s"
    say(told)


def _ask(connected: Connected, prepared: Probe, pace: float) -> int:
    """Sends everything; the number of requests."""
    people = connected.people()
    organizations = connected.organizations()
    with (
        progress(f"probing {connected.domain}"),
        TenantHttp(connected.domain, connected.trust, per_second=pace) as http,
    ):
        prepared.ask(http)
        for subject in prepared.subjects:
            if people and subject.deployed.user_access and subject.deployed.callback:
                client = TokenClient(http, subject.deployed, subject.credential)
                user = SignedIn(client, http, people[-1], organizations)
                prepared.answers[subject.deployed.key].update(user.run())
        return http.sent


WORDS: Mapping[Result, tuple[str, str]] = {
    "held": ("held", "green"),
    "broken": ("broken", "bold red"),
    "not_observable": ("not observable", "dim"),
    "not_offered": ("not offered by Auth0", "dim"),
    "partner": ("partner's duty", "dim"),
}
"""Each result in words, and its style on a terminal."""


def show(console: Console, rows: Sequence[Row]) -> None:
    """The table, one row for each check, and a line that sums it up."""
    table = Rows("application", "check", "rule", "result", "what was seen", once=True)
    for row in rows:
        words, style = WORDS[row.result]
        table.add_row(
            cell(row.application or "(tenant)"),
            cell(row.title),
            cell(row.source, "dim"),
            cell(words, style),
            cell(row.reason),
        )
    table.show(console)
    console.print()
    console.print(summary(rows), markup=False, soft_wrap=True)


def summary(rows: Sequence[Row]) -> str:
    """How many rows have each result."""
    counts = count(rows)
    return ", ".join(f"{number} {WORDS[result][0]}" for result, number in counts.items() if number)


def count(rows: Sequence[Row]) -> dict[Result, int]:
    """Result -> number of rows."""
    results: tuple[Result, ...] = get_args(Result)
    return {result: sum(row.result == result for row in rows) for result in results}


def answer(
    environment: str, tenant: str, sent: int, rows: Sequence[Row], notes: Sequence[str]
) -> dict[str, Any]:
    """The documented JSON."""
    return {
        "environment": environment,
        "tenant": tenant,
        "requests": sent,
        **{str(result): number for result, number in count(rows).items()},
        "rows": [asdict(row) for row in rows],
        "notes": list(notes),
    }


def write_junit(file: Path, environment: str, rows: Sequence[Row]) -> None:
    """A test case for each row; `broken` is a failure, and what is not `held` either is skipped."""
    counts = count(rows)
    skipped = len(rows) - counts["held"] - counts["broken"]
    suite = ET.Element(
        "testsuite",
        name=f"tpa probe {environment}",
        tests=str(len(rows)),
        failures=str(counts["broken"]),
        skipped=str(skipped),
        errors="0",
    )
    for row in rows:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=row.application or "tenant",
            name=f"{row.title} ({row.check})",
        )
        if row.result == "broken":
            ET.SubElement(case, "failure", message=shown(row.reason)).text = row.source
        elif row.result != "held":
            words = f"{WORDS[row.result][0]}: {row.reason}"
            ET.SubElement(case, "skipped", message=shown(words))
    ET.ElementTree(suite).write(file, encoding="utf-8", xml_declaration=True)
