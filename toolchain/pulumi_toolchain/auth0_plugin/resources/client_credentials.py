"""ClientCredentials: how a client authenticates, with its secret or with its public keys.

Keys are credentials of the client that have to be attached; the API takes the list of attached
ones as a whole. At most two can be attached: while there is room, a new key is attached before an
old one is removed.
"""

from ..errors import PluginError
from ..fields import Field, Kind, Send, block, blocks, field, many
from ..resource import Job, Resource, by_description
from ..tenant import query
from ..values import Props
from .client import DEFAULT_METHODS
from .thumbprints import thumbprint

_MOST_KEYS = 2
_GIVEN = Field("", Kind.TEXT, computed=True, settable=False)
_NOT_OFFERED = ("tlsClientAuth", "selfSignedTlsClientAuth", "signedRequestObject", "clientSecretWo")

KEY = (
    field("credentialType", Kind.TEXT, required=True, computed=True),
    field("name", Kind.TEXT),
    field("pem", Kind.TEXT, required=True, computed=True),
    field("algorithm", Kind.TEXT, wire="alg"),
    field("parseExpiryFromCert", Kind.FLAG),
    field("expiresAt", Kind.TEXT, computed=True),
    field("keyId", Kind.TEXT, wire="kid", computed=True, settable=False),
    *many(Kind.TEXT, "id createdAt updatedAt", _GIVEN),
)
FIELDS = (
    field("clientId", Kind.TEXT, required=True, replace=True),
    field("authenticationMethod", Kind.TEXT, computed=True),
    field("clientSecret", Kind.TEXT, computed=True, secret=True),
    field("clientSecretWo", Kind.TEXT, secret=True, stays_null=True),
    field("clientSecretWoVersion", Kind.NUMBER, stays_null=True),
    block("privateKeyJwt", blocks("credentials", *KEY, required=True), send=Send.NEVER),
    *(block(each) for each in _NOT_OFFERED[:3]),
)


def _client(job: Job, *fields: str) -> Props:
    """The client, or some of its fields."""
    asked = query(fields=",".join(fields), include_fields="true") if fields else ""
    answer: Props = job.call("GET", f"/clients/{job.escaped_id}{asked}")
    return answer


def _patch(job: Job, body: Props) -> None:
    job.call("PATCH", f"/clients/{job.escaped_id}", body)


def _keys(bag: Props | None) -> list[Props]:
    keys: list[Props] = ((bag or {}).get("privateKeyJwt") or {}).get("credentials") or []
    return keys


def _attach(job: Job, ids: list[str]) -> None:
    _client(job, "client_id", "app_type")
    methods = {"private_key_jwt": {"credentials": [{"id": each} for each in ids]}}
    _patch(job, {"client_authentication_methods": methods, "token_endpoint_auth_method": None})


def _add_key(job: Job, key: Props) -> str:
    body = {
        "credential_type": key["credentialType"],
        "pem": key["pem"],
        "alg": key.get("algorithm"),
        "name": key.get("name"),
        "expires_at": key.get("expiresAt"),
        "parse_expiry_from_cert": key.get("parseExpiryFromCert") or False,
    }
    sent = {name: value for name, value in body.items() if value is not None}
    return str(job.call("POST", f"/clients/{job.escaped_id}/credentials", sent)["id"])


def _list_keys(job: Job) -> None:
    """The official plugin lists the keys on the server before it changes them."""
    asked = query(include_totals="true", per_page="50")
    job.call("GET", f"/clients/{job.escaped_id}/credentials{asked}")


def _delete_key(job: Job, key: str) -> None:
    job.call("DELETE", f"/clients/{job.escaped_id}/credentials/{key}")


def _exchange_keys(job: Job) -> None:
    """Attach declared keys that are new, detach and delete those that are no longer declared."""
    wanted = {key["pem"]: key for key in _keys(job.config)}
    held = {str(key.get("pem") or key["id"]): str(key["id"]) for key in _keys(job.prior)}
    fresh = [pem for pem in wanted if pem not in held]
    stale = [pem for pem in held if pem not in wanted]
    while fresh or stale:
        if fresh and (len(held) < _MOST_KEYS or not stale):
            pem = fresh.pop(0)
            held[pem] = _add_key(job, wanted[pem])
            _attach(job, list(held.values()))
        else:
            gone = held.pop(stale.pop(0))
            _attach(job, list(held.values()))
            _delete_key(job, gone)


def _detach_all(job: Job, method: str) -> None:
    _client(job, "client_id", "app_type")
    cleared = {"client_authentication_methods": None, "signed_request_object": None}
    _patch(job, {**cleared, "token_endpoint_auth_method": method})
    for key in _keys(job.prior):
        _delete_key(job, key["id"])


def _configure(job: Job) -> None:
    method = str(job.config.get("authenticationMethod"))
    if method == "private_key_jwt":
        if job.prior is not None:
            _list_keys(job)
        _exchange_keys(job)
        return
    if _keys(job.prior):
        _list_keys(job)
        _detach_all(job, method)
    if job.changed("authenticationMethod"):
        _patch(job, {"token_endpoint_auth_method": method})
    if job.config.get("clientSecret") is not None and job.changed("clientSecret"):
        _patch(job, {"client_secret": job.config["clientSecret"]})


def _create(job: Job) -> None:
    """Once the client was found, a failure leaves a partly created resource in the state."""
    job.id = str(job.config["clientId"])
    try:
        _client(job, "client_id")
    except PluginError:
        job.id = ""
        raise
    _configure(job)


def _update(job: Job) -> None:
    _client(job, "client_id")
    _configure(job)


def _delete(job: Job) -> None:
    client = _client(job, "client_id", "app_type")
    method = DEFAULT_METHODS.get(str(client.get("app_type")), "client_secret_basic")
    _list_keys(job)
    if _keys(job.prior):
        _detach_all(job, method)
    else:
        _patch(job, {"token_endpoint_auth_method": method})


def _read(job: Job) -> Props:
    client = _client(job)
    methods = client.get("client_authentication_methods") or {}
    attached = (methods.get("private_key_jwt") or {}).get("credentials") or []
    keys = [
        job.call("GET", f"/clients/{job.escaped_id}/credentials/{each['id']}") for each in attached
    ]
    return {**client, "_keys": keys}


def _method(client: Props) -> str:
    methods = client.get("client_authentication_methods") or {}
    return str(client.get("token_endpoint_auth_method") or next(iter(methods), ""))


def _outputs(job: Job, answer: Props) -> Props:
    found = {
        **by_description(job, answer),
        "authenticationMethod": _method(answer),
        "clientId": answer["client_id"],
    }
    found.update(dict.fromkeys(_NOT_OFFERED))
    keys = by_description(
        job, {"private_key_jwt": {"credentials": answer["_keys"]}} if answer["_keys"] else {}
    )["privateKeyJwt"]
    for key in (keys or {}).get("credentials", []):
        key["pem"] = _known_pem(job, key)
    return {**found, "privateKeyJwt": keys}


def _known_pem(job: Job, found: Props) -> str:
    """The API returns no keys: the key is the one that was declared or is in the state. After a
    failed update the state may have another key with that id; its thumbprint tells.
    """
    for key in _keys(job.prior):
        if key.get("id") == found["id"]:
            pem = str(key.get("pem") or "")
            return pem if thumbprint(pem) in ("", found.get("keyId")) else ""
    held = {key.get("pem") for key in _keys(job.prior)}
    for key in _keys(job.config):
        if key.get("pem") not in held and key.get("name", found["name"]) == found["name"]:
            return str(key["pem"])
    return ""


def _problems(job: Job) -> list[str]:
    return [
        f"the property `{name}` is not offered by the stand-in plugin"
        for name in _NOT_OFFERED
        if job.config.get(name) is not None
    ]


CLIENT_CREDENTIALS = Resource(
    token="auth0:index/clientCredentials:ClientCredentials",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    outputs=_outputs,
    problems=_problems,
    schema_version=1,
)
