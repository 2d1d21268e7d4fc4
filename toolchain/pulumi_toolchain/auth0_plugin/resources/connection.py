"""Connection: a source of identities.

Hazard kept on purpose: the API replaces `options` as a whole, and an update sends those that the
program declares, so undeclared ones are lost as soon as any is declared.
"""

import json

from ..errors import PluginError
from ..fields import Kind, Send, block, field
from ..resource import Job, Resource, by_description
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
    """The declared options in the shape of the strategy: scopes differ from one to the next."""
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
    """A database's secrets are replaced as a whole, so none may be there that is not declared."""
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
