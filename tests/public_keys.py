"""Public keys for tests, made when they are needed."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@cache
def rsa_key(bits: int = 2048, number: int = 0) -> str:
    """The public half in PEM; `number` tells several of one size apart."""
    return _pem(rsa.generate_private_key(65537, bits).public_key())


@cache
def elliptic_key() -> str:
    return _pem(ec.generate_private_key(ec.SECP256R1()).public_key())


def _pem(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
