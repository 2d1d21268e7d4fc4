"""Connection, and the clients that may use it: all of them as one resource, or one each.

As in the official plugin, with its hazard: the API replaces `options` as a whole and an update
sends the declared ones only, so that undeclared ones are lost as soon as one is declared.
"""

import json
from collections.abc import Iterable

from ..errors import PluginError
from ..fields import Field, Kind, Send, block, field, many
from ..resource import Job, Resource, by_description
from ..tenant import query
from ..values import UNKNOWN, Props, Value, as_block
from .connection_options import OAUTH2, OAUTH2_NAMES, OFFERED, OIDC, OPTIONS, SECRET

_ENTERPRISE = ("google-apps", "oidc", "okta", "ad", "waad", "samlp", "adfs", "pingfederate")
_ACTIVE = field("active", Kind.FLAG, required=True)
_EXPLICIT_NULLS = ("discovery_url", "userinfo_endpoint", "token_endpoint")

FIELDS = (
    field("name", Kind.TEXT, required=True, replace=True, send=Send.CREATE),
    field("strategy", Kind.TEXT, required=True, replace=True, send=Send.CREATE),
    field("displayName", Kind.TEXT, computed=True),
    field("isDomainConnection", Kind.FLAG, computed=True),
    field("metadata", Kind.MAP),
    field("showAsButton", Kind.FLAG, stays_null=True),
    field("realms", Kind.LIST, computed=True, send=Send.CHANGED),
    block("authentication", _ACTIVE, computed=True, send=Send.CHANGED),
    block("connectedAccounts", _ACTIVE, computed=True, send=Send.CHANGED),
    block("options", *OPTIONS, computed=True),
)
_NAMES = many(Kind.TEXT, "name strategy", Field("", Kind.TEXT, computed=True, settable=False))
CLIENTS_FIELDS = (
    field("connectionId", Kind.TEXT, required=True, replace=True),
    field("enabledClients", Kind.SET, required=True),
    *_NAMES,
)
CLIENT_FIELDS = (
    field("connectionId", Kind.TEXT, required=True, replace=True),
    field("clientId", Kind.TEXT, required=True, replace=True),
    *_NAMES,
)


def _body(job: Job) -> Props:
    body = job.declared()
    strategy = job.config["strategy"]
    if strategy not in _ENTERPRISE:
        body.pop("show_as_button", None)
    declared = job.config.get("options")
    if declared:
        body["options"] = _options(job, strategy, body.get("options", {}))
    return body


def _options(job: Job, strategy: str, sent: Props) -> Props:
    """The declared options in the form of the strategy; scopes differ between strategies."""
    scopes = sent.pop("scopes", None)
    sent.pop("strategy_version", None)
    if sent.get("upstream_params"):
        sent["upstream_params"] = json.loads(sent["upstream_params"])
    if strategy in OAUTH2:
        sent = {OAUTH2_NAMES.get(name, name): value for name, value in sent.items()}
    if strategy in OIDC:
        sent = {**dict.fromkeys(_EXPLICIT_NULLS), **sent}
    return sent if scopes is None else {**sent, **_scope_options(job, strategy, scopes)}


def _scope_options(job: Job, strategy: str, scopes: list[str]) -> Props:
    if strategy in (*OIDC, *OAUTH2):
        return {"scope": " ".join(scopes)}
    before = ((job.prior or {}).get("options") or {}).get("scopes") or []
    return {each: each in scopes for each in [*before, *scopes]}


def _guard_secrets(job: Job) -> None:
    """A database's secrets are replaced as a whole: refuse when an undeclared one exists."""
    held = (_read(job).get("options") or {}).get(SECRET) or {}
    declared = (job.config.get("options") or {}).get(SECRET) or {}
    for name in held:
        if name not in declared:
            raise PluginError(
                "Unmanaged Configuration Secret: Detected a configuration secret not managed "
                f'through terraform: "{name}". If you proceed, this configuration secret will '
                "get deleted. It is required to add this configuration secret to your custom "
                "database settings to prevent unintentionally destructive results.",
                "options.configuration",
            )


def _create(job: Job) -> None:
    job.id = job.call("POST", "/connections", _body(job))["id"]


def _read(job: Job) -> Props:
    answer: Props = job.call("GET", f"/connections/{job.id}")
    return answer


def _update(job: Job) -> None:
    if job.config.get("options") and job.config["strategy"] == "auth0":
        _guard_secrets(job)
    job.call("PATCH", f"/connections/{job.id}", _body(job))


def _delete(job: Job) -> None:
    job.call("DELETE", f"/connections/{job.id}")


def _scopes(strategy: str, options: Props) -> list[str]:
    if strategy == "auth0":
        return []
    if strategy in (*OIDC, *OAUTH2):
        return str(options.get("scope") or "").split()
    known = {each.wire for each in OPTIONS} - {"email"}
    return sorted(name for name, on in options.items() if on is True and name not in known)


def _in_common_names(answer: Props) -> Props:
    options = dict(answer.get("options") or {})
    if answer["strategy"] in OAUTH2:
        for name, own in OAUTH2_NAMES.items():
            options[name] = options.pop(own, None)
    if isinstance(options.get("upstream_params"), dict):
        options["upstream_params"] = json.dumps(options["upstream_params"], separators=(",", ":"))
    return {**answer, "options": options if answer.get("options") is not None else None}


def _same_json(found: str, planned: Value) -> bool:
    """JSON in a string property keeps the program's spacing and order."""
    try:
        return bool(found) and json.loads(found) == json.loads(planned)
    except (TypeError, ValueError):
        return False


def _outputs(job: Job, answer: Props) -> Props:
    found = by_description(job, _in_common_names(answer))
    options = found["options"]
    if options is None:
        return found
    held = answer["options"]
    options["scopes"] = _scopes(answer["strategy"], held)
    if answer["strategy"] != "waad":
        options["email"] = False
    planned = as_block(job.planned.get("options"))
    options[SECRET] = planned.get(SECRET) or {}
    if _same_json(options["upstreamParams"], planned.get("upstreamParams")):
        options["upstreamParams"] = planned["upstreamParams"]
    return found


def _problems(job: Job) -> list[str]:
    strategy = job.config.get("strategy")
    declared = job.config.get("options")
    known = strategy not in (None, UNKNOWN)
    kept = declared == (job.prior or {}).get("options")
    if declared and known and not kept and strategy not in OFFERED:
        return [f"options of strategy '{strategy}' are not offered by the stand-in plugin"]
    return []


def _connection(job: Job) -> str:
    return job.id.split("::", 1)[0]


def _switch(job: Job, connection: str, clients: Iterable[str], *, on: bool) -> None:
    body = [{"client_id": each, "status": on} for each in clients]
    if body:
        job.call("PATCH", f"/connections/{connection}/clients", body)


def enabled_clients(job: Job, connection: str) -> list[str]:
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


def _create_clients(job: Job) -> None:
    connection, wanted = str(job.config["connectionId"]), list(job.config["enabledClients"])
    found = enabled_clients(job, connection)
    if found and set(found) != set(wanted):
        names = "".join(f"\n  {each}" for each in found)
        raise PluginError(
            f"Connection with non empty enabled clients: \xa0\xa0[]string{{{names}\n}}\n\n"
            "The connection already has these clients: import them, or remove them first."
        )
    job.id = connection
    _switch(job, connection, wanted, on=True)


def _update_clients(job: Job) -> None:
    before = list((job.prior or {}).get("enabledClients") or [])
    after = list(job.config["enabledClients"])
    changes = [{"client_id": each, "status": True} for each in after if each not in before]
    changes += [{"client_id": each, "status": False} for each in before if each not in after]
    if changes:
        job.call("PATCH", f"/connections/{job.id}/clients", changes)


def _read_clients(job: Job) -> Props | None:
    clients = enabled_clients(job, job.id)
    return {**_names(job), "clients": clients} if clients else None


def _clients_outputs(job: Job, answer: Props) -> Props:
    return {
        "connectionId": job.id,
        "enabledClients": answer["clients"],
        "name": answer["name"],
        "strategy": answer["strategy"],
    }


def _delete_clients(job: Job) -> None:
    _switch(job, job.id, (job.prior or {}).get("enabledClients") or [], on=False)


def _create_client(job: Job) -> None:
    connection, client = str(job.config["connectionId"]), str(job.config["clientId"])
    _switch(job, connection, [client], on=True)
    job.id = f"{connection}::{client}"


def _read_client(job: Job) -> Props | None:
    there = job.id.split("::", 1)[1] in enabled_clients(job, _connection(job))
    return _names(job) if there else None


def _client_outputs(job: Job, answer: Props) -> Props:
    connection, client = job.id.split("::", 1)
    return {
        "connectionId": connection,
        "clientId": client,
        "name": answer["name"],
        "strategy": answer["strategy"],
    }


def _delete_client(job: Job) -> None:
    _switch(job, _connection(job), [job.id.split("::", 1)[1]], on=False)


CONNECTION = Resource(
    token="auth0:index/connection:Connection",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    outputs=_outputs,
    problems=_problems,
    autonamed=True,
    schema_version=3,
)
CONNECTION_CLIENTS = Resource(
    token="auth0:index/connectionClients:ConnectionClients",
    fields=CLIENTS_FIELDS,
    create=_create_clients,
    read=_read_clients,
    update=_update_clients,
    delete=_delete_clients,
    outputs=_clients_outputs,
    fails_when_gone=True,
)
CONNECTION_CLIENT = Resource(
    token="auth0:index/connectionClient:ConnectionClient",
    fields=CLIENT_FIELDS,
    create=_create_client,
    read=_read_client,
    delete=_delete_client,
    outputs=_client_outputs,
    fails_when_gone=True,
)
