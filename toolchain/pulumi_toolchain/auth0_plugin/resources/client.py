"""Client: an application at the tenant. Its secret belongs to ClientCredentials, not here.

The vendor's plugin sleeps 0.8 s between the create and its read-back because Auth0 settles
slowly; a loopback tenant does not, so this one never sleeps.
"""

from ..resource import Job, Resource, by_description
from ..values import Props, Value, as_block
from .client_fields import FIELDS

_PROMPT = "skipNonVerifiableCallbackUriConfirmationPrompt"
_PROMPT_WIRE = "skip_non_verifiable_callback_uri_confirmation_prompt"
_AUTH_METHOD = {
    "native": "none",
    "spa": "none",
    "regular_web": "client_secret_post",
    "non_interactive": "client_secret_post",
}


def _body(job: Job) -> Props:
    body = job.declared()
    urls = job.config.get("oidcBackchannelLogoutUrls")
    if urls is not None:
        body["oidc_backchannel_logout"] = {"backchannel_logout_urls": urls}
    if job.changed("clientMetadata"):
        gone = (job.prior or {}).get("clientMetadata") or {}
        body["client_metadata"] = {
            **dict.fromkeys(gone),
            **(job.config.get("clientMetadata") or {}),
        }
    if job.config.get(_PROMPT) in ("true", "false"):
        body[_PROMPT_WIRE] = job.config[_PROMPT] == "true"
    return body


def _create(job: Job) -> None:
    body = _body(job)
    if job.config.get("isTokenEndpointIpHeaderTrusted") is not None:
        body["token_endpoint_auth_method"] = "client_secret_post"
    method = _AUTH_METHOD.get(str(job.config.get("appType")))
    if method:
        body["token_endpoint_auth_method"] = method
    job.id = job.call("POST", "/clients", body)["client_id"]


def _nulls(job: Job) -> Props:
    nulls = job.removed()
    organization = as_block(job.config.get("defaultOrganization"))
    if job.changed("defaultOrganization") and organization.get("disable", not organization):
        nulls["default_organization"] = None
    if job.changed("oidcLogout") and job.config.get("oidcLogout") is None:
        nulls["oidc_backchannel_logout"] = None
    if job.changed(_PROMPT) and job.config.get(_PROMPT) in (None, "null"):
        nulls[_PROMPT_WIRE] = None
    return nulls


def _update(job: Job) -> None:
    path = f"/clients/{job.escaped_id}"
    nulls = _nulls(job)
    if nulls:
        job.call("PATCH", path, nulls)
    job.call("PATCH", path, _body(job))


def _read(job: Job) -> Props:
    answer: Props = job.call("GET", f"/clients/{job.escaped_id}")
    return answer


def _delete(job: Job) -> None:
    job.call("DELETE", f"/clients/{job.escaped_id}")


def _adopt(job: Job) -> bool:
    """The vendor's import looks first whether the client is one that registered itself by CIMD."""
    return _read(job).get("external_metadata_type") != "cimd"


def default_organization(answer: Value) -> Props:
    found = answer or {}
    return {
        "disable": not found,
        "flows": found.get("flows", []),
        "organizationId": found.get("organization_id", ""),
    }


def _prompt(answer: Props) -> str:
    value = answer.get(_PROMPT_WIRE)
    return "null" if value is None else str(value).lower()


def _outputs(job: Job, answer: Props) -> Props:
    backchannel = answer.get("oidc_backchannel_logout") or {}
    return {
        **by_description(job, answer),
        "addons": None,
        "defaultOrganization": default_organization(answer.get("default_organization")),
        "oidcBackchannelLogoutUrls": backchannel.get("backchannel_logout_urls", []),
        _PROMPT: _prompt(answer),
    }


def _problems(job: Job) -> list[str]:
    if job.config.get("addons"):
        return ["the property `addons` is not offered by the stand-in plugin"]
    organization = as_block(job.config.get("defaultOrganization"))
    if organization.get("disable") is True and (
        organization.get("flows") or organization.get("organizationId")
    ):
        return ["cannot set both disable and either flows/organization_id"]
    return []


CLIENT = Resource(
    token="auth0:index/client:Client",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    adopt=_adopt,
    outputs=_outputs,
    problems=_problems,
    autonamed=True,
)
