"""EmailTemplate: a create updates an existing one of its name; a delete only disables it."""

from ..errors import ApiError
from ..fields import Field, Kind, field, many
from ..resource import Job, Resource
from ..values import Props

FIELDS = (
    *many(Kind.TEXT, "template body from subject syntax", Field("", Kind.TEXT, required=True)),
    field("enabled", Kind.FLAG, required=True),
    field("resultUrl", Kind.TEXT, wire="resultUrl"),
    field("urlLifetimeInSeconds", Kind.NUMBER, wire="urlLifetimeInSeconds"),
    field("includeEmailInRedirect", Kind.FLAG, wire="includeEmailInRedirect", computed=True),
)


def _path(name: str) -> str:
    return f"/email-templates/{name}"


def _exists(job: Job, name: str) -> bool:
    try:
        job.call("GET", _path(name))
    except ApiError as error:
        if error.gone:
            return False
        raise
    return True


def _create(job: Job) -> None:
    name = str(job.config["template"])
    if _exists(job, name):
        job.call("PATCH", _path(name), job.declared())
    else:
        job.call("POST", "/email-templates", job.declared())
    job.id = name


def _read(job: Job) -> Props:
    answer: Props = job.call("GET", _path(job.id))
    return answer


def _update(job: Job) -> None:
    body = {"template": job.config["template"], **job.only_changed()}
    job.call("PATCH", _path(job.id), body)


def _delete(job: Job) -> None:
    job.call("PATCH", _path(job.id), {"template": job.id, "enabled": False})


EMAIL_TEMPLATE = Resource(
    token="auth0:index/emailTemplate:EmailTemplate",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
)
