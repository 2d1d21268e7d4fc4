"""Thumbprints of RSA public keys: Auth0 and the official plugin name keys by them (RFC 7638)."""

import base64
import hashlib
import json
from collections.abc import Iterator


def thumbprint(pem: str) -> str:
    """The SHA-256 thumbprint of a PEM's public key, base64url; "" if it is no RSA public key."""
    try:
        der = base64.b64decode("".join(pem.strip().splitlines()[1:-1]), validate=True)
        (information,) = _parts(der)
        _algorithm, bits = _parts(information)
        (key,) = _parts(bits[1:])  # the first octet counts unused bits
        modulus, exponent = _parts(key)
    except (ValueError, IndexError):
        return ""
    numbers = {name: n.lstrip(b"\0") for name, n in (("e", exponent), ("n", modulus))}
    jwk = {"e": _encoded(numbers["e"]), "kty": "RSA", "n": _encoded(numbers["n"])}
    text = json.dumps(jwk, separators=(",", ":"))
    return _encoded(hashlib.sha256(text.encode()).digest())


def _parts(der: bytes) -> Iterator[bytes]:
    """The contents of DER elements that follow each other (ITU-T X.690, section 8.1)."""
    while der:
        length, start = der[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(der[2:start])
        yield der[start : start + length]
        der = der[start + length :]


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
