"""The Management API over HTTP."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from auth0_emulator.call import Answer, Call, Caller, strict_json
from auth0_emulator.endpoints import (
    always_empty,
    branding,
    cimd,
    client_credentials,
    client_grants,
    clients,
    connections,
    custom_domains,
    emails,
    organization_clients,
    organization_connections,
    organizations,
    rate_limit_policies,
    resource_servers,
    rules_and_hooks,
    tenant_settings,
    users,
)
from auth0_emulator.errors import ApiError
from auth0_emulator.oauth.management_api import caller as management_caller
from auth0_emulator.routing import Operation, Router
from auth0_emulator.tenant import Tenant
from auth0_emulator.tenant_log import note_write

OPERATIONS: tuple[Operation, ...] = (
    *clients.OPERATIONS,
    *client_credentials.OPERATIONS,
    *cimd.OPERATIONS,
    *client_grants.OPERATIONS,
    *connections.OPERATIONS,
    *resource_servers.OPERATIONS,
    *organizations.OPERATIONS,
    *organization_connections.OPERATIONS,
    *organization_clients.OPERATIONS,
    *users.OPERATIONS,
    *tenant_settings.OPERATIONS,
    *branding.OPERATIONS,
    *custom_domains.OPERATIONS,
    *emails.OPERATIONS,
    *rate_limit_policies.OPERATIONS,
    *rules_and_hooks.OPERATIONS,
    *always_empty.OPERATIONS,
)


PREFIX = "/api/v2"


def render(status: int, body: object, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer, or one without a body."""
    if body is None:
        return Response(status_code=status, headers=headers)
    content = json.dumps(body, separators=(",", ":"))
    return Response(content, status, headers=headers, media_type="application/json; charset=utf-8")


def raw_path(request: Request) -> str:
    """The path as it was sent, with its escapes."""
    sent = request.scope.get("raw_path") or request.scope["path"].encode()
    return str(sent.partition(b"?")[0].decode("latin-1"))


class Management:
    """The Management API: finds the operation, checks the caller and the body, runs it."""

    def __init__(self, tenant: Tenant, router: Router) -> None:
        self._tenant = tenant
        self._router = router

    async def __call__(self, request: Request) -> Response:
        """Handles one request, without interruption once a metadata document is loaded."""
        body = await request.body()
        try:
            operation, call = self._call(request, body)
            if operation.document is not None:
                address = operation.document(self._tenant, call)
                found = await self._tenant.documents.load(address)
                call = replace(call, documents=found)
            answer = self._run(operation, call)
            if operation.writes:
                note_write(self._tenant, request.method, call, answer)
        except ApiError as error:
            return render(error.status, error.body())
        return render(answer.status, answer.body, answer.headers)

    def _call(self, request: Request, body: bytes) -> tuple[Operation, Call]:
        path = raw_path(request)
        found = self._router.find(request.method, path.removeprefix(PREFIX))
        if found is None:
            raise ApiError(404, "Not Found")
        operation, parameters = found
        caller = management_caller(self._tenant, request.headers.get("authorization", ""))
        request.state.caller = caller.client_id
        _require_scope(operation, caller)
        query = dict(parse_qsl(request.url.query, keep_blank_values=True))
        value = None
        if operation.body is not None:
            plain = request.headers.get("content-type", "").startswith("text/")
            value = body.decode("utf-8", "replace") if plain else read_json(body)
            operation.body.check(value)
        return operation, Call(path, parameters, query, value, caller)

    def _run(self, operation: Operation, call: Call) -> Answer:
        if not operation.writes:
            return operation.function(self._tenant, call)
        with self._tenant.store.transaction():
            return operation.function(self._tenant, call)


def _require_scope(operation: Operation, caller: Caller) -> None:
    """MG-03: 403 `insufficient_scope` unless the token has one of the scopes."""
    if operation.scopes and not caller.may(*operation.scopes):
        message = f"Insufficient scope, expected any of: {','.join(operation.scopes)}"
        raise ApiError(403, message, "insufficient_scope")


def read_json(body: bytes) -> Any:
    """The JSON value of a body, None if it is empty; 400 if it is not JSON in UTF-8."""
    if not body.strip():
        return None
    try:
        return strict_json(body)
    except ValueError as error:
        raise ApiError(400, "Invalid request payload JSON format") from error
