"""The two providers of a stack, on one tenant."""

import pulumi
import pulumi_auth0 as auth0

from components import Auth0AppsProvider
from stacks.settings import Settings


def providers(settings: Settings) -> list[pulumi.ProviderResource]:
    """One explicit provider each. Their inputs are recorded in the state, so the domain is all
    they hold, unless the stack's own encrypted config is where the credentials are.
    """
    own, domain = settings.credentials, settings.domain
    stored = own.from_fallback
    client_id = own.client_id if stored and own.client_id else None
    secret = pulumi.Output.secret(own.client_secret) if stored and own.client_secret else None
    token = pulumi.Output.secret(own.api_token) if stored and own.api_token else None
    return [
        auth0.Provider(
            "auth0", domain=domain, client_id=client_id, client_secret=secret, api_token=token
        ),
        Auth0AppsProvider(
            "auth0apps", domain=domain, client_id=client_id, client_secret=secret, api_token=token
        ),
    ]
