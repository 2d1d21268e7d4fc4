"""ClientGrant: what one client, or every third-party client by default, may ask of one API.

As in the official plugin, with its hazard: a create that finds an existing grant takes it with its
scopes as they are, and only the next update removes the surplus ones.
"""

from collections.abc import Sequence

from ..fields import Field, Kind, field, many
from ..resource import Job, Resource
from ..tenant import query
from ..values import Props

_KEY = Field("", Kind.TEXT, replace=True)

FIELDS = (
    field("audience", Kind.TEXT, required=True, replace=True),
    *many(Kind.TEXT, "clientId defaultFor", _KEY),
    field("subjectType", Kind.TEXT, replace=True, computed=True, choices=("client", "user")),
    field("scopes", Kind.LIST, wire="scope"),
    field("allowAllScopes", Kind.FLAG),
    field("allowAnyOrganization", Kind.FLAG),
    field("organizationUsage", Kind.TEXT, choices=("deny", "allow", "require")),
    field("authorizationDetailsTypes", Kind.LIST),
    field("isSystem", Kind.FLAG, settable=False, computed=True),
)


def _problems(job: Job) -> Sequence[str]:
    scopes, everything = job.config.get("scopes"), job.config.get("allowAllScopes")
    if scopes is not None and everything is True:
        return ("`scopes` cannot be provided when `allow_all_scopes` is set to `true`",)
    if scopes is None and everything in (None, False):
        return ("either `scopes` must be provided or `allow_all_scopes` must be set to `true`",)
    return ()


def _existing(job: Job) -> str | None:
    """The id of a grant with the same key; only the first page of the list is searched."""
    wanted = job.config.get("subjectType") or "client"
    page = job.call(
        "GET",
        "/client-grants"
        + query(
            audience=job.config["audience"],
            client_id=job.config["clientId"],
            include_totals="true",
            per_page="50",
        ),
    )
    for grant in page["client_grants"]:
        if (grant.get("subject_type") or "client") == wanted:
            return str(grant["id"])
    return None


def _create(job: Job) -> None:
    found = _existing(job) if job.config.get("clientId") else None
    job.id = found or job.call("POST", "/client-grants", job.declared())["id"]


def _read(job: Job) -> Props:
    answer: Props = job.call("GET", f"/client-grants/{job.id}")
    return answer


def _update(job: Job) -> None:
    path = f"/client-grants/{job.id}"
    body = job.only_changed()
    if (job.prior or {}).get("allowAllScopes") and not job.planned.get("allowAllScopes"):
        # The API refuses scopes as long as all of them are allowed.
        job.call("PATCH", path, {"allow_all_scopes": False, "scope": []})
        body.pop("allow_all_scopes", None)
    if body:
        job.call("PATCH", path, body)


def _delete(job: Job) -> None:
    job.call("DELETE", f"/client-grants/{job.id}")


CLIENT_GRANT = Resource(
    token="auth0:index/clientGrant:ClientGrant",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    problems=_problems,
    conflicts=(("defaultFor", "clientId"), ("clientId", "defaultFor")),
)
