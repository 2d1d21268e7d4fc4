"""Failures of the plugin and of calls to the tenant, with the messages of the official plugin."""

import json
from http import HTTPStatus

from .values import Value


class PluginError(Exception):
    """A failure whose text is shown to the user; `where` is the property that caused it, if any."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(f"[{where}] {message}" if where else message)
        self.message = message


class Refused(PluginError):
    """The stand-in does not work for this tenant; shown as one line without a frame around it."""


class ApiError(PluginError):
    """The Management API's answer was not a success.

    `status` is the one in the body if there is one, else the HTTP status.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status

    @property
    def gone(self) -> bool:
        return self.status == HTTPStatus.NOT_FOUND


def _json(text: str) -> Value:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def first_sdk_error(status: int, text: str) -> ApiError:
    """`<status> <error>: <message>`, as Auth0's first Go SDK writes it."""
    body = _json(text)
    if not isinstance(body, dict):
        reason = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
        return ApiError(status, f"{status} {reason}: failed to decode json error response payload")
    code = int(body.get("statusCode") or status)
    return ApiError(code, f"{code} {body.get('error', '')}: {body.get('message', '')}")


def second_sdk_error(status: int, text: str) -> ApiError:
    """`<status>: <raw body>`, as Auth0's second Go SDK writes it."""
    return ApiError(status, f"{status}: {text}")


def one_error(message: str) -> str:
    """The list format of Go's multierror, which every message of the official plugin has."""
    return f"1 error occurred:\n\t* {message}\n\n"
