"""A tenant's third-party access: a baseline, two partners, an agent, and open registration."""

import pulumi

from auth0_third_party import (
    Agent,
    AgentArgs,
    ClientGrantArgs,
    DefaultPermissionArgs,
    DefaultPermissions,
    DefaultPermissionsArgs,
    DomainConnections,
    DomainConnectionsArgs,
    DynamicClientRegistration,
    DynamicClientRegistrationArgs,
    MetadataDocumentSetting,
    ThirdPartyApplication,
    ThirdPartyApplicationArgs,
)

products = DefaultPermissionArgs(
    audience="https://catalog.example.com", subject_type="user", scopes=["read:products"]
)
baseline = DefaultPermissions("baseline", DefaultPermissionsArgs(permissions=[products]))
shop = ThirdPartyApplication(
    "shop",
    ThirdPartyApplicationArgs(
        name="Shop", app_type="spa", callbacks=["https://shop.example/callback"]
    ),
)
reports = ClientGrantArgs(
    audience="https://partners.example.com", subject_type="client", scopes=["read:reports"]
)
collector = ThirdPartyApplication(
    "collector",
    ThirdPartyApplicationArgs(name="Collector", app_type="non_interactive", grants=[reports]),
)
documents = MetadataDocumentSetting("documents")
helper = Agent(
    "helper",
    AgentArgs(document="https://agent.example.com/oauth/client.json"),
    pulumi.ResourceOptions(depends_on=[documents]),
)

# What all third parties can use is opened after everything else is complete.
complete = pulumi.ResourceOptions(depends_on=[baseline, shop, collector, helper])
DomainConnections(
    "connections", DomainConnectionsArgs(connections={"customers": "customers"}), complete
)
DynamicClientRegistration(
    "registration", DynamicClientRegistrationArgs(baseline=baseline.grants), complete
)

pulumi.export("client_ids", {"shop": shop.client_id, "collector": collector.client_id})
