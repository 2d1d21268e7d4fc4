"""Rate limits of the authentication API."""

from typing import Annotated, Literal

from pydantic import Field

from catalog.shapes import Model


class RateLimit(Model):
    """Requests to the authentication API, for all third-party clients or for one (RT-21).

    `block` answers 429 beyond `limit` requests, `log` only notes it.
    """

    action: Literal["block", "log"] = "block"
    """What happens beyond the limit."""
    limit: Annotated[int, Field(ge=0, le=10_000)]
    """Requests."""
