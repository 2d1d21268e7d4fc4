"""Errors as Auth0 words them (MG-01), and those of the emulator's own start."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any


class ApiError(Exception):
    """A refusal by the Management API."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code

    def body(self) -> dict[str, Any]:
        """MG-01: `{"statusCode", "error", "message"}` and mostly an `errorCode`."""
        envelope: dict[str, Any] = {
            "statusCode": self.status,
            "error": HTTPStatus(self.status).phrase,
            "message": self.message,
        }
        if self.code is not None:
            envelope["errorCode"] = self.code
        return envelope


class OAuthError(Exception):
    """A refusal of the authorization server (RFC 6749, section 5.2)."""

    def __init__(
        self,
        status: int,
        error: str,
        description: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description
        self.headers = dict(headers or {})

    def body(self) -> dict[str, str]:
        """`{"error", "error_description"}`."""
        return {"error": self.error, "error_description": self.description}


class StartError(Exception):
    """The tenant cannot start; the message is one line that says why and what to do."""


def invalid_body(message: str) -> ApiError:
    """A body that the schema or a rule refuses."""
    return ApiError(400, message, "invalid_body")


def refused(sentence: str) -> ApiError:
    """A body that breaks a rule for which Auth0's wording is not recorded."""
    return invalid_body(f"{sentence} (emulator wording)")
