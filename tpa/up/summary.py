"""The summary after an update: what each application may call, and what comes next."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table

from auth0_third_party.model.access import Access
from auth0_third_party.model.application import Agent, Application
from auth0_third_party.model.names import client_name
from auth0_third_party.model.text import TYPES, access_name, shown
from auth0_third_party.rules import SUBJECT_TYPES
from tpa.environments.stack_state import AGENT, CLIENT, StateResources
from tpa.files.catalog import Catalog
from tpa.files.record import UnreadableRecord, read_record
from tpa.terminal.output import cell, show_trimmed

MOST_CARDS = 8
"""Applications that are shown in full; more of them fill no terminal."""


def summary(catalog: Catalog, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """The summary as data (`tpa up --json`): environment, tenant and applications, each with
    client_id, name, owner, app_type (`agent` for an agent), connections and access rows.
    """
    recorded = outputs.get("applications", {})
    ids = {key: application.get("client_id", "") for key, application in recorded.items()}
    access: dict[str, list[Access]] = {}
    for row in catalog.access:
        access.setdefault(row.application, []).append(row)
    applications = {
        key: _entry(application, application.name, application.app_type, access.get(key, []))
        for key, application in catalog.applications.items()
    }
    agents = {
        key: _entry(agent, agent.document, "agent", access.get(key, []))
        for key, agent in catalog.agents.items()
    }
    entries = {
        key: {"client_id": ids.get(key, ""), **entry}
        for key, entry in {**applications, **agents}.items()
    }
    tenant = outputs.get("tenant", "")
    return {"environment": catalog.name, "tenant": tenant, "applications": entries}


def changed_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> Collection[str]:
    """Keys of definitions that an update changed, or applied for the first time.

    Args:
        before: the stack's outputs then; `after`: now.
    """
    try:
        old, new = read_record(before), read_record(after)
    except UnreadableRecord:
        return set(after.get("applications", {}))
    return {each.key for each in new.differing_definitions(old)}


def show(
    console: Console,
    catalog: Catalog,
    outputs: Mapping[str, Any],
    changed: Collection[str],
    steps: Sequence[str],
) -> None:
    """Prints the applications that changed, how many did not, and the next steps."""
    data = summary(catalog, outputs)
    entries = data["applications"]
    listed = [entry for key, entry in entries.items() if key in changed]
    title = f"{catalog.name}: {_count(len(entries))} on {data['tenant']}"
    console.print()
    if not listed:
        told = f", unchanged; tpa access -e {catalog.name} shows them" if entries else ""
        console.print(cell(f"{title}{told}", "bold"), soft_wrap=True)
    else:
        console.print(cell(title, "bold"))
    for entry in listed[:MOST_CARDS]:
        console.print()
        show_trimmed(console, Padding(_card(entry), (0, 0, 0, 2), expand=False))
    if rest := _rest(len(entries), len(listed)):
        console.print()
        console.print(cell(f"  {rest}; tpa access -e {catalog.name} shows them"), soft_wrap=True)
    if steps:
        console.print()
    for index, step in enumerate(steps):
        console.print(cell(f"{'Next:' if index == 0 else '     '} {step}"), soft_wrap=True)


def _rest(count: int, changed: int) -> str:
    """What is not shown of so many applications, of which some changed."""
    more, same = max(changed - MOST_CARDS, 0), count - changed if changed else 0
    parts = (f"{more:,} more changed" if more else "", f"{same:,} unchanged" if same else "")
    return ", ".join(filter(None, parts))


def _count(count: int) -> str:
    return f"{count:,} partner application{'' if count == 1 else 's'}"


def unfinished(catalog: Catalog, held: StateResources) -> Iterator[str]:
    """After an update that failed on its way: which applications and agents were created, and which
    not; and what a refusal for their number means (MG-19).
    """
    there = {
        key
        for key in catalog.clients
        if held.named(AGENT if key in catalog.agents else CLIENT, client_name(key))
    }
    missing = [key for key in catalog.clients if key not in there]
    if not (there and missing):
        return
    yield f"{catalog.name}: created: {', '.join(sorted(there))}; not created: {', '.join(missing)}"
    yield (
        "if Auth0 answered 403 because of a limit of entities, the tenant's plan allows no more:"
        " remove applications there or get a larger plan, then run again, which creates the rest;"
        f" limits.applications in {catalog.file} lets tpa check count them before"
    )


def _entry(
    client: Application | Agent, name: str, app_type: str, access: list[Access]
) -> dict[str, Any]:
    rows = sorted(access, key=lambda row: row.subject_type, reverse=True)
    return {
        "name": name,
        "owner": client.owner,
        "app_type": app_type,
        "connections": list(client.connections),
        "access": [row.model_dump(mode="json") for row in rows],
    }


def _card(entry: Mapping[str, Any]) -> Group:
    head = cell(entry["name"], "bold")
    head.append(f"  {TYPES[entry['app_type']]} of {shown(entry['owner'])}", style="dim")
    rows = Table.grid(padding=(0, 2))
    rows.add_column(
        style="cyan", no_wrap=True, min_width=max(len(access_name(each)) for each in SUBJECT_TYPES)
    )
    rows.add_column()
    rows.add_row("client id", cell(entry["client_id"]))
    if entry["connections"]:
        rows.add_row("sign-in by", cell(", ".join(entry["connections"])))
    width = max((len(row["api"]) for row in entry["access"]), default=0)
    last = ""
    for row in entry["access"]:
        label = access_name(row["subject_type"])
        scopes = "all scopes, future ones too" if row["all_scopes"] else " ".join(row["scopes"])
        call = cell(f"{row['api']:<{width}}  {scopes}")
        if row["source"] == "default":
            call.append("  by default permissions", style="dim")
        rows.add_row("" if label == last else label, call)
        last = label
    return Group(head, rows)
