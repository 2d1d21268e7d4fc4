"""What an application proves itself with, and the tokens that it is given."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from catalog.shapes import Model, Text
from catalog.values import Lifetime, seconds

SigningAlgorithm = Literal["RS256", "RS512", "PS256", "HS256", "default"]


class RefreshToken(Model):
    """How long a user's consent lasts without signing in again. Lifetimes in seconds.

    Strict applications always have an idle limit (TP-CREATE-17); the absolute one is `unlimited` on
    many that were made by hand (TP-CREATE-05), and by default it is not here.
    """

    rotation_type: Literal["rotating", "non-rotating"] | None = None
    """Rotating: each one works once, and a stolen one ends the session. Default: for public
    applications alone."""
    token_lifetime: Lifetime = 2_592_000
    """From sign-in on, however often it is used: seconds, or `unlimited`."""
    idle_token_lifetime: Lifetime = 1_296_000
    """Since it was used last: seconds, or `unlimited`."""
    leeway: Annotated[int, Field(ge=0, le=300)] = 0
    """Seconds in which a rotated one still works, for answers that got lost."""

    @model_validator(mode="after")
    def _idle_within_maximum(self) -> Self:
        if seconds(self.idle_token_lifetime) > seconds(self.token_lifetime):
            raise ValueError("idle_token_lifetime may not be longer than token_lifetime")
        return self


class PublicKey(Model):
    """A key that the partner signs with; only its public half is ever here."""

    name: Text
    """What it is called in the tenant."""
    pem: Text
    """The key in PEM form."""
