"""One partner, an API of this program, and the connection that the partner's users sign in with."""

import pulumi
import pulumi_auth0 as auth0

from auth0_third_party import ClientGrantArgs, ThirdPartyAccess, ThirdPartyAccessArgs

orders = auth0.ResourceServer("orders", identifier="https://orders.acme.example", name="Orders")
scopes = auth0.ResourceServerScopes(
    "orders",
    resource_server_identifier=orders.identifier,
    scopes=[{"name": "read:orders"}, {"name": "write:orders"}],
)
portal = ThirdPartyAccess(
    "order-portal",
    ThirdPartyAccessArgs(
        name="Acme Order Portal",
        app_type="regular_web",
        callbacks=["https://portal.acme.example/callback"],
        grants=[
            ClientGrantArgs(
                api="orders",
                audience=scopes.resource_server_identifier,
                subject_type="user",
                scopes=["read:orders"],
            )
        ],
        connections={"customers": "customers"},
    ),
)
pulumi.export("client_id", portal.client_id)
pulumi.export("client_secret", portal.client_secret)
