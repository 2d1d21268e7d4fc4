"""Which clients may use a connection: all of them as one resource, or one beside others."""

from collections.abc import Iterable

from ..errors import PluginError
from ..fields import Field, Kind, field, many
from ..resource import Job, Resource
from ..tenant import query
from ..values import Props

_NAMES = many(Kind.TEXT, "name strategy", Field("", Kind.TEXT, computed=True, settable=False))
ALL_FIELDS = (
    field("connectionId", Kind.TEXT, required=True, replace=True),
    field("enabledClients", Kind.SET, required=True),
    *_NAMES,
)
ONE_FIELDS = (
    field("connectionId", Kind.TEXT, required=True, replace=True),
    field("clientId", Kind.TEXT, required=True, replace=True),
    *_NAMES,
)


def _connection(job: Job) -> str:
    return job.id.split("::", 1)[0]


def _switch(job: Job, connection: str, clients: Iterable[str], *, on: bool) -> None:
    body = [{"client_id": each, "status": on} for each in clients]
    if body:
        job.call("PATCH", f"/connections/{connection}/clients", body)


def enabled(job: Job, connection: str) -> list[str]:
    """All clients of a connection, page after page."""
    found: list[str] = []
    asked = ""
    while True:
        page = job.call("GET", f"/connections/{connection}/clients{asked}")
        found += [str(each["client_id"]) for each in page["clients"]]
        if not page.get("next"):
            return found
        asked = query(**{"from": str(page["next"])})


def _names(job: Job) -> Props:
    asked = query(fields="strategy,name", include_fields="true")
    answer: Props = job.call("GET", f"/connections/{_connection(job)}{asked}")
    return answer


def _create_all(job: Job) -> None:
    connection, wanted = str(job.config["connectionId"]), list(job.config["enabledClients"])
    found = enabled(job, connection)
    if found and set(found) != set(wanted):
        names = "".join(f"\n  {each}" for each in found)
        raise PluginError(
            f"Connection with non empty enabled clients: \xa0\xa0[]string{{{names}\n}}\n\n"
            "The connection already has these clients: import them, or remove them first."
        )
    job.id = connection
    _switch(job, connection, wanted, on=True)


def _update_all(job: Job) -> None:
    before = list((job.prior or {}).get("enabledClients") or [])
    after = list(job.config["enabledClients"])
    changes = [{"client_id": each, "status": True} for each in after if each not in before]
    changes += [{"client_id": each, "status": False} for each in before if each not in after]
    if changes:
        job.call("PATCH", f"/connections/{job.id}/clients", changes)


def _read_all(job: Job) -> Props | None:
    clients = enabled(job, job.id)
    return {**_names(job), "clients": clients} if clients else None


def _all_outputs(job: Job, answer: Props) -> Props:
    return {
        "connectionId": job.id,
        "enabledClients": answer["clients"],
        "name": answer["name"],
        "strategy": answer["strategy"],
    }


def _delete_all(job: Job) -> None:
    _switch(job, job.id, (job.prior or {}).get("enabledClients") or [], on=False)


def _create_one(job: Job) -> None:
    connection, client = str(job.config["connectionId"]), str(job.config["clientId"])
    _switch(job, connection, [client], on=True)
    job.id = f"{connection}::{client}"


def _read_one(job: Job) -> Props | None:
    there = job.id.split("::", 1)[1] in enabled(job, _connection(job))
    return _names(job) if there else None


def _one_outputs(job: Job, answer: Props) -> Props:
    connection, client = job.id.split("::", 1)
    return {
        "connectionId": connection,
        "clientId": client,
        "name": answer["name"],
        "strategy": answer["strategy"],
    }


def _delete_one(job: Job) -> None:
    _switch(job, _connection(job), [job.id.split("::", 1)[1]], on=False)


CONNECTION_CLIENTS = Resource(
    token="auth0:index/connectionClients:ConnectionClients",
    fields=ALL_FIELDS,
    create=_create_all,
    read=_read_all,
    update=_update_all,
    delete=_delete_all,
    outputs=_all_outputs,
    fails_when_gone=True,
)
CONNECTION_CLIENT = Resource(
    token="auth0:index/connectionClient:ConnectionClient",
    fields=ONE_FIELDS,
    create=_create_one,
    read=_read_one,
    delete=_delete_one,
    outputs=_one_outputs,
    fails_when_gone=True,
)
