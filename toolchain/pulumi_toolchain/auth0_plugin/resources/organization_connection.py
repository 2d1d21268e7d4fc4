"""The connections of an organization: one as a resource, or all of them as one."""

from ..fields import Field, Kind, Send, blocks, field, many
from ..resource import Job, Resource, by_description
from ..retries import Sdk
from ..tenant import query
from ..values import Props
from ..wire import body_of

_ON = Field("", Kind.FLAG, computed=True)
_FOUND = Field("", Kind.TEXT, computed=True, settable=False)
_ACCESS = field("organizationAccessLevel", Kind.TEXT, computed=True)
_SWITCHES = (
    *many(Kind.FLAG, "assignMembershipOnLogin isSignupEnabled showAsButton", _ON),
    field("isEnabled", Kind.FLAG, default=True),
    _ACCESS,
)
ONE_FIELDS = (
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
ALL_FIELDS = (
    field("organizationId", Kind.TEXT, required=True, replace=True),
    blocks("enabledConnections", *ITEM, required=True),
)


def _path(organization: str, connection: str = "") -> str:
    return f"/organizations/{organization}/connections" + (f"/{connection}" if connection else "")


def _create_one(job: Job) -> None:
    organization, connection = job.config["organizationId"], job.config["connectionId"]
    job.call("POST", _path(organization), job.declared())
    job.id = f"{organization}::{connection}"


def _read_one(job: Job) -> Props:
    organization, connection = job.id.split("::", 1)
    answer: Props = job.call("GET", _path(organization, connection))
    return {**answer, "organization_id": organization, "connection_id": connection}


def _update_one(job: Job) -> None:
    """Goes to the path of the declared ids, even if the object lives at the old ones."""
    path = _path(job.config["organizationId"], job.config["connectionId"])
    job.call("PATCH", path, job.declared())


def _delete_one(job: Job) -> None:
    job.call("DELETE", _path(*job.id.split("::", 1)))


def _one_outputs(job: Job, answer: Props) -> Props:
    connection = answer.get("connection") or {}
    found = by_description(job, answer)
    return {**found, "name": connection.get("name", ""), "strategy": connection.get("strategy", "")}


def enabled_connections(job: Job) -> list[Props]:
    """All pages and one more: the vendor's second SDK stops at an empty page."""
    found: list[Props] = []
    number = 0
    while True:
        asked = query(include_totals="true", is_enabled="true", page=str(number), per_page="50")
        page: list[Props] = job.call("GET", _path(job.id) + asked)["connections"]
        found += page
        number += 1
        if not page and number > 1:
            return found


def _items(bag: Props | None) -> dict[str, Props]:
    return {str(each["connectionId"]): each for each in (bag or {}).get("enabledConnections") or []}


def _item_body(item: Props) -> Props:
    return body_of(ITEM, item, new=True)


def _create_all(job: Job) -> None:
    organization = str(job.config["organizationId"])
    enabled_connections(Job(job.resource, job.tenant, job.name, job.config, id=organization))
    job.id = organization
    for item in _items(job.config).values():
        job.call("POST", _path(job.id), _item_body(item))


def _update_all(job: Job) -> None:
    before, after = _items(job.prior), _items(job.config)
    planned = _items(job.planned)
    for connection in before.keys() - after.keys():
        job.call("DELETE", _path(job.id, connection))
    for connection, item in after.items():
        body = _item_body(item)
        if connection not in before:
            job.call("POST", _path(job.id), body)
        elif any(
            before[connection].get(key) != value
            for key, value in planned[connection].items()
            if key in item
        ):
            body.pop("connection_id")
            job.call("PATCH", _path(job.id, connection), body)


def _read_all(job: Job) -> Props:
    return {"organization_id": job.id, "enabled_connections": enabled_connections(job)}


def _delete_all(job: Job) -> None:
    for connection in _items(job.prior):
        job.call("DELETE", _path(job.id, connection))


ORGANIZATION_CONNECTION = Resource(
    token="auth0:index/organizationConnection:OrganizationConnection",
    fields=ONE_FIELDS,
    create=_create_one,
    read=_read_one,
    update=_update_one,
    delete=_delete_one,
    outputs=_one_outputs,
    sdk=Sdk.SECOND,
)
ORGANIZATION_CONNECTIONS = Resource(
    token="auth0:index/organizationConnections:OrganizationConnections",
    fields=ALL_FIELDS,
    create=_create_all,
    read=_read_all,
    update=_update_all,
    delete=_delete_all,
    sdk=Sdk.SECOND,
)
