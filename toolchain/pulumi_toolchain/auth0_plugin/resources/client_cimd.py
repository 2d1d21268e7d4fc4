"""ClientCimd: a client that is described by a client ID metadata document at its URL."""

from dataclasses import replace

from ..fields import Field, Kind, Send, block, blocks, field, many
from ..resource import Job, Resource, by_description
from ..tenant import Sdk
from ..values import Props
from .client import REFRESH_TOKEN, TOKEN_QUOTA

_FOUND = Field("", Kind.TEXT, computed=True, settable=False)
_CHOSEN = Field("", Kind.TEXT, computed=True)

FIELDS = (
    field("externalClientId", Kind.TEXT, required=True, replace=True, send=Send.NEVER),
    field("externalClientIdVersion", Kind.NUMBER, send=Send.NEVER),
    field("description", Kind.TEXT),
    *many(Kind.TEXT, "appType redirectionPolicy", _CHOSEN),
    field("oidcConformant", Kind.FLAG, computed=True),
    *many(Kind.FLAG, "requireProofOfPossession skipNonVerifiableCallbackUriConfirmationPrompt"),
    field("grantTypes", Kind.LIST, computed=True),
    *many(Kind.LIST, "allowedOrigins webOrigins organizationDiscoveryMethods"),
    field("clientMetadata", Kind.MAP, send=Send.CHANGED),
    block(
        "jwtConfiguration",
        field("lifetimeInSeconds", Kind.NUMBER, computed=True),
        field("secretEncoded", Kind.FLAG, computed=True),
        field("alg", Kind.TEXT, computed=True),
        computed=True,
    ),
    block(
        "refreshToken",
        *(replace(each, required=False, computed=True) for each in REFRESH_TOKEN),
        computed=True,
    ),
    block(
        "defaultOrganization",
        field("flows", Kind.LIST, required=True),
        field("organizationId", Kind.TEXT, required=True),
    ),
    replace(TOKEN_QUOTA, nullable=False),
    *many(Kind.TEXT, "clientId jwksUri logoUri name thirdPartySecurityMode", _FOUND),
    *many(Kind.TEXT, "externalMetadataType externalMetadataCreatedBy", _FOUND),
    field("isFirstParty", Kind.FLAG, computed=True, settable=False),
    field("callbacks", Kind.LIST, computed=True, settable=False),
    field("signingKeys", Kind.LIST, computed=True, settable=False, secret=True),
    blocks(
        "validations",
        field("valid", Kind.FLAG, computed=True),
        *many(Kind.LIST, "violations warnings", Field("", Kind.LIST, computed=True)),
        wire="validation",
        single=True,
        computed=True,
        settable=False,
    ),
)


def _register(job: Job) -> str:
    document = {"external_client_id": job.config["externalClientId"]}
    return str(job.call("POST", "/clients/cimd/register", document)["client_id"])


def _patch(job: Job) -> None:
    body = job.declared()
    if body:
        job.call("PATCH", f"/clients/{job.escaped_id}", body)


def _create(job: Job) -> None:
    job.id = _register(job)
    _patch(job)


def _client(job: Job) -> Props:
    answer: Props = job.call("GET", f"/clients/{job.escaped_id}")
    return answer


def _read(job: Job) -> Props:
    client = _client(job)
    document = {"external_client_id": client.get("external_client_id")}
    preview = job.call("POST", "/clients/cimd/preview", document)
    return {**client, "validation": preview.get("validation")}


def _update(job: Job) -> None:
    if job.changed("externalClientIdVersion"):
        _register(job)
    _patch(job)


def _delete(job: Job) -> None:
    job.call("DELETE", f"/clients/{job.escaped_id}")


def _can_import(job: Job) -> bool:
    return _client(job).get("external_metadata_type") == "cimd"


def _outputs(job: Job, answer: Props) -> Props:
    version = job.planned.get("externalClientIdVersion")
    return {**by_description(job, answer), "externalClientIdVersion": version or 0}


CLIENT_CIMD = Resource(
    token="auth0:index/clientCimd:ClientCimd",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    can_import=_can_import,
    outputs=_outputs,
    sdk=Sdk.SECOND,
)
