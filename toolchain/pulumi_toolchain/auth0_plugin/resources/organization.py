"""Organization, and the client grants that are open to it."""

from ..fields import Field, Kind, Send, block, field, many
from ..resource import Job, Resource
from ..tenant import query
from ..values import Props
from .client_fields import TOKEN_QUOTA

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


def _grants(job: Job) -> tuple[str, str]:
    organization, grant = job.id.split("::", 1)
    return f"/organizations/{organization}/client-grants", grant


def _create_grant(job: Job) -> None:
    organization, grant = job.config["organizationId"], job.config["grantId"]
    job.call("POST", f"/organizations/{organization}/client-grants", {"grant_id": grant})
    job.id = f"{organization}::{grant}"


def _read_grant(job: Job) -> Props | None:
    """Only the first page is looked at: a grant beyond it is taken for gone."""
    path, grant = _grants(job)
    page = job.call("GET", path + query(include_totals="true", per_page="50"))
    there = any(each["id"] == grant for each in page["client_grants"])
    return {"organization_id": job.id.split("::", 1)[0], "grant_id": grant} if there else None


def _delete_grant(job: Job) -> None:
    path, grant = _grants(job)
    job.call("DELETE", f"{path}/{grant}")


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
