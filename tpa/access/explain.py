"""Why an application may, or may not, call an API: the same decisions, told in sentences."""

from collections.abc import Iterator, Sequence

from auth0_third_party.model.access import admits
from tpa.access.authorization_checks import AuthorizationCheck
from tpa.access.effective import flows_of
from tpa.access.rows import ALL, Row
from tpa.files.sources import APIS_FILE
from tpa.tenant.view import EnvironmentView

TITLES = {"user": "For its users", "client": "As itself"}
SOURCES = {
    "application": "A grant of its own says so",
    "default": "The default permission of every third party says so",
    "api_policy": "The API's own policy says so: it admits permissive applications without a grant",
}
CHANGES = {
    "source": "it is granted in another way",
    "authorization_details_types": "its authorization details are others",
    "organization_usage": "it is good in other organizations",
}


def story(
    view: EnvironmentView, rows: Sequence[Row], application: str, api: str
) -> tuple[str, ...]:
    """Paragraphs about one application (its key, or its client id) and one API (its key, or its
    audience).
    """
    own = [row for row in rows if application in (row.application, row.client_id)]
    here = {row.subject_type: row for row in own if api in (row.api, row.audience)}
    lines: list[str] = []
    for subject in ("user", "client"):
        row = here.get(subject)
        told = _told(view, row) if row else (_nothing(view, application, api, subject),)
        lines += told
    return tuple(lines)


def _told(view: EnvironmentView, row: Row) -> Iterator[str]:
    scopes = f"{ALL}, future ones too" if row.all_scopes else " ".join(row.scopes) or "no scope"
    yield f"{TITLES[row.subject_type]}: {_verdict(row)} {scopes}."
    yield f"  - {SOURCES[row.source]} ({row.granted_by})."
    yield from _shadowed(view, row)
    for gate in row.gates:
        yield f"  - {_gate(gate)}"
    yield from _standing(view, row)


def _verdict(row: Row) -> str:
    if row.status == "unknown":
        return "the files grant it, what the tenant has is unknown:"
    if row.status == "missing":
        return "the files grant it, the tenant does not have it:"
    if row.usable is None:
        return "granted, not everything on the way is known:"
    return "it may call it with" if row.usable else "it can't call it, though granted"


def _shadowed(view: EnvironmentView, row: Row) -> Iterator[str]:
    """CG-06: an own grant replaces the default, it does not add to it."""
    if row.source != "application":
        return
    for index, default in enumerate(view.catalog.default_permissions):
        if (default.audience, default.subject_type) == (row.audience, row.subject_type):
            place = view.catalog.line(APIS_FILE, "default_permissions", index)
            gives = ALL if default.allow_all_scopes else " ".join(default.scopes)
            yield (
                f"  - It replaces the default permission ({place}), which gives {gives}; the two"
                " never add up."
            )


def _gate(gate: AuthorizationCheck) -> str:
    state = {True: "", False: "CLOSED: ", None: "UNKNOWN: "}[gate.open]
    what = gate.what.removeprefix("unknown: ")
    return f"{state}{what[0].upper()}{what[1:]} ({gate.place})."


def _standing(view: EnvironmentView, row: Row) -> Iterator[str]:
    if row.status == "differs":
        changes = (("gains", row.gained), ("lacks", row.lost))
        words = [f"it {verb} {', '.join(scopes)}" for verb, scopes in changes if scopes]
        words += [CHANGES[name] for name in row.changed]
        yield f"  - The tenant differs from the files: {', '.join(words)}."
    elif row.status == "missing":
        yield "  - The files say so, and the tenant does not have it."
    elif row.status == "unknown":
        lacks = "; ".join(map(str, view.unknown))
        yield f"  - Nobody could compare it with the tenant. Unknown: {lacks}."
    elif row.status == "outside" and row.client_id in {
        c.id for c in view.pending_deletion.values()
    }:
        yield "  - No file says so any more; the next update takes the application away."
    elif row.status == "outside" and row.source == "api_policy":
        yield "  - No file says so: the policy of an API is set in the tenant alone."
    elif row.status == "outside":
        yield "  - No file says so: somebody made it outside."


def _nothing(view: EnvironmentView, application: str, api: str, subject: str) -> str:
    """Why there is no row, or that nobody knows."""
    title = TITLES[subject]
    if view.snapshot is not None and not view.comparable:
        lacks = "; ".join(map(str, view.unknown))
        return f"{title}: no file grants {api}; what the tenant has is unknown: {lacks}."
    needed = "authorization_code" if subject == "user" else "client_credentials"
    flows, strict = _able(view, application)
    if flows is not None and not admits(flows, subject, strict=strict):
        return f"{title}: it may not call {api}; it does not have the grant type {needed}."
    if strict or subject == "client":
        return (
            f"{title}: it may not call {api}; nothing grants it, and a third party needs a grant"
            " for every API and subject type."
        )
    if view.snapshot is None:
        why = "a permissive application needs none where the API's policy admits all (see --live)"
        return f"{title}: unknown whether it may call {api}; no grant is stated, and {why}."
    if "APIs" in view.unknown_reasons:
        why = f"the API's policy for users is unknown, {view.unknown_reasons['APIs']}"
        return f"{title}: unknown whether it may call {api}; nothing grants it, and {why}."
    return f"{title}: it may not call {api}; nothing grants it, and its policy does not admit all."


def _able(view: EnvironmentView, application: str) -> tuple[tuple[str, ...] | None, bool]:
    """Grant types, and whether it is strict: the live client's, else the file's."""
    live = view.managed.get(application)
    found = (
        client for client in (*view.managed.values(), *view.unmanaged) if client.id == application
    )
    client = live or next(found, None)
    if client is not None:
        return flows_of(client), client.mode == "strict"
    user = view.declared[application]
    return user.flows(user.subject_types), user.strict
