"""What the page of `tpa report` costs, for 100 and 1,000 applications with two grants each.

Processor seconds of this process. The baseline is the least that any page costs: a bare loop that
escapes the same texts and joins them.
"""

import dataclasses
import html
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from tpa.access.authorization_checks import Place
from tpa.access.effective import AccessRow, Decision
from tpa.report.model import Card, Credential, Report
from tpa.report.render import render

SIZES = (100, 1000)
REPEATS = 3
LIMIT = 2.0
"""Seconds for 100 applications; somebody waits for it."""
ROW = "{:>12} {:>8} {:>9} {:>6} {:>8}"


def main() -> None:
    render(_report(1), None)  # reads and compiles the templates
    print(ROW.format("applications", "page", "baseline", "ratio", "bytes"))
    seconds: dict[int, float] = {}
    for size in SIZES:
        report = _report(size)
        texts = tuple(_texts(report))
        taken, page = _timed(partial(render, report, None))
        baseline, _ = _timed(partial(_bare, texts))
        seconds[size] = taken
        shown = f"{taken:.3f}", f"{baseline:.4f}", f"{taken / baseline:.0f}"
        print(ROW.format(size, *shown, len(page)))
    small, large = SIZES
    growth = seconds[large] / seconds[small]
    print(f"{large // small} times the applications: {growth:.1f} times the processor time")
    assert seconds[small] < LIMIT, seconds


def _bare(texts: Iterable[str]) -> str:
    return "".join([html.escape(text) for text in texts])


def _timed(work: Callable[[], str]) -> tuple[float, str]:
    """The best of a few: what others do on the machine only ever adds."""
    best, result = float("inf"), ""
    for _ in range(REPEATS):
        start = time.process_time()
        result = work()
        best = min(best, time.process_time() - start)
    return best, result


def _texts(value: Any) -> Iterator[str]:
    """Every text of the report, at whatever depth it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, AccessRow):
        yield from _texts(tuple(value.model_dump().values()))
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name))


def _report(size: int) -> Report:
    keys = [f"partner-{number}" for number in range(size)]
    return Report(
        environment="prod",
        tenant="acme.eu.auth0.com",
        made_at="2026-11-24T22:50:00Z",
        live=True,
        unknown=(),
        rows=tuple(_row(key, subject) for key in keys for subject in ("user", "client")),
        applications=tuple(map(_card, keys)),
        findings=(),
        pending=(),
    )


def _row(key: str, subject_type: str) -> AccessRow:
    place = f"stacks/applications/{key}.yaml:7"
    return AccessRow(
        application=key,
        name=key.title(),
        client_id=f"tpc_{key}",
        api="orders",
        audience="https://orders.example.com",
        subject_type=subject_type,
        scopes=("read:orders", "write:orders"),
        all_scopes=False,
        source="application",
        granted_by=place,
        decided_by=Decision(by="grant", place=Place(place)),
        usable=True,
        checks=(),
        status="same",
    )


def _card(key: str) -> Card:
    return Card(
        key=key,
        name=key.title(),
        client_id=f"tpc_{key}",
        owner=f"{key.title()} Inc.",
        contact=f"it@{key}.example",
        kind="regular web app",
        security_mode="strict",
        authentication="signs with a key",
        keys=(Credential("main", "2026-11-12T22:50:00Z"),),
        callbacks=(f"https://{key}.example/callback",),
        origins=(),
        connections=("customers",),
        organizations=(),
        findings=(),
    )


if __name__ == "__main__":
    main()
