"""Why an application may, or may not, call an API: the same decisions, told in sentences."""

from collections.abc import Iterator, Sequence

from catalog.sources import APIS_FILE
from survey.access import ALL, Row
from survey.gates import Gate
from survey.view import View

TITLES = {"user": "For its users", "client": "As itself"}
SOURCES = {
    "application": "A grant of its own says so",
    "default": "The default permission of every third party says so",
    "api_policy": "The API's own policy says so: it admits permissive applications without a grant",
}


def story(view: View, rows: Sequence[Row], application: str, api: str) -> tuple[str, ...]:
    """Paragraphs about one application and one API (its key, or its audience)."""
    own = [row for row in rows if row.application == application]
    here = {row.subject_type: row for row in own if api in (row.api, row.audience)}
    lines: list[str] = []
    for subject in ("user", "client"):
        row = here.get(subject)
        lines += _told(view, row) if row else _nothing(view, application, api, subject)
    return tuple(lines)


def _told(view: View, row: Row) -> Iterator[str]:
    scopes = f"{ALL}, future ones too" if row.all_scopes else " ".join(row.scopes) or "no scope"
    verdict = {True: "it may call it with", False: "it can't call it, though granted"}
    head = verdict.get(bool(row.usable), "") if row.usable is not None else "granted, not all seen:"
    yield f"{TITLES[row.subject_type]}: {head} {scopes}."
    yield f"  - {SOURCES[row.source]} ({_place(row)})."
    yield from _shadowed(view, row)
    for gate in row.gates:
        yield f"  - {_gate(gate)}"
    yield from _standing(row)


def _place(row: Row) -> str:
    """Where the grant stands; `decided_by` may be a gate by now."""
    if row.decided_by.by in ("grant", "default", "api_policy") and row.decided_by.place:
        return row.decided_by.place
    return f"{row.api}, {row.subject_type}"


def _shadowed(view: View, row: Row) -> Iterator[str]:
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


def _gate(gate: Gate) -> str:
    state = {True: "", False: "CLOSED: ", None: "UNKNOWN: "}[gate.open]
    sentence = f"{gate.what[0].upper()}{gate.what[1:]}"
    return f"{state}{sentence} ({gate.place})."


def _standing(row: Row) -> Iterator[str]:
    if row.status == "differs":
        changes = (("gains", row.gained), ("lacks", row.lost))
        words = [f"{verb} {', '.join(scopes)}" for verb, scopes in changes if scopes]
        yield f"  - The tenant differs from the files: it {' and '.join(words)}."
    elif row.status == "missing":
        yield "  - The files say so, and the tenant does not have it yet."
    elif row.status == "outside":
        yield "  - No file says so: somebody made it outside."


def _nothing(view: View, application: str, api: str, subject: str) -> Iterator[str]:
    what = "nothing grants it"
    user = view.users.get(application)
    needed = "authorization_code" if subject == "user" else "client_credentials"
    if user is not None and needed not in user.flows(user.subject_types):
        what = f"it does not have the grant type {needed}"
    yield (
        f"{TITLES[subject]}: it may not call {api}; {what}, and a third party needs a grant for"
        " every API and subject type."
    )
