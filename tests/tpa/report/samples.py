"""Reports to render: a small one with everything that a page can show, and ones of any size."""

from dataclasses import replace
from typing import Any

from tpa.access.authorization_checks import AuthorizationCheck, Place
from tpa.access.effective import AccessRow, Decision
from tpa.environments.risks import change
from tpa.files.problems import Problem
from tpa.report.model import Card, Credential, Report
from tpa.tenant.snapshot import Unknown

MADE_AT = "2026-11-24T22:50:00Z"
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "\"><img src=https://evil.example/x onerror=alert(3)> ' `${alert(4)}` {{ 7*7 }}",
    "bell\x07 escape\x1b[31m nul\x00 line\u2028end",
    "safe\u202egnp.exe \u2066hidden",
    "javascript:alert(5)",
    "שלום - חברת אקמה (שותף)",
    "W" * 10_000,
    "half \ud800",
)


def row(
    application: str = "portal", *, blocked: str = "", place: str = "", **changes: Any
) -> AccessRow:
    """`blocked`: what the check says that denies; `place`: of the decision. Any text is taken."""
    place = place or f"stacks/applications/{application}.yaml:7"
    denial = AuthorizationCheck("api", passed=False, place=place, what=blocked)
    fields: dict[str, Any] = {
        "application": application,
        "name": application.title(),
        "client_id": f"tpc_{application}",
        "api": "orders",
        "audience": "https://orders.example.com",
        "subject_type": "user",
        "scopes": ("read:orders",),
        "all_scopes": False,
        "source": "application",
        "granted_by": place,
        "decided_by": Decision.model_construct(by="grant", place=Place(place)),
        "usable": not blocked,
        "checks": (denial,) if blocked else (),
        "status": "same",
    }
    return AccessRow.model_construct(**fields | changes)


def card(key: str = "portal", **changes: Any) -> Card:
    fields: dict[str, Any] = {
        "key": key,
        "name": key.title(),
        "client_id": f"tpc_{key}",
        "owner": f"{key.title()} Inc.",
        "contact": f"it@{key}.example",
        "kind": "regular web app",
        "security_mode": "strict",
        "authentication": "a key of its own",
        "keys": (Credential("main", "2026-11-12T22:50:00Z"),),
        "callbacks": (f"https://{key}.example/callback",),
        "origins": (),
        "connections": ("customers",),
        "organizations": (),
        "findings": (),
    }
    return Card(**fields | changes)


def report(**changes: Any) -> Report:
    fields: dict[str, Any] = {
        "environment": "prod",
        "tenant": "acme.eu.auth0.com",
        "made_at": MADE_AT,
        "live": True,
        "unknown": (),
        "rows": (row(),),
        "applications": (card(),),
        "findings": (),
        "pending": (),
    }
    return Report(**fields | changes)


def everything() -> Report:
    """Five applications: one as declared, four with findings."""
    finding = Problem(
        "stacks/applications/fleet-view.yaml",
        5,
        ("callbacks", 0),
        "the address is at a host that has no DNS record",
        "whoever registers the host receives authorization codes",
        "ask the partner, or remove the address",
        "warning",
        rule="TP-CREATE-19",
    )
    shared = Problem(
        "tenant",
        0,
        ("settings",),
        "open dynamic registration",
        "registered clients get the default permissions",
        "switch dynamic client registration off",
        rule="DCR-07",
    )
    rows = (
        row("order-portal", name="Acme Order Portal", scopes=("read:orders", "write:orders")),
        row(
            "order-portal",
            name="Acme Order Portal",
            api="catalog",
            audience="https://catalog.example.com",
            scopes=("read:products",),
            source="default",
            place="stacks/dev.yaml:14",
        ),
        row(
            "order-portal",
            name="Acme Order Portal",
            api="partners",
            audience="https://partners.example.com",
            subject_type="client",
            scopes=("read:reports",),
            blocked="the API requires mTLS",
        ),
        row("fleet-view", name="Fleet View", status="differs"),
        row("night-batch", name="Night Batch", subject_type="client", status="missing"),
        row(
            "tpc_kXgwc3lqWq9OQJLQkEUrVbYd",
            name="Untitled 2",
            scopes=(),
            all_scopes=True,
            place="grant cgr_Kq81ZkQmHdWAsVdT",
            status="unmanaged",
        ),
        row("שותף", name="שותף - אקמה", status="unknown"),
    )
    keys = (Credential("2026-q3", "2026-07-01T09:00:00Z"), Credential("2026-q4", ""))
    applications = (
        card("order-portal", name="Acme Order Portal", owner="Acme Logistics", keys=keys),
        card("fleet-view", name="Fleet View", kind="single-page app", findings=(finding,)),
        card("night-batch", name="Night Batch", client_id="", callbacks=(), connections=()),
        card(
            "",
            name="Untitled 2",
            client_id="tpc_kXgwc3lqWq9OQJLQkEUrVbYd",
            owner="",
            contact="",
            security_mode="permissive",
            findings=(replace(shared, what="it may use the implicit flow", file="client"),),
        ),
        card("שותף", name="שותף - אקמה", origins=("https://app.example",)),
    )
    pending = (
        change("default-gained", "", "all third-party applications: catalog (user access)"),
        change("redirect-host-new", "fleet-view", "redirects to fleet.contoso.example"),
        change("scope-gained-user", "order-portal", "orders (user access): gains write:orders"),
        change("origin-lost", "order-portal", "https://old.acme.example", ("a", "b")),
    )
    return report(
        rows=rows,
        applications=applications,
        findings=(shared,),
        pending=pending,
        unknown=(Unknown("organizations", "read:organizations"),),
    )


def hostile() -> Report:
    """Every text of a tenant or a file is one of `HOSTILE`."""
    rows, cards = [], []
    for text in HOSTILE:
        problem = Problem(text, 1, (text,), text, text, text, rule="FILE-06")
        rows.append(
            row(
                text,
                name=text,
                api=text,
                audience=text,
                subject_type=text,
                scopes=(text,),
                source=text,
                place=text,
                blocked=text,
                status=text,
            )
        )
        cards.append(
            Card(
                *(text,) * 8,
                keys=(Credential(text, text),),
                callbacks=(text,),
                origins=(text,),
                connections=(text,),
                organizations=(text,),
                findings=(problem,),
            )
        )
    text = HOSTILE[0]
    return report(
        environment=text,
        tenant=HOSTILE[2],
        rows=tuple(rows),
        applications=tuple(cards),
        unknown=tuple(Unknown(one, one) for one in HOSTILE),
        findings=tuple(Problem(one, 0, (one,), one, rule="FILE-06") for one in HOSTILE),
        pending=tuple(change("scope-gained-user", one, one) for one in HOSTILE),
    )


def many(size: int) -> Report:
    """`size` applications, three rows each; every tenth with a finding, every twentieth blocked."""
    what, rule = "look at this", "FILE-06"
    problem = Problem("stacks/dev.yaml", 3, (), what, severity="warning", rule=rule)
    rows, cards = [], []
    for number in range(size):
        key = f"partner-{number}"
        blocked = "not enabled" if number % 20 == 0 else ""
        scopes = ("read:orders", "write:orders")
        rows += [
            row(key, scopes=scopes, blocked=blocked),
            row(key, api="catalog", audience="https://catalog.example.com", source="default"),
            row(key, api="billing", audience="https://billing.example.com", subject_type="client"),
        ]
        cards.append(card(key, findings=(problem,) if number % 10 == 0 else ()))
    return report(rows=tuple(rows), applications=tuple(cards))
