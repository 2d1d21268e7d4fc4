"""What may be granted: one grant per API and subject type, on APIs that are open to third parties."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from catalog.problems import Path, nearest
from catalog.rules.violation import Violation

SUBJECT_TYPES = ("user", "client")
SYSTEM_API_PATHS = ("/api/v2/", "/me/", "/mfa/", "/my-org/")


def check_subject_type(
    path: Path, subject_type: str, grant_types: Sequence[str]
) -> Iterator[Violation]:
    """CG-04: a grant serves one kind of flow, so the application must be able to start it."""
    needed = "authorization_code" if subject_type == "user" else "client_credentials"
    if needed not in grant_types:
        yield Violation(
            "CG-04",
            path,
            f"subject_type {subject_type} needs the grant type {needed},"
            " which this application does not have",
            "Auth0 would accept the grant, and no token could ever be asked for with it",
            f"add {needed} to grant_types, or change the grant's subject_type",
        )


def check_audience(path: Path, audience: str) -> Iterator[Violation]:
    """CG-11: the tenant's own APIs are closed to third parties."""
    if urlsplit(audience).path in SYSTEM_API_PATHS:
        yield Violation(
            "CG-11",
            path,
            f"'{audience}' is one of Auth0's own APIs",
            "Auth0 refuses third parties any grant on the Management, My Account, MFA and"
            " My Organization APIs",
            "put an API of your own in front of what the partner needs",
        )


def check_scopes(
    path: Path, scopes: Sequence[str], known: Iterable[str], api: str
) -> Iterator[Violation]:
    """CG-07: every granted scope is one that the API defines, named once."""
    for index, scope in enumerate(scopes):
        if scope not in known:
            yield Violation(
                "CG-07",
                (*path, index),
                f"the API '{api}' has no scope '{scope}'",
                "a token can't carry it, and a scope that is added to the API later would be"
                " granted unseen",
                nearest(scope, known),
            )
        elif scope in scopes[:index]:
            yield Violation(
                "CG-07",
                (*path, index),
                f"'{scope}' stands twice",
                "a list that says the same thing twice hides what was meant",
                "remove one of them",
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
                "Auth0 keeps one grant per application, API and subject type and refuses a second",
                "merge the two lists of scopes",
            )
