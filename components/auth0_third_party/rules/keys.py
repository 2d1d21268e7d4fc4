"""Public keys with which an application authenticates (private_key_jwt)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from auth0_third_party.rules.application import PUBLIC_APP_TYPES
from auth0_third_party.rules.violation import Violation

if TYPE_CHECKING:  # most applications have no keys, and cryptography is slow to load
    from cryptography.hazmat.primitives.asymmetric import rsa

MOST_KEYS = 2
PUBLIC_MARKS = ("-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----")
BITS = (2048, 16384)
"""Of an RSA key: RFC 7518 3.3 takes 2048 or more."""
LEAST_EXPONENT = 65537
"""What every tool makes; smaller ones are weak (NIST SP 800-56B, 6.2)."""
_PAIR = "have the partner make a new pair (RSA, 2048 bits or more) and ask for the public half"


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
    keys: list[rsa.RSAPublicNumbers] = []
    for index, pem in enumerate(pems):
        key = _read(pem)
        if isinstance(key, tuple):
            yield _violation((index, "pem"), *key)
        elif key in keys:
            yield _violation((index, "pem"), "is the same key again", "remove one of the two")
        else:
            keys.append(key)


def _read(pem: str) -> rsa.RSAPublicNumbers | tuple[str, str]:
    """The key, or what is wrong with it and the fix."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415

    text = pem.strip()
    if "PRIVATE KEY" in pem:
        return "is a private key", f"remove it, {_PAIR}"
    if not text.startswith(PUBLIC_MARKS):
        return "is no public key", f"it begins with {PUBLIC_MARKS[0]}"
    if text.count("-----BEGIN") != 1:
        return "holds more than one key", "list each one by itself"
    try:
        return _numbers(text.encode(), certificate=text.startswith(PUBLIC_MARKS[1]))
    except (ValueError, UnsupportedAlgorithm):
        return "can't be read as a key", "copy the whole text again, from BEGIN to END"


def _numbers(pem: bytes, *, certificate: bool) -> rsa.RSAPublicNumbers | tuple[str, str]:
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        load_pem_public_key,
    )

    key = (
        x509.load_pem_x509_certificate(pem).public_key()
        if certificate
        else load_pem_public_key(pem)
    )
    if not isinstance(key, rsa.RSAPublicKey):
        return "is not an RSA key", _PAIR
    if not BITS[0] <= key.key_size <= BITS[1]:
        return f"has {key.key_size} bits, which is too weak or too large", _PAIR
    numbers = key.public_numbers()
    if numbers.e < LEAST_EXPONENT or numbers.e % 2 == 0 or numbers.n % 2 == 0:
        return "is broken: its numbers are no RSA key's", _PAIR
    return numbers


def _violation(path: tuple[str | int, ...], what: str, fix: str) -> Violation:
    return Violation("TP-CREATE-15", ("keys", *path), what, fix)
