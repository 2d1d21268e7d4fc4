"""What a caller sees of a client: keys only with the scopes for them."""

from collections.abc import Callable

from auth0_emulator.call import Call, Json
from auth0_emulator.fields import select
from auth0_emulator.tenant import NAME, Tenant

_SECRET = frozenset({"client_secret", "encryption_key", "signing_keys"})
_SUMMARY = frozenset({"client_id", "name", "app_type", "is_first_party", "tenant", "global"})


def shown(tenant: Tenant, client: Json) -> Json:
    """The stored client and what the server adds to each (EV-01)."""
    signing_key: Json = {"cert": tenant.fact("signing_cert"), "subject": f"/CN={tenant.domain}"}
    body = {
        "tenant": NAME,
        "global": False,
        **{key: value for key, value in client.items() if not key.startswith("_")},
        "signing_keys": [signing_key],
        "callback_url_template": False,
    }
    if "external_client_id" in client:
        # Recorded: strict without saying so (CIMD-04).
        body.pop("third_party_security_mode", None)
    if client.get("client_authentication_methods"):
        # Recorded: a client that signs has no secret to show, though it keeps it.
        del body["client_secret"]
    return body


def written(tenant: Tenant, call: Call, client: Json) -> Json:
    """MG-09: a PATCH shows the secret to who may change or read it."""
    body = shown(tenant, client)
    if not call.caller.may("update:client_keys", "read:client_keys", "read:client_credentials"):
        body = {key: value for key, value in body.items() if key not in _SECRET}
    # CIMD-04: and does not say where the client comes from.
    return {key: value for key, value in body.items() if not key.startswith("external_")}


def reader(tenant: Tenant, call: Call) -> Callable[[Json], Json]:
    """MG-08, MG-09: how a GET shows a client to this caller.

    The secret needs `read:client_keys` or `read:client_credentials`; `read:client_summary` alone
    shows who the client is and nothing more. A `fields` filter always leaves `tenant`.
    """
    keys = call.caller.may("read:client_keys", "read:client_credentials")
    full = keys or call.caller.may("read:clients")

    def show(client: Json) -> Json:
        body = shown(tenant, client)
        if not keys:
            body = {key: value for key, value in body.items() if key not in _SECRET}
        if not full:
            body = {key: value for key, value in body.items() if key in _SUMMARY}
        return select(body, call, always=("tenant",))

    return show
