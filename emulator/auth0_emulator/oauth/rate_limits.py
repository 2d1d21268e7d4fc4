"""Rate-limit policies at the authentication API (RT-21).

Auth0's page on custom rate limit policies: limits are requests a second; a group's applications
share one counter, under `default` each has its own; a limit of 0 blocks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from auth0_emulator.call import Json
from auth0_emulator.endpoints.rate_limit_policies import KIND
from auth0_emulator.errors import OAuthError
from auth0_emulator.oauth.permissions import oauth_id_of
from auth0_emulator.tenant import Tenant


@dataclass(frozen=True)
class Quota:
    """What is left to a client in this second. `redirect_uri` is for `/authorize` only."""

    limit: int
    remaining: int
    exceeded: bool
    redirect_uri: str | None = None

    def headers(self) -> dict[str, str]:
        """`Auth0-RateLimit`: quota, interval and what remains."""
        return {"Auth0-RateLimit": f"client;q={self.limit};t=1;r={self.remaining}"}


def count(tenant: Tenant, client: Json) -> Quota | None:
    """Counts a request of a client; None if no policy limits it."""
    for selector, shared in _selectors(client):
        found = tenant.store.find(KIND, {"consumer_selector": selector})
        if not found:
            continue
        configuration = found[0]["configuration"]
        if configuration["action"] == "allow":
            return None
        limit = configuration["limit"]
        counter = found[0]["id"] if shared else f"{found[0]['id']} {client['client_id']}"
        used = tenant.memory.requests.add(counter)
        exceeded = used > limit and configuration["action"] != "log"
        return Quota(limit, max(0, limit - used), exceeded, configuration.get("redirect_uri"))
    return None


def _selectors(client: Json) -> Iterator[tuple[str, bool]]:
    """The first that has a policy decides; True if all clients of it share one counter.

    Clients of metadata documents are not among the third parties here.
    """
    yield f"client_id:{client['client_id']}", True
    yield f"client_id:{oauth_id_of(client)}", True
    if client.get("external_metadata_type") == "cimd":
        yield "cimd_clients", True
    elif not client["is_first_party"]:
        yield "third_party_clients", True
    yield "default", False


def too_many_requests(quota: Quota) -> OAuthError:
    """429, as documented."""
    headers = {**quota.headers(), "Retry-After": "1"}
    return OAuthError(429, "too_many_requests", "Rate limit exceeded.", headers)
