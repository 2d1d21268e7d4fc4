"""ResourceServer: an API that the tenant issues tokens for."""

from urllib.parse import quote

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


def escaped(identifier: str) -> str:
    """An identifier as a path segment, as Go's `url.PathEscape` writes it."""
    return quote(identifier, safe=":@&=+$")


def _is_off(declared: Value) -> bool:
    """A block declared as `disable`, alone or as the only item of a list."""
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
    """The Management API can't be deleted: it is only forgotten."""
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
