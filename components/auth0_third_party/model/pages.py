"""The pages of a tenant that third-party sign-in can end on: Classic login page and error page."""

import base64
import binascii
import re
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, JsonValue, StringConstraints, field_validator, model_validator

from auth0_third_party.model.values import LEGIBLE, Https, Model

LOCK_SINCE = (10, 7, 0)
DIGEST_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


class Lock(Model):
    """Auth0's sign-in widget: one release, from one address, with one content.

    `integrity` is the digest of the script (https://www.w3.org/TR/SRI/), `sha384-` and base64. The
    vendor publishes it beside each release, in `lock.min.js.sha384`; with a copy at hand
    `openssl dgst -sha384 -binary lock.min.js | base64` makes it. `script_url` is for a script of
    your own making; without it the vendor's CDN is asked.
    """

    version: str
    """A release, such as `14.3.0`."""
    integrity: str
    """The digest of its script, such as `sha384-…`."""
    script_url: Https | None = None
    """A copy of your own."""

    @field_validator("version")
    @classmethod
    def _knows_third_parties(cls, version: str) -> str:
        """LP-01."""
        found = _VERSION.fullmatch(version)
        if not found:
            raise ValueError(
                f"'{version}' is not a release of Lock; name one in full, such as 14.3.0"
            )
        if tuple(map(int, found.groups())) < LOCK_SINCE:
            raise ValueError(
                f"Lock {version} does not know third-party applications; use 10.7.0 or newer"
            )
        return version

    @field_validator("integrity")
    @classmethod
    def _one_digest(cls, integrity: str) -> str:
        name, _, digest = integrity.partition("-")
        try:
            size = len(base64.b64decode(digest, validate=True))
        except binascii.Error:
            size = 0
        if name not in DIGEST_SIZES or size != DIGEST_SIZES[name]:
            raise ValueError(
                "this is not the digest of a script; write sha384- and the base64 of its SHA-384"
            )
        return integrity

    @property
    def url(self) -> str:
        return self.script_url or f"https://cdn.auth0.com/js/lock/{self.version}/lock.min.js"


class LoginPage(Model):
    """The Classic login page, for tenants with permissive (legacy) applications (LP-03).

    `settings_from` says where Lock finds the connections (LP-02): with the tenant itself, or by the
    rules for a custom domain or an appliance (private cloud). Without a logo and a color the page
    has none and Auth0's branding.
    """

    lock: Lock
    """The widget on it."""
    title: Annotated[str, StringConstraints(min_length=1, max_length=100), LEGIBLE] = "Sign in"
    """Above the widget."""
    logo_url: Https | None = None
    """Above the title."""
    primary_color: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None
    """Such as `#1a2b3c`."""
    settings_from: Literal["tenant", "custom_domain", "appliance"] = "tenant"
    """Where Lock finds the connections."""


ONE_PAGE: list[JsonValue] = [
    {"required": ["html"], "properties": {"html": {"pattern": r"\S"}}},
    {"required": ["url"], "properties": {"url": {"type": "string"}}},
]


class ErrorPage(Model):
    """Where users of a protected application end when sign-in fails (ORP-01, ORP-07).

    A page of your own (`url`), or one that Auth0 shows (`html`).
    """

    model_config = ConfigDict(json_schema_extra={"oneOf": ONE_PAGE})

    html: str = ""
    """What Auth0 shows."""
    url: Https | None = None
    """A page of your own."""
    show_log_link: bool = False
    """Adds a link to the log for administrators."""

    @model_validator(mode="after")
    def _one_page(self) -> Self:
        if bool(self.html.strip()) == bool(self.url):
            raise ValueError("an error page is either html or a url; state one of them")
        return self
