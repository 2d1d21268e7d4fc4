"""What goes wrong between the plugin and the tenant, in the words of the vendor's plugin."""

import json
from http import HTTPStatus

from .values import Value


class PluginError(Exception):
    """A failure whose text is what the user reads; `where` is the property at fault, if one is."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(f"[{where}] {message}" if where else message)
        self.message = message


class Refused(PluginError):
    """The stand-in won't work here at all; said in one line without a frame around it."""


class ApiError(PluginError):
    """The Management API's answer was not a success.

    `status` is the one in the body where there is one: it wins over the HTTP status.
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
    except ValueError:
        return None


def first_sdk_error(status: int, text: str) -> ApiError:
    """`<status> <error>: <message>`, as the vendor's first Go SDK writes it."""
    body = _json(text)
    if not isinstance(body, dict):
        reason = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
        return ApiError(status, f"{status} {reason}: failed to decode json error response payload")
    code = int(body.get("statusCode") or status)
    return ApiError(code, f"{code} {body.get('error', '')}: {body.get('message', '')}")


def second_sdk_error(status: int, text: str) -> ApiError:
    """`<status>: <raw body>`, as the vendor's second Go SDK writes it."""
    return ApiError(status, f"{status}: {text}")


def one_error(message: str) -> str:
    """The list format of Go's multierror, which every message of the vendor's plugin has."""
    return f"1 error occurred:\n\t* {message}\n\n"
