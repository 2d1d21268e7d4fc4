"""What may be granted: one grant per API and subject type, on APIs open to third parties."""

import re
from collections.abc import Iterable, Iterator, Sequence

from auth0_third_party.rules.texts import is_visible
from auth0_third_party.rules.violation import Path, Violation, nearest

SUBJECT_TYPES = ("user", "client")
OIDC_SCOPES = frozenset(("openid", "profile", "email", "address", "phone"))
AUTH0_API = re.compile(r"https://[^/]+\.auth0(app)?\.com(:\d+)?/(api/v2|me|mfa|my-org)/")


def required_grant_type(subject_type: str) -> str:
    """CG-04: the grant type that an application needs to use a grant of this subject type; "" of
    one that is not known.
    """
    return {"user": "authorization_code", "client": "client_credentials"}.get(subject_type, "")


def check_subject_type(
    path: Path, subject_type: str, grant_types: Sequence[str]
) -> Iterator[Violation]:
    """CG-04: a grant serves one kind of flow, so the application must be able to start it."""
    needed = required_grant_type(subject_type)
    if needed not in grant_types:
        yield Violation(
            "CG-04",
            path,
            f"subject_type {subject_type} needs the grant type {needed},"
            " which this application does not have",
            f"add {needed} to grant_types, or change the grant's subject_type",
        )


def check_audience(path: Path, audience: str) -> Iterator[Violation]:
    """CG-11: the tenant's own APIs are closed to third parties.

    An API of the company's may have such a path, on a host of its own.
    """
    if AUTH0_API.fullmatch(audience.lower()):
        yield Violation(
            "CG-11",
            path,
            f"'{audience}' is one of Auth0's own APIs",
            "put an API of your own in front of what the partner needs",
        )


def check_scopes(
    path: Path, scopes: Sequence[str], known: Iterable[str], api: str
) -> Iterator[Violation]:
    """CG-07: every granted scope is one that the API defines."""
    for index, scope in enumerate(scopes):
        if scope not in known:
            yield Violation(
                "CG-07",
                (*path, index),
                f"the API '{api}' has no scope '{scope}'",
                nearest(scope, known),
            )


def check_repeated(path: Path, scopes: Sequence[str]) -> Iterator[Violation]:
    """CG-07: every scope is named once."""
    for index, scope in enumerate(scopes):
        if scope in scopes[:index]:
            yield Violation(
                "CG-07",
                (*path, index),
                f"'{scope}' is listed twice",
                "remove one of them",
                "a list that says the same thing twice hides what was meant",
            )


def check_unique(keys: Iterable[tuple[str, str]], field: str) -> Iterator[Violation]:
    """CG-05: one grant per API and subject type."""
    seen: dict[tuple[str, str], int] = {}
    for index, key in enumerate(keys):
        first = seen.setdefault(key, index)
        if first != index:
            yield Violation(
                "CG-05",
                (field, index),
                f"'{key[0]}' for subject_type {key[1]} is granted twice"
                f" (first in {field}[{first}])",
                "merge the two lists of scopes",
            )


def check_all_scopes(
    allow_all: bool,
    reason: str,
    *,
    scopes_stated: bool,
) -> Iterator[Violation]:
    """CG-07: a list of scopes or all of them, never both; all of them takes a written reason."""
    if allow_all and scopes_stated:
        yield Violation(
            "CG-07",
            ("allow_all_scopes",),
            "conflicts with a list of scopes",
            "remove one of the two",
            "Auth0 takes one or the other, and the list would mean nothing",
        )
    if allow_all and not is_visible(reason):
        yield Violation(
            "CG-07",
            ("allow_all_scopes",),
            "true without a reason",
            "list the scopes, or write allow_all_scopes_reason",
            "it also grants every scope that the API will ever get",
        )
    if not allow_all and not scopes_stated:
        yield Violation(
            "CG-07",
            ("scopes",),
            "the grant names no scopes",
            "list the scopes that the partner needs; write scopes: [] to mean it",
            "a grant without scopes gives tokens that may do nothing",
        )


def check_details(subject_type: str, types: Sequence[str]) -> Iterator[Violation]:
    """CG-08: rich authorization requests are a user's."""
    if types and subject_type != "user":
        yield Violation(
            "CG-08",
            ("authorization_details_types",),
            "is set on a grant with subject_type client",
            "move it to a grant with subject_type user",
        )


def check_grant_organizations(
    subject_type: str, organizations: Sequence[str]
) -> Iterator[Violation]:
    """ORG-02 and ORG-05: organizations are listed on grants of the application itself."""
    if organizations and subject_type != "client":
        yield Violation(
            "ORG-05",
            ("organizations",),
            "is set on a grant with subject_type user",
            "remove it, and let the environment's organizations say which admit third parties",
        )


def check_oidc_scopes(scopes: Sequence[str]) -> Iterator[Violation]:
    """RT-05: scopes of OpenID Connect on an API of the company's mean nothing."""
    for index, scope in enumerate(scopes):
        if scope in OIDC_SCOPES:
            yield Violation(
                "RT-05",
                ("scopes", index),
                f"'{scope}' is a scope of OpenID Connect",
                "remove it; name a scope of your own API for what the partner needs to know",
            )


def check_baseline(path: Path, granted: Iterable[tuple[str, bool]]) -> Iterator[Violation]:
    """DCR-07: registered clients sign users in, and have the default permissions alone.

    Args:
        path: what opens registration.
        granted: of each default permission its subject type, and whether it grants anything.
    """
    stated = [*granted]
    if serves_registered(stated):
        return
    what = "on, with default permissions that give users' access to nothing"
    yield Violation(
        "DCR-07",
        path,
        what if stated else "on, without any default permissions",
        "state a default permission with subject_type user and a scope",
        "a registered client gets no client access, and could call no API",
    )


def serves_registered(granted: Iterable[tuple[str, bool]]) -> bool:
    """Whether default permissions let registered clients call anything (DCR-04, DCR-07)."""
    return any(anything for subject_type, anything in granted if subject_type == "user")
