"""What a partner's code relies on, asked in the application's file."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from catalog import rules
from catalog.shapes import Model, Text


class Needs(Model):
    """`needs:` of an application. Everything that is left out is not needed."""

    id_token: bool = False
    """It reads ID tokens."""
    userinfo: bool = False
    """It calls /userinfo."""
    logout_endpoint: bool = False
    """It sends users to a logout endpoint."""
    authorize_parameters: tuple[Text, ...] = ()
    """Parameters that its code sends to /authorize."""
    response_types: tuple[Text, ...] = ()
    """What it asks for at /authorize."""
    client_id_max_length: Annotated[int, Field(ge=1)] | None = None
    """The longest client id that fits its database."""
    reusable_refresh_token: bool = False
    """Its code keeps the first refresh token and uses it again and again."""

    def violations(self, *, rotates: bool) -> Iterator[rules.Violation]:
        """What of it strict mode does not give. `rotates`: refresh tokens work once."""
        yield from rules.check_unavailable(
            id_token=self.id_token, userinfo=self.userinfo, logout_endpoint=self.logout_endpoint
        )
        yield from rules.check_authorize_parameters(self.authorize_parameters)
        yield from rules.check_response_types(self.response_types)
        yield from rules.check_client_id_length(self.client_id_max_length)
        yield from rules.check_reuse(reuses=self.reusable_refresh_token, rotates=rotates)
