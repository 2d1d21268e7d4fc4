"""What Auth0 reads from a certificate that is given as a client's credential."""

import base64
import hashlib
from dataclasses import dataclass

from auth0_emulator.errors import refused


@dataclass(frozen=True)
class Certificate:
    """`subject` is as recorded, one attribute a line; `expires` in seconds since 1970;
    `thumbprint` as in RFC 8705, section 3.1.
    """

    subject: str
    expires: float
    thumbprint: str


def read_certificate(pem: str) -> Certificate:
    """The certificate of a PEM text; 400 if it is none."""
    from cryptography import x509  # noqa: PLC0415 - slow to import, rarely needed
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    try:
        found = x509.load_pem_x509_certificate(pem.encode())
        names = [f"{one.rfc4514_attribute_name}={one.value!s}" for one in found.subject]
    except ValueError as error:
        raise refused("pem is not a certificate in PEM form") from error
    digest = hashlib.sha256(found.public_bytes(Encoding.DER)).digest()
    return Certificate(
        "\n".join(names),
        found.not_valid_after_utc.timestamp(),
        base64.urlsafe_b64encode(digest).decode().rstrip("="),
    )
