"""Public keys and certificates that callers bring: readable or refused, and their thumbprints."""

import base64
import hashlib
import json

from auth0_emulator.errors import refused


def thumbprint(pem: str) -> str:
    """RFC 7638 thumbprint of the RSA public key in a key or certificate (the recorded `kid`)."""
    from cryptography import x509  # noqa: PLC0415 - slow to import, rarely needed
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415

    data = pem.encode()
    try:
        if "BEGIN CERTIFICATE" in pem:
            key = x509.load_pem_x509_certificate(data).public_key()
        else:
            key = load_pem_public_key(data)  # type: ignore[assignment]
    except ValueError as error:
        raise refused("pem is not a public key or certificate in PEM form") from error
    if not isinstance(key, RSAPublicKey):
        raise refused("pem must hold an RSA public key")
    numbers = key.public_numbers()
    return rsa_thumbprint(_number(numbers.e), _number(numbers.n))


def rsa_thumbprint(exponent: str, modulus: str) -> str:
    """The same for a key of a JSON Web Key Set, whose numbers are in base64url already."""
    members = {"e": exponent, "kty": "RSA", "n": modulus}
    return _base64(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())


def _number(value: int) -> str:
    return _base64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
