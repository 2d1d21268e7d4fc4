"""Organization, the client grants that may be used with it, and its connections.

Connections come in two ways: one as a resource, or all of an organization as one.
"""

from ..fields import Field, Kind, Send, block, blocks, body_of, field, many
from ..resource import Job, Resource, by_description
from ..tenant import Sdk, query
from ..values import Props
from .client import TOKEN_QUOTA

FIELDS = (
    field("name", Kind.TEXT, required=True),
    field("displayName", Kind.TEXT),
    field("thirdPartyClientAccess", Kind.TEXT, computed=True),
    field("metadata", Kind.MAP, send=Send.CHANGED),
    block(
        "branding",
        field("logoUrl", Kind.TEXT),
        field("colors", Kind.MAP),
        computed=True,
    ),
    TOKEN_QUOTA,
)
_KEY = Field("", Kind.TEXT, required=True, replace=True)
GRANT_FIELDS = many(Kind.TEXT, "organizationId grantId", _KEY)
_ON = Field("", Kind.FLAG, computed=True)
_FOUND = Field("", Kind.TEXT, computed=True, settable=False)
_ACCESS = field("organizationAccessLevel", Kind.TEXT, computed=True)
_SWITCHES = (
    *many(Kind.FLAG, "assignMembershipOnLogin isSignupEnabled showAsButton", _ON),
    field("isEnabled", Kind.FLAG, default=True),
    _ACCESS,
)
CONNECTION_FIELDS = (
    field("organizationId", Kind.TEXT, required=True, send=Send.NEVER),
    field("connectionId", Kind.TEXT, required=True, send=Send.CREATE),
    *_SWITCHES,
    *many(Kind.TEXT, "name strategy organizationConnectionName", _FOUND),
)
ITEM = (
    field("connectionId", Kind.TEXT, required=True),
    *many(Kind.FLAG, "assignMembershipOnLogin isSignupEnabled"),
    *many(Kind.FLAG, "isEnabled showAsButton", Field("", Kind.FLAG, default=True)),
    _ACCESS,
    field("organizationConnectionName", Kind.TEXT),
)
CONNECTIONS_FIELDS = (
    field("organizationId", Kind.TEXT, required=True, replace=True),
    blocks("enabledConnections", *ITEM, required=True),
)


def _create(job: Job) -> None:
    job.id = job.call("POST", "/organizations", job.declared())["id"]


def _read(job: Job) -> Props:
    answer: Props = job.call("GET", f"/organizations/{job.id}")
    return answer


def _update(job: Job) -> None:
    path = f"/organizations/{job.id}"
    job.call("PATCH", path, job.declared())
    nulls = job.removed()
    if nulls:
        job.call("PATCH", path, nulls)


def _delete(job: Job) -> None:
    job.call("DELETE", f"/organizations/{job.id}")


def _grant_path(job: Job) -> tuple[str, str]:
    organization, grant = job.id.split("::", 1)
    return f"/organizations/{organization}/client-grants", grant


def _create_grant(job: Job) -> None:
    organization, grant = job.config["organizationId"], job.config["grantId"]
    job.call("POST", f"/organizations/{organization}/client-grants", {"grant_id": grant})
    job.id = f"{organization}::{grant}"


def _read_grant(job: Job) -> Props | None:
    """Only the first page is read: a grant on a later one counts as gone."""
    path, grant = _grant_path(job)
    page = job.call("GET", path + query(include_totals="true", per_page="50"))
    there = any(each["id"] == grant for each in page["client_grants"])
    return {"organization_id": job.id.split("::", 1)[0], "grant_id": grant} if there else None


def _delete_grant(job: Job) -> None:
    path, grant = _grant_path(job)
    job.call("DELETE", f"{path}/{grant}")


def _connections_path(organization: str, connection: str = "") -> str:
    return f"/organizations/{organization}/connections" + (f"/{connection}" if connection else "")


def _create_connection(job: Job) -> None:
    organization, connection = job.config["organizationId"], job.config["connectionId"]
    job.call("POST", _connections_path(organization), job.declared())
    job.id = f"{organization}::{connection}"


def _read_connection(job: Job) -> Props:
    organization, connection = job.id.split("::", 1)
    answer: Props = job.call("GET", _connections_path(organization, connection))
    return {**answer, "organization_id": organization, "connection_id": connection}


def _update_connection(job: Job) -> None:
    """Uses the declared ids, even if the object has the old ones."""
    path = _connections_path(job.config["organizationId"], job.config["connectionId"])
    job.call("PATCH", path, job.declared())


def _delete_connection(job: Job) -> None:
    job.call("DELETE", _connections_path(*job.id.split("::", 1)))


def _connection_outputs(job: Job, answer: Props) -> Props:
    connection = answer.get("connection") or {}
    found = by_description(job, answer)
    return {**found, "name": connection.get("name", ""), "strategy": connection.get("strategy", "")}


def enabled_connections(job: Job) -> list[Props]:
    """All pages and one more: Auth0's second SDK stops at an empty page."""
    found: list[Props] = []
    number = 0
    while True:
        asked = query(include_totals="true", is_enabled="true", page=str(number), per_page="50")
        page: list[Props] = job.call("GET", _connections_path(job.id) + asked)["connections"]
        found += page
        number += 1
        if not page and number > 1:
            return found


def _items(bag: Props | None) -> dict[str, Props]:
    return {str(each["connectionId"]): each for each in (bag or {}).get("enabledConnections") or []}


def _item_body(item: Props) -> Props:
    return body_of(ITEM, item, new=True)


def _create_connections(job: Job) -> None:
    organization = str(job.config["organizationId"])
    enabled_connections(Job(job.resource, job.tenant, job.name, job.config, id=organization))
    job.id = organization
    for item in _items(job.config).values():
        job.call("POST", _connections_path(job.id), _item_body(item))


def _update_connections(job: Job) -> None:
    before, after = _items(job.prior), _items(job.config)
    planned = _items(job.planned)
    for connection in before.keys() - after.keys():
        job.call("DELETE", _connections_path(job.id, connection))
    for connection, item in after.items():
        body = _item_body(item)
        if connection not in before:
            job.call("POST", _connections_path(job.id), body)
        elif any(
            before[connection].get(key) != value
            for key, value in planned[connection].items()
            if key in item
        ):
            body.pop("connection_id")
            job.call("PATCH", _connections_path(job.id, connection), body)


def _read_connections(job: Job) -> Props:
    return {"organization_id": job.id, "enabled_connections": enabled_connections(job)}


def _delete_connections(job: Job) -> None:
    for connection in _items(job.prior):
        job.call("DELETE", _connections_path(job.id, connection))


ORGANIZATION = Resource(
    token="auth0:index/organization:Organization",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    autonamed=True,
)
ORGANIZATION_CLIENT_GRANT = Resource(
    token="auth0:index/organizationClientGrant:OrganizationClientGrant",
    fields=GRANT_FIELDS,
    create=_create_grant,
    read=_read_grant,
    delete=_delete_grant,
)
ORGANIZATION_CONNECTION = Resource(
    token="auth0:index/organizationConnection:OrganizationConnection",
    fields=CONNECTION_FIELDS,
    create=_create_connection,
    read=_read_connection,
    update=_update_connection,
    delete=_delete_connection,
    outputs=_connection_outputs,
    sdk=Sdk.SECOND,
)
ORGANIZATION_CONNECTIONS = Resource(
    token="auth0:index/organizationConnections:OrganizationConnections",
    fields=CONNECTIONS_FIELDS,
    create=_create_connections,
    read=_read_connections,
    update=_update_connections,
    delete=_delete_connections,
    sdk=Sdk.SECOND,
)
