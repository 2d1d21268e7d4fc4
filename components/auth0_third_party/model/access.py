"""Effective access: what each application may really call, as whom, and which line decided it.

A grant of the application's own replaces the default permission on the same API and subject type;
the two never add up (CG-06). The vendor's pages don't say whether the contest is per API or per
API and subject type; per API and subject type is reported, which never shows too little.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, Protocol

from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.model.values import Model, SubjectType
from auth0_third_party.rules import SUBJECT_TYPES, required_grant_type

Source = Literal["application", "default"]


class Access(Model):
    """One row: `application` may call `api` as `subject_type` with `scopes`, by `source`."""

    application: str
    api: str
    audience: str
    subject_type: SubjectType
    scopes: tuple[str, ...]
    all_scopes: bool = False
    source: Source


class Holder(Protocol):
    """An application or an agent: what has grants, and flows to use them in."""

    @property
    def grants(self) -> tuple[ClientGrant, ...]: ...

    @property
    def strict(self) -> bool: ...

    @property
    def flows(self) -> tuple[str, ...]: ...


LEGACY = (
    *("implicit", "urn:ietf:params:oauth:grant-type:device_code"),
    "http://auth0.com/oauth/grant-type/passwordless/otp",
)
"""Grant types that act for a user too, in the legacy mode alone."""


def admits(flows: tuple[str, ...], subject_type: str, *, strict: bool) -> bool:
    """Whether an application with these grant types can get tokens for the subject at all. What
    a subject type that is not known needs is not known either, so none is ruled out.
    """
    if subject_type not in SUBJECT_TYPES:
        return True
    legacy = LEGACY if subject_type == "user" and not strict else ()
    return any(way in flows for way in (required_grant_type(subject_type), *legacy))


def effective_access(
    applications: Mapping[str, Holder], defaults: Iterable[DefaultPermission]
) -> tuple[Access, ...]:
    """All rows, by application, API and subject type."""
    fallback = tuple(defaults)
    rows = [row for key, app in applications.items() for row in _rows(key, app, fallback)]
    return tuple(sorted(rows, key=lambda row: (row.application, row.api, row.subject_type)))


def _rows(
    key: str, application: Holder, defaults: tuple[DefaultPermission, ...]
) -> Iterator[Access]:
    own = {(grant.audience, grant.subject_type) for grant in application.grants}
    for grant in application.grants:
        yield _row(key, grant, "application")
    for default in defaults:
        if (default.audience, default.subject_type) not in own and admits(
            application.flows, default.subject_type, strict=application.strict
        ):
            yield _row(key, default, "default")


def _row(key: str, grant: ClientGrant | DefaultPermission, source: Source) -> Access:
    return Access(
        application=key,
        api=grant.api or grant.audience,
        audience=grant.audience,
        subject_type=grant.subject_type,
        scopes=grant.scopes,
        all_scopes=grant.allow_all_scopes,
        source=source,
    )
