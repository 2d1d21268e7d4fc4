"""The permissions of an API: all of them as one resource, or a single one beside others."""

from collections.abc import Callable

from ..errors import PluginError
from ..fields import Kind, blocks, field
from ..resource import Job, Resource
from ..values import Props
from .resource_server import escaped

Scopes = list[Props]

ALL_FIELDS = (
    field("resourceServerIdentifier", Kind.TEXT, required=True, replace=True),
    blocks(
        "scopes",
        field("name", Kind.TEXT, wire="value", required=True),
        field("description", Kind.TEXT),
        required=True,
    ),
)
ONE_FIELDS = (
    field("resourceServerIdentifier", Kind.TEXT, required=True, replace=True),
    field("scope", Kind.TEXT, required=True, replace=True),
    field("description", Kind.TEXT),
)


def _path(job: Job) -> str:
    return f"/resource-servers/{escaped(job.id.split('::', 1)[0])}"


def _server(job: Job) -> Props:
    answer: Props = job.call("GET", _path(job))
    return answer


def _patch(job: Job, scopes: Scopes) -> None:
    job.call("PATCH", _path(job), {"scopes": scopes})


def _declared(job: Job) -> Scopes:
    scopes: Scopes = job.declared(ALL_FIELDS[1:])["scopes"]
    return scopes


def _create_all(job: Job) -> None:
    identifier = str(job.config["resourceServerIdentifier"])
    probe = Job(job.resource, job.tenant, job.name, job.config, id=identifier)
    found = _server(probe).get("scopes") or []
    if found and _by_value(found) != _by_value(_declared(job)):
        names = "".join(f"\n  {each['value']}" for each in found)
        raise PluginError(
            "Resource Server with non empty scopes:   []management.ResourceServerScope{"
            f"{names}\n}}\n\nThe resource server already has these scopes: import them, or remove "
            "them first."
        )
    job.id = identifier
    _patch(job, _declared(job))


def _by_value(scopes: Scopes) -> dict[str, str]:
    return {str(each["value"]): str(each.get("description") or "") for each in scopes}


def _all_outputs(_job: Job, answer: Props) -> Props:
    scopes = [
        {"name": each["value"], "description": each.get("description", "")}
        for each in answer.get("scopes") or []
    ]
    return {"resourceServerIdentifier": answer["identifier"], "scopes": scopes}


def _own(job: Job) -> str:
    return job.id.split("::", 1)[1]


def _change_one(job: Job, edit: Callable[[Scopes], Scopes]) -> None:
    found: Scopes = _server(job).get("scopes") or []
    edited = edit(found)
    if edited != found:
        _patch(job, edited)


def _wanted(job: Job) -> Props:
    wanted = {"value": str(job.config["scope"])}
    if job.config.get("description") is not None:
        wanted["description"] = job.config["description"]
    return wanted


def _create_one(job: Job) -> None:
    job.id = f"{job.config['resourceServerIdentifier']}::{job.config['scope']}"
    own = _own(job)

    def appended(found: Scopes) -> Scopes:
        there = any(each["value"] == own for each in found)
        return found if there else [*found, _wanted(job)]

    _change_one(job, appended)


def _update_one(job: Job) -> None:
    own = _own(job)
    _change_one(job, lambda found: [_wanted(job) if e["value"] == own else e for e in found])


def _delete_one(job: Job) -> None:
    own = _own(job)
    _change_one(job, lambda found: [each for each in found if each["value"] != own])


def _read_one(job: Job) -> Props | None:
    server = _server(job)
    found = [each for each in server.get("scopes") or [] if each["value"] == _own(job)]
    return {**found[0], "identifier": server["identifier"]} if found else None


def _one_outputs(_job: Job, answer: Props) -> Props:
    return {
        "resourceServerIdentifier": answer["identifier"],
        "scope": answer["value"],
        "description": answer.get("description", ""),
    }


RESOURCE_SERVER_SCOPES = Resource(
    token="auth0:index/resourceServerScopes:ResourceServerScopes",
    fields=ALL_FIELDS,
    create=_create_all,
    read=_server,
    update=lambda job: _patch(job, _declared(job)),
    delete=lambda job: _patch(job, []),
    outputs=_all_outputs,
)
RESOURCE_SERVER_SCOPE = Resource(
    token="auth0:index/resourceServerScope:ResourceServerScope",
    fields=ONE_FIELDS,
    create=_create_one,
    read=_read_one,
    update=_update_one,
    delete=_delete_one,
    outputs=_one_outputs,
)
