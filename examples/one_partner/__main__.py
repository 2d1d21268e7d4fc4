"""One partner: an application, what it may call, and the connection its users sign in with."""

import pulumi

from auth0_third_party import ThirdPartyAccess
from auth0_third_party.model.application import Application
from auth0_third_party.model.permissions import ClientGrant

orders = ClientGrant(
    audience="https://orders.example.com", subject_type="user", scopes=("read:orders",)
)
portal = Application(
    name="Acme Order Portal",
    app_type="regular_web",
    callbacks=("https://orders.acme.example/callback",),
    grants=(orders,),
    connections=("customers",),
)
access = ThirdPartyAccess("order-portal", portal)
pulumi.export("client_id", access.client_id)
