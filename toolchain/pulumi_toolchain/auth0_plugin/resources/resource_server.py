"""ResourceServer (an API), and its permissions: all of them as one resource, or one each."""

from collections.abc import Callable
from urllib.parse import quote

from ..errors import PluginError
from ..fields import Field, Kind, Send, block, blocks, field, many
from ..resource import Job, Resource, by_description
from ..values import Props, Value

_ON = Field("", Kind.FLAG, computed=True)
_POLICY = field("policy", Kind.TEXT)
_OFF = field("disable", Kind.FLAG, send=Send.NEVER)
_DISABLED = ("authorizationDetails", "proofOfPossession", "tokenEncryption")

FIELDS = (
    field("name", Kind.TEXT, required=True),
    field("identifier", Kind.TEXT, required=True, replace=True, send=Send.CREATE),
    field("signingAlg", Kind.TEXT, computed=True),
    field("signingSecret", Kind.TEXT, computed=True),
    *many(Kind.FLAG, "allowOfflineAccess allowOnlineAccess enforcePolicies", _ON),
    *many(
        Kind.FLAG,
        "allowOnlineAccessWithEphemeralSessions skipConsentForVerifiableFirstPartyClients",
        _ON,
    ),
    *many(Kind.NUMBER, "tokenLifetime tokenLifetimeForWeb", Field("", Kind.NUMBER, computed=True)),
    field("tokenDialect", Kind.TEXT, computed=True),
    field("verificationLocation", Kind.TEXT, wire="verificationLocation"),
    field("consentPolicy", Kind.TEXT, computed=True, send=Send.NEVER, blank="null"),
    blocks("authorizationDetails", _OFF, field("type", Kind.TEXT), computed=True),
    block(
        "proofOfPossession",
        _OFF,
        field("mechanism", Kind.TEXT, computed=True),
        field("required", Kind.FLAG, computed=True),
        field("requiredFor", Kind.TEXT),
        computed=True,
    ),
    block(
        "tokenEncryption",
        _OFF,
        field("format", Kind.TEXT, computed=True),
        block(
            "encryptionKey",
            *many(Kind.TEXT, "name kid", Field("", Kind.TEXT, computed=True)),
            *many(Kind.TEXT, "algorithm pem", Field("", Kind.TEXT, required=True, computed=True)),
            wire="encryption_key",
            computed=True,
        ),
        computed=True,
    ),
    block("authorizationPolicy", field("policyId", Kind.TEXT, computed=True), computed=True),
    block(
        "subjectTypeAuthorization",
        block("user", _POLICY, computed=True),
        block("client", _POLICY, computed=True),
        computed=True,
    ),
    field("clientId", Kind.TEXT, computed=True, settable=False),
    field("isSystem", Kind.FLAG, computed=True, settable=False),
)
Scopes = list[Props]

SCOPES_FIELDS = (
    field("resourceServerIdentifier", Kind.TEXT, required=True, replace=True),
    blocks(
        "scopes",
        field("name", Kind.TEXT, wire="value", required=True),
        field("description", Kind.TEXT),
        required=True,
    ),
)
SCOPE_FIELDS = (
    field("resourceServerIdentifier", Kind.TEXT, required=True, replace=True),
    field("scope", Kind.TEXT, required=True, replace=True),
    field("description", Kind.TEXT),
)


def escaped(identifier: str) -> str:
    """An identifier as a path segment, as Go's `url.PathEscape` writes it."""
    return quote(identifier, safe=":@&=+$")


def _is_off(declared: Value) -> bool:
    """A block that is declared with `disable: true`, by itself or as an item of a list."""
    if isinstance(declared, list):
        return any(_is_off(each) for each in declared)
    return isinstance(declared, dict) and declared.get("disable") is True


def _body(job: Job) -> Props:
    config = {k: v for k, v in job.config.items() if not (k in _DISABLED and _is_off(v))}
    body = Job(job.resource, job.tenant, job.name, config, job.prior, job.planned).declared()
    if job.config.get("consentPolicy") not in (None, "null"):
        body["consent_policy"] = job.config["consentPolicy"]
    return body


def _nulls(job: Job) -> Props:
    wire = {each.name: each.wire for each in FIELDS}
    off = [name for name in _DISABLED if _is_off(job.config.get(name)) and job.changed(name)]
    if job.config.get("consentPolicy") == "null" and job.changed("consentPolicy"):
        off.append("consentPolicy")
    return {wire[name]: None for name in off}


def _create(job: Job) -> None:
    job.id = job.call("POST", "/resource-servers", _body(job))["id"]


def _read(job: Job) -> Props:
    answer: Props = job.call("GET", f"/resource-servers/{escaped(job.id)}")
    job.id = str(answer["id"])
    return answer


def _update(job: Job) -> None:
    path = f"/resource-servers/{escaped(job.id)}"
    job.call("PATCH", path, _body(job))
    nulls = _nulls(job)
    if nulls:
        job.call("PATCH", path, nulls)


def _delete(job: Job) -> None:
    """The Management API can't be deleted: it only leaves the state."""
    own = f"https://{job.tenant.settings.domain}/api/v2/"
    if (job.prior or {}).get("identifier") != own:
        job.call("DELETE", f"/resource-servers/{escaped(job.id)}")


def _outputs(job: Job, answer: Props) -> Props:
    found = by_description(job, answer)
    if answer.get("authorization_details") is None:
        found["authorizationDetails"] = [{"disable": True, "type": ""}]
    if found["proofOfPossession"] is None:
        found["proofOfPossession"] = {
            "disable": True,
            "mechanism": "",
            "required": False,
            "requiredFor": "",
        }
    if found["tokenEncryption"] is None:
        found["tokenEncryption"] = {"disable": True, "encryptionKey": None, "format": ""}
    consent = answer.get("consent_policy")
    return {**found, "consentPolicy": "null" if consent is None else consent}


def _server_path(job: Job) -> str:
    return f"/resource-servers/{escaped(job.id.split('::', 1)[0])}"


def _server(job: Job) -> Props:
    answer: Props = job.call("GET", _server_path(job))
    return answer


def _patch_scopes(job: Job, scopes: Scopes) -> None:
    job.call("PATCH", _server_path(job), {"scopes": scopes})


def _declared_scopes(job: Job) -> Scopes:
    scopes: Scopes = job.declared(SCOPES_FIELDS[1:])["scopes"]
    return scopes


def _create_scopes(job: Job) -> None:
    identifier = str(job.config["resourceServerIdentifier"])
    probe = Job(job.resource, job.tenant, job.name, job.config, id=identifier)
    found = _server(probe).get("scopes") or []
    if found and _by_value(found) != _by_value(_declared_scopes(job)):
        names = "".join(f"\n  {each['value']}" for each in found)
        raise PluginError(
            "Resource Server with non empty scopes:   []management.ResourceServerScope{"
            f"{names}\n}}\n\nThe resource server already has these scopes: import them, or remove "
            "them first."
        )
    job.id = identifier
    _patch_scopes(job, _declared_scopes(job))


def _by_value(scopes: Scopes) -> dict[str, str]:
    return {str(each["value"]): str(each.get("description") or "") for each in scopes}


def _scopes_outputs(_job: Job, answer: Props) -> Props:
    scopes = [
        {"name": each["value"], "description": each.get("description", "")}
        for each in answer.get("scopes") or []
    ]
    return {"resourceServerIdentifier": answer["identifier"], "scopes": scopes}


def _scope_name(job: Job) -> str:
    return job.id.split("::", 1)[1]


def _edit_scopes(job: Job, edit: Callable[[Scopes], Scopes]) -> None:
    found: Scopes = _server(job).get("scopes") or []
    edited = edit(found)
    if edited != found:
        _patch_scopes(job, edited)


def _declared_scope(job: Job) -> Props:
    wanted = {"value": str(job.config["scope"])}
    if job.config.get("description") is not None:
        wanted["description"] = job.config["description"]
    return wanted


def _create_scope(job: Job) -> None:
    job.id = f"{job.config['resourceServerIdentifier']}::{job.config['scope']}"
    own = _scope_name(job)

    def appended(found: Scopes) -> Scopes:
        there = any(each["value"] == own for each in found)
        return found if there else [*found, _declared_scope(job)]

    _edit_scopes(job, appended)


def _update_scope(job: Job) -> None:
    own = _scope_name(job)
    _edit_scopes(
        job, lambda found: [_declared_scope(job) if e["value"] == own else e for e in found]
    )


def _delete_scope(job: Job) -> None:
    own = _scope_name(job)
    _edit_scopes(job, lambda found: [each for each in found if each["value"] != own])


def _read_scope(job: Job) -> Props | None:
    server = _server(job)
    found = [each for each in server.get("scopes") or [] if each["value"] == _scope_name(job)]
    return {**found[0], "identifier": server["identifier"]} if found else None


def _scope_outputs(_job: Job, answer: Props) -> Props:
    return {
        "resourceServerIdentifier": answer["identifier"],
        "scope": answer["value"],
        "description": answer.get("description", ""),
    }


RESOURCE_SERVER = Resource(
    token="auth0:index/resourceServer:ResourceServer",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    outputs=_outputs,
    autonamed=True,
)
RESOURCE_SERVER_SCOPES = Resource(
    token="auth0:index/resourceServerScopes:ResourceServerScopes",
    fields=SCOPES_FIELDS,
    create=_create_scopes,
    read=_server,
    update=lambda job: _patch_scopes(job, _declared_scopes(job)),
    delete=lambda job: _patch_scopes(job, []),
    outputs=_scopes_outputs,
)
RESOURCE_SERVER_SCOPE = Resource(
    token="auth0:index/resourceServerScope:ResourceServerScope",
    fields=SCOPE_FIELDS,
    create=_create_scope,
    read=_read_scope,
    update=_update_scope,
    delete=_delete_scope,
    outputs=_scope_outputs,
)
