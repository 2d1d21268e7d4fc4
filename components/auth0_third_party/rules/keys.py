"""Public keys with which an application authenticates (private_key_jwt)."""

from collections.abc import Iterator, Sequence

from auth0_third_party.rules.application import PUBLIC_APP_TYPES
from auth0_third_party.rules.violation import Violation

MOST_KEYS = 2
PUBLIC_MARKS = ("-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----")


def check_keys(
    app_type: str,
    method_stated: bool,
    names: Sequence[str],
    pems: Sequence[str],
) -> Iterator[Violation]:
    """TP-CREATE-15: one or two named keys instead of a secret, and public ones only."""
    if not names:
        return
    if method_stated:
        yield _violation(
            (), "conflict with token_endpoint_auth_method", "remove token_endpoint_auth_method"
        )
    if app_type in PUBLIC_APP_TYPES:
        yield _violation(
            (), f"are set on a {app_type} application", "remove them: PKCE protects it"
        )
    if len(names) > MOST_KEYS:
        yield _violation((), f"are {len(names)}", f"keep {MOST_KEYS}: the old one and the new one")
    for index, name in enumerate(names):
        if name in names[:index]:
            yield _violation((index, "name"), f"'{name}' names two keys", "name them by their date")
    for index, pem in enumerate(pems):
        if "PRIVATE KEY" in pem:
            yield _violation(
                (index, "pem"),
                "is a private key",
                "remove it, have the partner make a new pair, and ask for the public half",
            )
        elif not pem.strip().startswith(PUBLIC_MARKS):
            yield _violation(
                (index, "pem"), "is no public key", f"it begins with {PUBLIC_MARKS[0]}"
            )


def _violation(path: tuple[str | int, ...], what: str, fix: str) -> Violation:
    return Violation("TP-CREATE-15", ("keys", *path), what, fix)
