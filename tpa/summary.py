"""What a person wants to see after an update: who may call what, as whom, and what comes next."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from catalog import Access, Application, Catalog

TYPES = {
    "regular_web": "regular web app",
    "spa": "single-page app",
    "native": "native app",
    "non_interactive": "machine-to-machine",
}
SUBJECTS = {"user": "for its users", "client": "as itself"}


def summary(catalog: Catalog, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """The summary as data (`tpa up --json`): environment, tenant and applications, each with
    client_id, name, owner, app_type, connections and access rows.
    """
    recorded = outputs.get("applications", {})
    return {
        "environment": catalog.name,
        "tenant": outputs.get("tenant", ""),
        "applications": {
            key: {
                "client_id": recorded.get(key, {}).get("client_id", ""),
                "name": application.name,
                "owner": application.owner,
                "app_type": application.app_type,
                "connections": list(application.connections),
                "access": [row.model_dump(mode="json") for row in _access(catalog, key)],
            }
            for key, application in catalog.applications.items()
        },
    }


def show(
    console: Console, catalog: Catalog, outputs: Mapping[str, Any], steps: Sequence[str]
) -> None:
    """Prints the summary and the next steps."""
    data = summary(catalog, outputs)
    count = len(catalog.applications)
    title = f"{catalog.name}: {count} partner application{'' if count == 1 else 's'}"
    console.print()
    console.print(Text(f"{title} on {data['tenant']}", style="bold"))
    for key, application in catalog.applications.items():
        client_id = data["applications"][key]["client_id"]
        console.print()
        console.print(Padding(_card(catalog, key, application, client_id), (0, 0, 0, 2)))
    console.print()
    for index, step in enumerate(steps):
        console.print(Text(f"{'Next:' if index == 0 else '     '} {step}"), soft_wrap=True)


def _card(catalog: Catalog, key: str, application: Application, client_id: str) -> Group:
    head = Text(application.name, style="bold")
    head.append(f"  {TYPES[application.app_type]} of {application.owner}", style="dim")
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="cyan", no_wrap=True, min_width=len("calls for its users"))
    facts.add_column()
    facts.add_row("client id", Text(client_id))
    if application.connections:
        facts.add_row("sign-in by", Text(", ".join(application.connections)))
    rows = _access(catalog, key)
    width = max((len(row.api) for row in rows), default=0)
    for label, row in _labelled(rows):
        call = Text(f"{row.api:<{width}}  {' '.join(row.scopes)}")
        if row.source == "default":
            call.append("  by default permissions", style="dim")
        facts.add_row(label, call)
    return Group(head, facts)


def _access(catalog: Catalog, key: str) -> list[Access]:
    rows = (row for row in catalog.access if row.application == key)
    return sorted(rows, key=lambda row: row.subject_type, reverse=True)


def _labelled(rows: Sequence[Access]) -> Iterator[tuple[str, Access]]:
    last = ""
    for row in rows:
        label = SUBJECTS[row.subject_type]
        yield ("" if label == last else f"calls {label}"), row
        last = label
