"""Why an application may, or may not, call an API: the decisions of its rows, in sentences."""

from collections.abc import Iterator, Sequence

from auth0_third_party.model.access import admits
from auth0_third_party.model.text import access_name
from auth0_third_party.rules import SUBJECT_TYPES, required_grant_type
from tpa.access.authorization_checks import MODES, AuthorizationCheck
from tpa.access.effective import AccessRow
from tpa.comparison.facts import EVERY_SCOPE
from tpa.files.layout import APIS_FILE
from tpa.tenant.objects import target_of
from tpa.tenant.token_settings import live_holder
from tpa.tenant.view import EnvironmentView

SOURCES = {
    "application": "Granted by a grant of its own",
    "default": "Granted by the default permission of all third parties",
    "api_policy": "The API's own policy admits permissive applications without a grant",
}
CHANGES = {
    "source": "it is granted in another way",
    "authorization_details_types": "its authorization details differ",
    "organization_usage": "it is usable in other organizations",
}


def explain(
    view: EnvironmentView, rows: Sequence[AccessRow], application: str, api: str
) -> tuple[str, ...]:
    """Lines about one application (its key, or its client id) and one API (its key, or its
    audience): user access first, then client access, then what the tenant has besides.
    """
    own = [row for row in rows if application in (row.application, row.client_id)]
    here: dict[str, AccessRow] = {
        row.subject_type: row for row in own if api in (row.api, row.audience)
    }
    lines: list[str] = []
    for subject_type in dict.fromkeys((*SUBJECT_TYPES, *here)):
        row = here.get(subject_type)
        lines += _explained(view, row) if row else (_no_row(view, application, api, subject_type),)
    return tuple(lines)


def _explained(view: EnvironmentView, row: AccessRow) -> Iterator[str]:
    yield f"{_title(row.subject_type)}: {_verdict(row)} {row.scopes_text}."
    yield f"  - {SOURCES[row.source]} ({row.granted_by})."
    yield from _replaced_default(view, row)
    for check in row.checks:
        yield f"  - {_result(check)}"
    yield from _comparison(view, row)


def _title(subject_type: str) -> str:
    """`User access`; what is not known as it is."""
    title = access_name(subject_type)
    return title.capitalize() if subject_type in SUBJECT_TYPES else title


def _verdict(row: AccessRow) -> str:
    if row.status == "unknown":
        return "the files grant it, what the tenant has is unknown:"
    if row.status == "missing":
        return "the files grant it, the tenant does not have it:"
    if row.usable is None:
        return "granted, but whether it is usable is unknown:"
    return "it may call it with" if row.usable else "granted, but not usable:"


def _replaced_default(view: EnvironmentView, row: AccessRow) -> Iterator[str]:
    """CG-06: an own grant replaces the default permission, it does not add to it."""
    if row.source != "application":
        return
    for index, default in enumerate(view.catalog.default_permissions):
        if target_of(default) == target_of(row):
            line = view.catalog.line(APIS_FILE, "default_permissions", index)
            scopes = EVERY_SCOPE if default.allow_all_scopes else " ".join(default.scopes)
            yield (
                f"  - It replaces the default permission ({line}), which gives {scopes}; the two"
                " never add up."
            )


def _result(check: AuthorizationCheck) -> str:
    result = {True: "", False: "DENIED: ", None: "UNKNOWN: "}[check.passed]
    return f"{result}{check.what[0].upper()}{check.what[1:]} ({check.place})."


def _comparison(view: EnvironmentView, row: AccessRow) -> Iterator[str]:
    pending_deletion = {client.id for client in view.pending_deletion.values()}
    if row.status == "differs":
        changes = (("gains", row.gained), ("lacks", row.lost))
        texts = [f"it {verb} {', '.join(scopes)}" for verb, scopes in changes if scopes]
        texts += [CHANGES[name] for name in row.changed]
        yield f"  - The tenant differs from the files: {', '.join(texts)}."
    elif row.status == "missing":
        yield "  - The files declare it, and the tenant does not have it."
    elif row.status == "unknown":
        yield f"  - It could not be compared with the tenant. Unknown: {_unknown(view)}."
    elif row.status == "registered":
        yield "  - It registered itself, as the files allow; it has the default permissions."
    elif row.status == "unmanaged" and row.client_id in pending_deletion:
        yield "  - It is no longer in the files; the next update deletes the application."
    elif row.status == "unmanaged" and row.source == "api_policy":
        yield "  - It is in no file: the policy of an API is set in the tenant."
    elif row.status == "unmanaged":
        yield "  - It is in no file: it was created outside Pulumi."


def _unknown(view: EnvironmentView) -> str:
    return "; ".join(map(str, view.unknown))


def _no_row(view: EnvironmentView, application: str, api: str, subject_type: str) -> str:
    """Why there is no row, or why that is unknown."""
    title = _title(subject_type)
    if view.snapshot is not None and not view.comparable:
        lacks = _unknown(view)
        return f"{title}: no file grants {api}; what the tenant has is unknown: {lacks}."
    grant_types, strict = _grant_types(view, application)
    if grant_types is not None and not admits(grant_types, subject_type, strict=strict is True):
        needed = required_grant_type(subject_type)
        return f"{title}: it may not call {api}; it does not have the grant type {needed}."
    if strict or subject_type == "client":
        return (
            f"{title}: it may not call {api}; there is no grant, and a third party needs one for"
            " each API and subject type."
        )
    why = _unknown_need(view, strict)
    if why:
        return f"{title}: unknown whether it may call {api}; {why}."
    return (
        f"{title}: it may not call {api}; there is no grant, and the API's policy does not admit"
        " all."
    )


def _unknown_need(view: EnvironmentView, strict: bool | None) -> str:
    """Why it is unknown whether an application needs the grant that it does not have."""
    if strict is None:
        return "there is no grant, and whether its security mode needs one is not known"
    if view.snapshot is None:
        why = "a permissive application needs none where the API's policy admits all (see --live)"
        return f"no file grants it, and {why}"
    if "APIs" in view.unknown_reasons:
        why = f"the API's policy for user access is unknown, {view.unknown_reasons['APIs']}"
        return f"there is no grant, and {why}"
    return ""


def _grant_types(
    view: EnvironmentView, application: str
) -> tuple[tuple[str, ...] | None, bool | None]:
    """Grant types, and whether it is strict, None where its mode is not known: the live client's,
    else the file's.
    """
    every = (*view.managed.values(), *view.unmanaged)
    by_id = next((client for client in every if client.id == application), None)
    client = view.managed.get(application) or by_id
    if client is not None:
        strict = client.mode == "strict" if client.mode in MODES else None
        return live_holder(client).grant_types, strict
    declared = view.declared[application]
    return declared.flows, declared.strict
