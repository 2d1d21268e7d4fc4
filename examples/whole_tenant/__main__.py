"""A tenant's third-party access: a baseline, two partners, an agent, and open registration."""

import pulumi

from auth0_third_party import (
    Agent,
    DefaultPermissions,
    DomainConnections,
    DynamicClientRegistration,
    MetadataDocumentSupport,
    ThirdPartyApplication,
)
from auth0_third_party.model.application import Agent as AgentModel
from auth0_third_party.model.application import Application
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission

products = DefaultPermission(
    audience="https://catalog.example.com", subject_type="user", scopes=("read:products",)
)
reports = ClientGrant(
    audience="https://partners.example.com", subject_type="client", scopes=("read:reports",)
)
defaults = DefaultPermissions("baseline", [products])
partners = [
    ThirdPartyApplication(
        "shop",
        Application(name="Shop", app_type="spa", callbacks=("https://shop.example/callback",)),
    ),
    ThirdPartyApplication(
        "collector",
        Application(name="Collector", app_type="non_interactive", grants=(reports,)),
    ),
]
document = AgentModel(document="https://agent.example.com/oauth/client.json")
agent = Agent("helper", document, [MetadataDocumentSupport("documents")])

# The doors open last: what is promoted is open to every third party, registered ones included.
DomainConnections("connections", ["customers"], [defaults, *partners, agent])
DynamicClientRegistration("registration", defaults)

pulumi.export("client_ids", [partner.client_id for partner in partners])
