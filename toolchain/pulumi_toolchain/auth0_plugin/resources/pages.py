"""Pages: the classic login page belongs to the global client, others to the tenant's settings."""

from ..fields import Field, Kind, block, field, many
from ..resource import Job, Resource, by_description
from ..tenant import query
from ..values import Props
from .tenant_settings import IDS, tenant_settings

_NEEDED = Field("", Kind.TEXT, required=True)
_PAGE = (field("enabled", Kind.FLAG, required=True), *many(Kind.TEXT, "html", _NEEDED))
_TENANT_PAGES = (
    block("changePassword", *_PAGE, computed=True),
    block("guardianMfa", *_PAGE, wire="guardian_mfa_page", computed=True),
    block(
        "error",
        field("showLogLink", Kind.FLAG, required=True),
        *many(Kind.TEXT, "html url"),
        wire="error_page",
        computed=True,
    ),
)
FIELDS = (block("login", *_PAGE, computed=True), *_TENANT_PAGES)


def _global_client(job: Job) -> str:
    asked = query(
        fields="client_id",
        include_fields="true",
        include_totals="true",
        is_global="true",
        per_page="50",
    )
    return str(job.call("GET", f"/clients{asked}")["clients"][0]["client_id"])


def _update(job: Job) -> None:
    login = job.config.get("login")
    if login is not None and (job.prior is None or job.changed("login")):
        body = {"custom_login_page_on": login["enabled"], "custom_login_page": login["html"]}
        job.call("PATCH", f"/clients/{_global_client(job)}", body)
    others = job.declared(_TENANT_PAGES)
    if others:
        job.call("PATCH", "/tenants/settings", others)


def _create(job: Job) -> None:
    _update(job)
    job.id = IDS.next()


def _read(job: Job) -> Props:
    client: Props = job.call("GET", f"/clients/{_global_client(job)}")
    return {**tenant_settings(job), "_client": client}


def _outputs(job: Job, answer: Props) -> Props:
    client = answer["_client"]
    page = {"enabled": False, "html": ""}
    found = by_description(job, answer)
    return {
        "changePassword": found["changePassword"] or page,
        "guardianMfa": found["guardianMfa"] or page,
        "error": found["error"],
        "login": {
            "enabled": client.get("custom_login_page_on", False),
            "html": client.get("custom_login_page", ""),
        },
    }


def _delete(job: Job) -> None:
    job.call("PATCH", f"/clients/{_global_client(job)}", {"custom_login_page_on": False})
    reset = {
        "change_password": {"enabled": False},
        "guardian_mfa_page": {"enabled": False},
        "error_page": {"html": "", "show_log_link": False, "url": ""},
    }
    job.call("PATCH", "/tenants/settings", reset)


PAGES = Resource(
    token="auth0:index/pages:Pages",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    outputs=_outputs,
)
