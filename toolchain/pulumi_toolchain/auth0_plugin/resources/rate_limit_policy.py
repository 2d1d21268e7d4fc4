"""RateLimitPolicy: how many requests of which clients the tenant accepts."""

import re

from ..fields import Field, Kind, block, field, many
from ..resource import Job, Resource, by_description
from ..tenant import Sdk
from ..values import Props

FIELDS = (
    *many(
        Kind.TEXT,
        "resource consumer consumerSelector",
        Field("", Kind.TEXT, required=True, replace=True),
    ),
    block(
        "configuration",
        field("action", Kind.TEXT, required=True),
        field("limit", Kind.NUMBER),
        field("redirectUri", Kind.TEXT),
        required=True,
    ),
    *many(Kind.TEXT, "createdAt updatedAt", Field("", Kind.TEXT, computed=True, settable=False)),
)


def _create(job: Job) -> None:
    job.id = job.call("POST", "/rate-limit-policies", job.declared())["id"]


def _read(job: Job) -> Props:
    answer: Props = job.call("GET", f"/rate-limit-policies/{job.id}")
    return answer


def _outputs(job: Job, answer: Props) -> Props:
    """Times are kept to the second."""
    found = by_description(job, answer)
    times = {name: re.sub(r"\.\d+", "", str(found[name])) for name in ("createdAt", "updatedAt")}
    return {**found, **times}


def _update(job: Job) -> None:
    """Always sends `configuration`: null where it did not change, as after a failed create."""
    changed = job.changed("configuration")
    configuration = job.declared()["configuration"] if changed else None
    job.call("PATCH", f"/rate-limit-policies/{job.id}", {"configuration": configuration})


def _delete(job: Job) -> None:
    job.call("DELETE", f"/rate-limit-policies/{job.id}")


RATE_LIMIT_POLICY = Resource(
    token="auth0:index/rateLimitPolicy:RateLimitPolicy",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    outputs=_outputs,
    sdk=Sdk.SECOND,
)
